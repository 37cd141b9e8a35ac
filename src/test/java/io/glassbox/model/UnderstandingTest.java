package io.glassbox.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.GlassboxException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read from other projects' descriptions, whom is believed, and what is said of what cannot be done. */
class UnderstandingTest {

	@TempDir
	private Path folder;

	private Understanding understand(final String file, final String text) throws IOException {
		write(file, text);
		return Understanding.of(folder.resolve("net.onnx"));
	}

	private void write(final String file, final String text) throws IOException {
		Files.createDirectories(folder.resolve(file).getParent());
		Files.writeString(folder.resolve(file), text);
	}

	private static String value(final Understanding u, final String field) {
		return u.understood().stream().filter(e -> e.field().equals(field)).map(Understanding.Entry::value).collect(Collectors
			.joining());
	}

	// -- Hugging Face, timm --

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
		{"size": 224, "do_resize": true, "do_normalize": false}                               | 224x224 | stretch antialias           | type, then unit
		{"size": {"height": 200, "width": 300}, "do_rescale": true}                           | 200x300 | stretch antialias           | type, then unit
		{"size": {"shortest_edge": 256}, "crop_size": {"height": 224, "width": 224}, "do_center_crop": true, "do_rescale": true} | 224x224 | crop 256 antialias | type, then unit
		{"size": 256, "crop_size": 224, "do_center_crop": true, "do_rescale": true}           | 224x224 | crop 256 antialias          | type, then unit
		{"size": {"height": 256, "width": 256}, "crop_size": 224, "do_center_crop": true, "do_rescale": true} | 224x224 | crop 256x256 antialias | type, then unit
		{"size": {"shortest_edge": 224}, "crop_pct": 0.875, "image_processor_type": "ConvNextImageProcessor", "do_rescale": true} | 224x224 | crop 256 antialias | type, then unit
		{"size": {"shortest_edge": 384}, "crop_pct": 0.875, "image_processor_type": "ConvNextImageProcessor", "do_rescale": true} | 384x384 | stretch antialias | type, then unit
		{"size": 64, "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "do_normalize": true} | 64x64 | stretch antialias | type, then 0.5,0.5,0.5 / 0.5,0.5,0.5
		{"size": 64, "do_rescale": true, "rescale_factor": 0.00784313725490196, "rescale_offset": true} | 64x64 | stretch antialias | type, then linear gain=2 offset=-1
		{"size": 64, "do_rescale": false, "do_normalize": false}                              | 64x64   | stretch antialias           | type, then linear gain=255 offset=0
		""")
	void huggingFacePreprocessors(final String json, final String size, final String resize, final String values)
		throws IOException
	{
		final Understanding u = understand("preprocessor_config.json", json);
		assertEquals(size, value(u, "size"));
		assertEquals(resize, value(u, "resize"));
		assertEquals(values, value(u, "values"));
	}

	@Test
	void huggingFaceNamesAndScores() throws IOException {
		final Understanding u = understand("config.json", """
			{"architectures": ["ViTForImageClassification"], "image_size": 384, "num_channels": 3,
			 "id2label": {"0": "crane", "1": "tench, Tinca tinca", "2": "crane"}, "problem_type": "multi_label_classification"}
			""");
		assertEquals("crane (0), tench, Tinca tinca, crane (2)", value(u, "classes"));
		assertEquals("384x384", value(u, "size"));
		assertEquals("sigmoid", value(u, "output"));
		assertEquals("classes: crane (0), tench, Tinca tinca, crane (2) — from config.json (id2label)", u.understood().stream()
			.filter(e -> e.field().equals("classes")).findFirst().orElseThrow().toString());
		assertEquals("", value(understand("config.json", "{\"architectures\": [\"X\"], \"id2label\": {\"0\": \"LABEL_0\"}}"),
			"classes"), "names that only count are none");
		assertTrue(understand("config.json", "{\"anything\": [1]}").understood().isEmpty(), "some other program's file");
	}

	@Test
	void timm() throws IOException {
		final Understanding u = understand("config.json", """
			{"architecture": "convnext_tiny", "label_names": ["n01440764", "n01443537"],
			 "label_descriptions": {"n01440764": "tench, Tinca tinca", "n01443537": "goldfish"},
			 "pretrained_cfg": {"input_size": [3, 224, 224], "crop_pct": 0.9, "crop_mode": "center",
			  "interpolation": "bicubic", "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}}
			""");
		assertEquals("crop 248 antialias", value(u, "resize"));
		assertEquals("type, then imagenet", value(u, "values"));
		assertEquals("tench, goldfish", value(u, "classes"));
		assertEquals(List.of("config.json: pictures are resized bicubically there, here by averaging: the input differs a " +
			"little."), u.remarks());
	}

	// -- DJL --

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
		width=60;height=50;resize=true                           | 50x60   | stretch  | type, then unit
		width=224;height=224;resize=256;centerCrop=true          | 224x224 | crop 256x256 | type, then unit
		width=224;height=224;resizeShort=256;centerCrop=true     | 224x224 | crop 256 | type, then unit
		option.resize=300,200                                    | 200x300 | stretch  | type, then unit
		resize=true;normalize=true                               | 224x224 | stretch  | type, then imagenet
		resize=true;toTensor=false                               | 224x224 | stretch  | type, then linear gain=255 offset=0
		resize=true;toTensor=false;range=-1,1                    | 224x224 | stretch  | type, then linear gain=255 offset=0; linear gain=0.0078125 offset=-1
		""")
	void djl(final String properties, final String size, final String resize, final String values) throws IOException {
		final Understanding u = understand("serving.properties", properties.replace(';', '\n'));
		assertEquals(size, value(u, "size"));
		assertEquals(resize, value(u, "resize"));
		assertEquals(values, value(u, "values"));
	}

	@Test
	void djlSpeaksOfTheModelItNames() throws IOException {
		assertTrue(understand("serving.properties", "option.modelName=other\nresize=true\n").understood().isEmpty());
		write("names.txt", "a\nb\n");
		assertEquals("a, b", value(understand("serving.properties", "option.modelName=net\nsynsetFileName=names.txt\n"),
			"classes"));
		final Understanding u = understand("serving.properties", "synsetFileName=../../etc/passwd\n");
		assertTrue(u.contradicting().get(0).contains("'../../etc/passwd', which is no file within the folder"), u
			.contradicting().toString());
	}

	// -- MONAI --

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
		{"_target_": "ScaleIntensityd"}                                             | raw, then percentiles low=0 high=100
		{"_target_": "ScaleIntensityd", "minv": -1, "maxv": 1, "channel_wise": true} | raw, then percentiles low=0 high=100 axes=zyx; linear gain=2 offset=-1
		{"_target_": "monai.transforms.ScaleIntensityRangeD", "a_min": -160, "a_max": 240, "b_min": 0, "b_max": 1, "clip": true} | raw, then linear gain=0.0025 offset=0.4; clip min=0 max=1
		{"_target_": "ScaleIntensityRangePercentilesd", "lower": 1, "upper": 99, "b_min": 0, "b_max": 2} | raw, then percentiles low=1 high=99; linear gain=2 offset=0
		{"_target_": "NormalizeIntensityd", "nonzero": true, "channel_wise": true}  | raw, then zscore axes=zyx nonzero=true
		{"_target_": "NormalizeIntensityd", "subtrahend": 100, "divisor": 50}       | raw, then 100 / 50
		{"_target_": "ScaleIntensityd", "_disabled_": true}                         | raw, then unit
		""")
	void monaiTransforms(final String transform, final String values) throws IOException {
		assertEquals(values, value(monai(transform), "values"));
	}

	private Understanding monai(final String transforms) throws IOException {
		write("configs/inference.json", "{\"preprocessing\": {\"_target_\": \"Compose\", \"transforms\": [{\"_target_\": " +
			"\"LoadImaged\"}, " + transforms + "]}}");
		return understand("configs/metadata.json", """
			{"network_data_format": {"inputs": {"image": {"num_channels": 1, "spatial_shape": [96, 80, "16*n"],
			  "modality": "CT", "format": "hounsfield", "is_patch_data": true}},
			 "outputs": {"pred": {"num_channels": 2, "channel_def": {"0": "background", "1": "spleen"}}}}}
			""");
	}

	@Test
	void monaiCountsXFirst() throws IOException {
		final Understanding u = monai("{\"_target_\": \"EnsureChannelFirstd\"}");
		assertEquals("16+16n x 80 x 96", value(u, "size"));
		assertEquals("bcxyz", value(u, "axes"));
		assertEquals("background, spleen", value(u, "classes"));
		assertEquals("metadata.json: it takes images of modality CT, hounsfield.", u.remarks().get(0));
	}

	@Test
	void monaiTransformsThatAreNotAppliedAreListed() throws IOException {
		assertEquals(List.of("metadata.json: Orientationd is not applied.", "metadata.json: Spacingd is not applied.",
			"metadata.json: ScaleIntensityRanged is not applied: it has no a_max."), monai("""
				{"_target_": "Orientationd", "axcodes": "RAS"}, {"_target_": "Spacingd", "pixdim": [1.5, 1.5, 2]},
				{"_target_": "ScaleIntensityRanged", "a_min": "$min(1, 2)"}
				""".replace("\"$min(1, 2)\"", "0")).notApplied());
		assertTrue(monai("{\"_target_\": \"ScaleIntensityRanged\", \"a_min\": \"$__import__('os')\", \"a_max\": 1}").notApplied()
			.get(0).contains("'$__import__('os')', expected"));
	}

	// -- bioimage.io --

	private static String rdf(final String input, final String rest) {
		return "format_version: 0.4.10\ntype: model\nname: Net\ninputs:\n  - {name: raw, " + input + "}\n" + rest +
			"weights:\n  onnx: {source: net.onnx}\n";
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
		{name: zero_mean_unit_variance, kwargs: {mode: per_sample, axes: xy}}         | raw, then zscore axes=yx eps=1.0E-6
		{name: zero_mean_unit_variance, kwargs: {mode: per_sample, axes: bcyx, eps: 0.01}} | raw, then zscore eps=0.01 axes=cyx
		{name: zero_mean_unit_variance, kwargs: {mode: fixed, axes: yx, mean: 5, std: 2}} | raw, then standardize mean=5 std=2 eps=1.0E-6
		{name: scale_range, kwargs: {mode: per_sample, axes: yx, min_percentile: 1, max_percentile: 99.8}} | raw, then percentiles low=1 high=99.8 axes=yx eps=1.0E-6
		{name: scale_linear, kwargs: {axes: yx, gain: 2}}                             | raw, then linear gain=2 offset=0
		{name: clip, kwargs: {min: 0, max: 1}}                                        | raw, then clip min=0 max=1
		{name: binarize, kwargs: {threshold: 0.5}}                                    | raw, then binarize threshold=0.5
		{name: sigmoid}                                                               | raw, then sigmoid
		{id: ensure_dtype, kwargs: {dtype: float32}}                                  | raw, then unit
		{id: zero_mean_unit_variance, kwargs: {axes: [channel, y, x]}}                | raw, then zscore axes=cyx eps=1.0E-6
		{id: zero_mean_unit_variance}                                                 | raw, then zscore eps=1.0E-6
		{id: fixed_zero_mean_unit_variance, kwargs: {axis: channel, mean: [1], std: [4]}} | raw, then 1 / 4
		""")
	void bioimageSteps(final String step, final String values) throws IOException {
		final Understanding u = understand("rdf.yaml", rdf("axes: bcyx, shape: [1, 1, 32, 32], preprocessing: [" + step + "]",
			""));
		assertEquals(List.of(), u.contradicting());
		assertEquals(sorted(values), sorted(value(u, "values")));
	}

	private static List<String> sorted(final String words) {
		return List.of(words.split(" ")).stream().sorted().toList();
	}

	@Test
	void bioimageShapesThatAreOpen() throws IOException {
		final Understanding u = understand("rdf.yaml", rdf("axes: bczyx, shape: {min: [1, 2, 8, 64, 64], step: [0, 0, 0, 16, 1]}",
			""));
		assertEquals("8 x 64+16n x 64+n", value(u, "size"));
		assertEquals("2", value(u, "channels"));
		final Preprocessing p = u.settled().preprocessing();
		assertEquals("[8, 64, 64]", java.util.Arrays.toString(p.exampleSize()));
		assertEquals(96, p.grid().get(1).nearest(100));
		assertEquals(112, p.grid().get(1).nearest(105));
		assertEquals(64, p.grid().get(1).nearest(3));
	}

	@Test
	void bioimageOutputs() throws IOException {
		final String outputs = "outputs:\n  - {name: y, axes: bc, postprocessing: [{name: %s}]}\n";
		assertEquals("sigmoid", value(understand("rdf.yaml", rdf("axes: bcyx", outputs.formatted("sigmoid"))), "output"));
		assertEquals("logits", value(understand("rdf.yaml", rdf("axes: bcyx", outputs.formatted("softmax"))), "output"));
		assertEquals("probabilities", value(understand("rdf.yaml", rdf("axes: bcyx", outputs.formatted(
			"binarize, kwargs: {threshold: 0.5}"))), "output"));
		assertEquals("probabilities", value(understand("rdf.yaml", rdf("axes: bcyx",
			"outputs:\n  - {name: y, axes: bc, data_range: [0.0, 1.0]}\n")), "output"));
		final Understanding u = understand("rdf.yaml", rdf("axes: bcyx", outputs.formatted("stardist_postprocessing")));
		assertTrue(u.notApplied().get(0).contains("'stardist_postprocessing' is not applied"), u.notApplied().toString());
	}

	@Test
	void bioimageSpeaksOfTheWeightsItLists() throws IOException {
		assertTrue(understand("rdf.yaml", rdf("axes: bcyx", "").replace("net.onnx", "other.onnx")).understood().isEmpty());
		write("rdf.yaml", rdf("axes: bcyx", "").replace("net.onnx", "weights/net.onnx"));
		Files.createDirectories(folder.resolve("weights"));
		assertEquals("Net", value(Understanding.of(folder.resolve("weights/net.onnx")), "name"));
		write("rdf.yaml", rdf("axes: bcyx", "").replace("net.onnx", "'https://zenodo.org/records/1/files/net.onnx?download=1'"));
		assertEquals("Net", value(Understanding.of(folder.resolve("net.onnx")), "name"));
	}

	@Test
	void ofSeveralInputsTheImageAndOfSeveralOutputsTheScoresAreRead() throws IOException {
		final Understanding u = understand("rdf.yaml", """
			format_version: 0.4.10
			type: model
			name: Net
			inputs:
			  - {name: age, axes: bc, shape: [1, 1]}
			  - {name: raw, axes: byxc, shape: [1, 32, 48, 3]}
			outputs:
			  - {name: mask, axes: bcyx}
			  - {name: features, axes: bc}
			  - {name: probs, axes: [{type: batch}, {type: channel, channel_names: [benign, malignant]}]}
			weights:
			  onnx: {source: net.onnx}
			""");
		assertEquals("byxc", value(u, "axes"));
		assertEquals("32x48", value(u, "size"));
		assertEquals("3", value(u, "channels"));
		assertEquals("probs", value(u, "output of scores"));
		assertEquals("benign, malignant", value(u, "classes"));
		assertEquals(List.of("rdf.yaml: it has 2 inputs; the image goes into 'raw' (byxc), and there is nothing to give to " +
			"'age' (bc)."), u.notApplied());
		assertTrue(u.remarks().contains("rdf.yaml: it has 3 outputs; the scores are taken from 'probs' (bc), beside it there " +
			"are 'mask' (bcyx), 'features' (bc)."), u.remarks().toString());
		assertEquals("probs", u.settled().scores().orElseThrow());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
		axes: bxyc                                                    | 'inputs[0].axes' is 'bxyc', expected bcyx or bczyx
		axes: cyx                                                     | 'inputs[0].axes' is 'cyx', expected bcyx or bczyx
		axes: [{type: batch}, {type: space, id: w}]                   | expected an axis: b, c, i, t, z, y or x
		axes: bcyx, shape: [1, 3, many, 4]                            | 'inputs[0].shape[2]' is 'many', expected
		axes: bcyx, shape: [1, 3]                                     | expected a list of 4 whole numbers
		axes: bcyx, preprocessing: [{name: clip, kwargs: {min: 2, max: 1}}] | a min below its max, found 2.0 and 1.0
		axes: bcyx, preprocessing: [{name: zero_mean_unit_variance, kwargs: {mode: fixed}}] | expected kwargs with mean
		axes: bcyx, preprocessing: 5                                  | 'inputs[0].preprocessing' is '5', expected a list of steps
		axes: bcyx, preprocessing: [{kwargs: {}}]                     | expected a step with an id or name
		""")
	void whatCannotBeUnderstoodIsAnErrorUntilSettled(final String input, final String message) throws IOException {
		final Understanding u = understand("rdf.yaml", rdf(input, ""));
		final String said = assertThrows(GlassboxException.class, u::settled).getMessage();
		assertTrue(said.startsWith(folder.resolve("rdf.yaml").toString()) && said.contains(message) && said.contains(
			"Import Model..."), said);
		write("net.glassbox.yaml", "name: Mine\n");
		assertEquals("Mine", Understanding.of(folder.resolve("net.onnx")).settled().name());
	}

	@ParameterizedTest
	@ValueSource(strings = { "rdf.yaml", "config.json", "preprocessor_config.json", "configs/metadata.json" })
	void brokenFiles(final String file) throws IOException {
		final Understanding u = understand(file, "net.onnx: {[");
		assertTrue(u.contradicting().get(0).matches("(?s).*" + Path.of(file).getFileName() + " is no valid (YAML|JSON).*"), u
			.contradicting().toString());
		assertThrows(GlassboxException.class, u::settled);
		final StringBuilder deep = new StringBuilder("{\"net.onnx\": ");
		understandingFails(file, deep.append("[".repeat(100_000)).toString());
		understandingFails(file, "\"net.onnx" + "x".repeat(5 << 20) + "\"");
		understandingFails(file, "[\"net.onnx\"]");
	}

	private void understandingFails(final String file, final String text) throws IOException {
		final Understanding u = understand(file, text);
		assertFalse(u.contradicting().isEmpty() && !u.understood().isEmpty());
	}

	@Test
	void aliasesThatGrowWithoutBoundAreRefused() throws IOException {
		final StringBuilder bomb = new StringBuilder("net.onnx: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
		for (int i = 1; i < 9; i++)
			bomb.append("a" + i + ": &a" + i + " [" + ("*a" + (i - 1) + ", ").repeat(5) + "]\n");
		final String said = understand("rdf.yaml", bomb.toString()).contradicting().get(0);
		assertTrue(said.contains("is no valid YAML") || said.contains("through its aliases"), said);
		final String circle = understand("rdf.yaml", "net.onnx: &a [b, [*a]]\n").contradicting().get(0);
		assertTrue(circle.contains("through its aliases"), circle);
	}

	// -- Whom is believed --

	@Test
	void theMoreTrustedSourceHoldsFieldByField() throws IOException {
		write("config.json", "{\"architectures\": [\"A\"], \"image_size\": 48, \"id2label\": {\"0\": \"a\", \"1\": \"b\"}}");
		write("rdf.yaml", rdf("axes: bcyx, shape: [1, 1, 32, 32]", ""));
		write("synset.txt", "x\ny\n");
		final Understanding u = Understanding.of(folder.resolve("net.onnx"));
		assertEquals("32x32", value(u, "size"));
		assertEquals("a, b", value(u, "classes"));
		assertEquals(List.of("rdf.yaml (inputs[0].shape) gives size 32x32, config.json (image_size) gives 48x48; the first " +
			"holds.", "config.json (id2label) gives classes a, b, synset.txt gives x, y; the first holds."), u.contradicting());
		assertEquals("rdf.yaml, classes from config.json", u.settled().source());
		write("net.glassbox.yaml", "input: {size: [40, 40]}\n");
		write("net.labels.txt", "mine\nother\n");
		final Understanding corrected = Understanding.of(folder.resolve("net.onnx"));
		assertEquals("40x40", value(corrected, "size"));
		assertEquals("mine, other", value(corrected, "classes"));
		assertEquals("raw, then unit", value(corrected, "values"), "what the person does not say, others do");
	}

	@Test
	void aContradictionThatSpoilsMapsIsAnErrorUntilSettled() throws IOException {
		write("config.json", "{\"architectures\": [\"A\"], \"id2label\": {\"0\": \"benign\", \"1\": \"malignant\"}}");
		write("rdf.yaml", rdf("axes: bcyx", "config: {classes: [malignant, benign]}\n"));
		final Path net = folder.resolve("net.onnx");
		final String said = assertThrows(GlassboxException.class, () -> ModelDescription.of(net)).getMessage();
		assertTrue(said.contains("rdf.yaml (config.classes) gives classes malignant, benign, config.json (id2label) gives " +
			"benign, malignant"), said);
		write("net.glassbox.yaml", "classes: [benign, malignant]\n");
		assertEquals(List.of("benign", "malignant"), ModelDescription.of(net).classes());
	}

	@Test
	void whatIsTheSameInOtherWordsIsNoContradiction() throws IOException {
		write("rdf.yaml", rdf("axes: bcyx, preprocessing: [{name: scale_linear, kwargs: {gain: 0.00784313725, offset: -1}}]",
			"config: {classes: [Great_White shark, b]}\n"));
		write("preprocessor_config.json", "{\"do_normalize\": true, \"image_mean\": [0.5, 0.5], \"image_std\": [0.5, 0.5]}");
		write("config.json", "{\"architectures\": [], \"id2label\": {\"0\": \"great white shark, Carcharodon\", \"1\": \"B\"}}");
		final Understanding u = Understanding.of(folder.resolve("net.onnx"));
		assertEquals(List.of(), u.contradicting());
		u.settled();
		write("preprocessor_config.json", "{\"do_normalize\": true, \"image_mean\": [0.4, 0.5], \"image_std\": [0.5, 0.5]}");
		assertThrows(GlassboxException.class, () -> ModelDescription.of(folder.resolve("net.onnx")));
	}
}
