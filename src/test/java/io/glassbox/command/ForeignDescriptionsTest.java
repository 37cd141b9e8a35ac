package io.glassbox.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.GlassboxException;
import io.glassbox.model.FileHash;
import io.glassbox.reference.ReferenceCase;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;
import org.scijava.command.CommandService;

import ij.ImagePlus;
import ij.process.ColorProcessor;

/** One network, described in the words of every project: the same predictions, with the same class names. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForeignDescriptionsTest {

	private static final String OWN = """
		input:
		  size: [64, 64]
		  channels: 3
		  normalization: imagenet
		output: logits
		classes: [disc, ring, square, empty]
		""";

	private static final String RDF_0_4 = """
		format_version: 0.4.9
		type: model
		name: Shapes
		description: Tells simple shapes apart.
		authors: [{name: Somebody}]
		inputs:
		  - name: raw
		    axes: bcyx
		    data_type: float32
		    shape: [1, 3, 64, 64]
		    preprocessing:
		      - name: scale_linear
		        kwargs: {axes: xy, gain: 0.00392156862745098, offset: 0}
		      - name: zero_mean_unit_variance
		        kwargs: {mode: fixed, axes: xy, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225], eps: 1.0e-9}
		outputs:
		  - name: scores
		    axes: bc
		    shape: [1, 4]
		    postprocessing: [{name: softmax}]
		config:
		  shapes: {class_names: [disc, ring, square, empty]}
		weights:
		  pytorch_state_dict: {source: weights.pt, sha256: abc}
		  onnx: {source: net.onnx, opset_version: 12, sha256: HASH}
		""";

	private static final String RDF_0_5 = """
		format_version: 0.5.3
		type: model
		name: Shapes
		inputs:
		  - id: raw
		    axes:
		      - {type: batch}
		      - {type: channel, channel_names: [red, green, blue]}
		      - {type: space, id: y, size: 64, unit: micrometer, scale: 0.5}
		      - {type: space, size: {min: 32, step: 16}}
		    data: {type: uint8}
		    preprocessing:
		      - {id: ensure_dtype, kwargs: {dtype: float32}}
		      - {id: scale_linear, kwargs: {gain: 0.00392156862745098}}
		      - id: fixed_zero_mean_unit_variance
		        kwargs: {axis: channel, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225]}
		outputs:
		  - id: scores
		    axes:
		      - {type: batch}
		      - {type: channel, channel_names: [disc, ring, square, empty]}
		weights:
		  onnx: {source: net.onnx, opset_version: 12, sha256: HASH}
		""";

	private static final String PREPROCESSOR = """
		{"image_processor_type": "ViTImageProcessor", "do_resize": true, "size": {"height": 64, "width": 64}, "resample": 2,
		 "do_rescale": true, "rescale_factor": 0.00392156862745098, "do_normalize": true,
		 "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}
		""";

	private static final String CONFIG = """
		{"architectures": ["ResNetForImageClassification"], "model_type": "resnet", "num_channels": 3,
		 "id2label": {"0": "disc", "2": "square", "1": "ring", "3": "empty"},
		 "label2id": {"disc": 0, "square": 2, "ring": 1, "empty": 3}}
		""";

	private static final String TIMM = """
		{"architecture": "resnet18", "num_classes": 4, "label_names": ["disc", "ring", "square", "empty"],
		 "pretrained_cfg": {"input_size": [3, 64, 64], "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225],
		  "interpolation": "bilinear", "crop_pct": 1.0, "crop_mode": "center"}}
		""";

	private static final String METADATA = """
		{"version": "0.1.0", "name": "Shapes", "network_data_format": {
		  "inputs": {"image": {"type": "image", "num_channels": 3, "spatial_shape": [64, 64], "dtype": "float32",
		    "value_range": [0, 1], "is_patch_data": false, "channel_def": {"0": "R", "1": "G", "2": "B"}}},
		  "outputs": {"pred": {"type": "scores", "format": "classes", "num_channels": 4,
		    "channel_def": {"0": "disc", "1": "ring", "2": "square", "3": "empty"}}}}}
		""";

	private static final String INFERENCE = """
		{"imports": ["$import glob"], "image_key": "image", "preprocessing": {"_target_": "Compose", "transforms": "@steps"},
		 "steps": [
		  {"_target_": "LoadImaged", "keys": "@image_key", "reverse_indexing": false},
		  {"_target_": "EnsureChannelFirstd", "keys": "@image_key"},
		  {"_target_": "monai.transforms.ScaleIntensityRanged", "keys": "@image_key", "a_min": 0, "a_max": 255, "b_min": 0,
		   "b_max": 1, "clip": true},
		  {"_target_": "NormalizeIntensityd", "keys": "@image_key", "subtrahend": [0.485, 0.456, 0.406],
		   "divisor": [0.229, 0.224, 0.225], "channel_wise": true},
		  {"_target_": "RandFlipd", "_disabled_": true, "keys": "@image_key"},
		  {"_target_": "Resized", "keys": "@image_key", "spatial_size": [64, 64], "mode": "bilinear"}],
		 "postprocessing": {"_target_": "Compose", "transforms": [{"_target_": "Activationsd", "keys": "pred",
		  "softmax": true}]}}
		""";

	private static final String SERVING = """
		engine=OnnxRuntime
		option.modelName=net
		translatorFactory=ai.djl.modality.cv.translator.ImageClassificationTranslatorFactory
		option.width=64
		option.height=64
		option.resize=true
		option.toTensor=true
		option.normalize=0.485,0.456,0.406,0.229,0.224,0.225
		option.applySoftmax=true
		""";

	@TempDir
	private Path folder;

	private final ReferenceCase network = new ReferenceCase("gapcnn");
	private Context context;
	private GlassboxService glassbox;
	private Prediction expected;

	@BeforeAll
	void start() {
		context = new Context(CommandService.class, GlassboxService.class);
		glassbox = context.service(GlassboxService.class);
	}

	@AfterAll
	void stop() {
		context.dispose();
	}

	@BeforeEach
	void predict() throws IOException {
		System.setProperty("glassbox.packages", folder.resolve("cache").toString());
		expected = glassbox.predict(image(), model("own", Map.of("net.glassbox.yaml", OWN)).toString());
		assertEquals("disc ring square empty", String.join(" ", expected.ranking().stream().sorted((a, b) -> a.index() - b
			.index()).map(Prediction.Entry::label).toList()));
	}

	@AfterEach
	void forget() {
		System.clearProperty("glassbox.packages");
	}

	/** Of the network's own size, so that nothing hangs on how each project resizes. */
	private static ImagePlus image() {
		final Random random = new Random(11);
		final int[] pixels = new int[64 * 64];
		for (int i = 0; i < pixels.length; i++)
			pixels[i] = random.nextInt() & (i % 64 > 30 ? 0xffffff : 0x3f7f1f);
		return new ImagePlus("noise", new ColorProcessor(64, 64, pixels));
	}

	private Path model(final String name, final Map<String, String> beside) throws IOException {
		return model(name, "net.onnx", beside);
	}

	private Path model(final String name, final String file, final Map<String, String> beside) throws IOException {
		final Path net = folder.resolve(name).resolve(file);
		Files.createDirectories(net.getParent());
		Files.copy(network.file(file.endsWith(".ts") ? "model.scripted.pt" : "model.onnx"), net);
		for (final Map.Entry<String, String> e : beside.entrySet()) {
			final Path other = folder.resolve(name).resolve(e.getKey());
			Files.createDirectories(other.getParent());
			Files.writeString(other, e.getValue().replace("HASH", FileHash.sha256(net)));
		}
		return net;
	}

	private void assertSame(final Path named) {
		final Prediction p = glassbox.predict(image(), named.toString());
		for (int i = 0; i < expected.ranking().size(); i++) {
			final Prediction.Entry wanted = expected.ranking().get(i);
			final Prediction.Entry found = p.ranking().get(i);
			assertEquals(wanted.label(), found.label());
			assertEquals(wanted.index(), found.index());
			// the same constants, multiplied out in another order, in float32; TorchScript runs on another engine
			assertEquals(wanted.score(), found.score(), 2e-5 * (1 + Math.abs(wanted.score())));
			assertEquals(wanted.probability(), found.probability(), 2e-5);
		}
	}

	@Test
	void bioimageIo04() throws IOException {
		final Path net = model("rdf4", Map.of("rdf.yaml", RDF_0_4));
		Stream.of(net, net.getParent(), net.resolveSibling("rdf.yaml")).forEach(this::assertSame);
		assertEquals("Shapes", glassbox.describe(net).name());
		assertEquals("rdf.yaml", glassbox.describe(net).source());
	}

	@Test
	void bioimageIo05() throws IOException {
		final Path net = model("rdf5", Map.of("shapes.bioimageio.yaml", RDF_0_5));
		Stream.of(net, net.getParent(), net.resolveSibling("shapes.bioimageio.yaml")).forEach(this::assertSame);
	}

	@Test
	void zipPackages() throws IOException {
		final Path net = model("zipped", Map.of("rdf.yaml", RDF_0_4, "weights.pt", "no zip"));
		final Path flat = zip("flat.zip", "", net, net.resolveSibling("rdf.yaml"), net.resolveSibling("weights.pt"));
		assertSame(flat);
		assertSame(flat); // from the cache
		assertSame(zip("nested.zip", "shapes/v1/", net, net.resolveSibling("rdf.yaml")));
		Files.writeString(folder.resolve("flat.glassbox.yaml"), "name: Corrected\nclasses: [a, b, c, d]\n");
		assertEquals("Corrected", glassbox.describe(flat).name());
		assertEquals("rdf.yaml", glassbox.describe(folder.resolve("nested.zip")).source());
		assertTrue(glassbox.explain(image(), flat.toString(), "grad-cam", Map.of("target", "b")).summary().contains("b (class 1)"));
	}

	private Path zip(final String name, final String top, final Path... files) throws IOException {
		final Path zip = folder.resolve(name);
		try (OutputStream out = Files.newOutputStream(zip); ZipOutputStream entries = new ZipOutputStream(out)) {
			for (final Path file : files) {
				entries.putNextEntry(new ZipEntry(top + file.getFileName()));
				Files.copy(file, entries);
				entries.closeEntry();
			}
		}
		return zip;
	}

	@Test
	void huggingFace() throws IOException {
		final Path net = model("hf", Map.of("preprocessor_config.json", PREPROCESSOR, "config.json", CONFIG));
		assertSame(net);
		assertSame(net.getParent());
		assertSame(model("hfonnx", "onnx/model.onnx", Map.of("preprocessor_config.json", PREPROCESSOR, "config.json", CONFIG)));
		assertSame(folder.resolve("hfonnx"));
	}

	@Test
	void timm() throws IOException {
		assertSame(model("timm", Map.of("config.json", TIMM)));
	}

	@Test
	void monai() throws IOException {
		final Path net = model("monai", "models/model.ts", Map.of("configs/metadata.json", METADATA, "configs/inference.json",
			INFERENCE));
		assertSame(net);
		assertSame(folder.resolve("monai"));
	}

	@Test
	void monaiFromWithinTorchScript() throws IOException {
		final Path net = folder.resolve("exported.ts");
		try (var in = new java.util.zip.ZipFile(network.file("model.scripted.pt").toFile()); ZipOutputStream out =
			new ZipOutputStream(Files.newOutputStream(net)))
		{
			String top = "";
			for (final var e : in.stream().toList()) {
				top = e.getName().substring(0, e.getName().indexOf('/') + 1);
				stored(out, e.getName(), in.getInputStream(e).readAllBytes());
			}
			stored(out, top + "extra/metadata.json", METADATA.getBytes());
			stored(out, top + "extra/inference.json", INFERENCE.getBytes());
		}
		assertSame(net);
	}

	private static void stored(final ZipOutputStream out, final String name, final byte[] bytes) throws IOException {
		final ZipEntry entry = new ZipEntry(name);
		final java.util.zip.CRC32 crc = new java.util.zip.CRC32();
		crc.update(bytes);
		entry.setMethod(ZipEntry.STORED);
		entry.setSize(bytes.length);
		entry.setCrc(crc.getValue());
		out.putNextEntry(entry);
		out.write(bytes);
		out.closeEntry();
	}

	@Test
	void monaiReadsImagesWithXFirst() throws IOException {
		final Path net = model("transposed", "models/model.onnx", Map.of("configs/metadata.json", METADATA,
			"configs/inference.json", INFERENCE.replace(", \"reverse_indexing\": false", "")));
		assertTrue(glassbox.describe(net).isXFirst());
		final ImagePlus turned = image();
		turned.setProcessor(transposed(image()));
		assertEquals(expected.top().score(), glassbox.predict(turned, net.toString()).top().score(), 1e-4);
		final float[] straight = map(image(), model("straight", Map.of("net.glassbox.yaml", OWN)));
		final float[] back = map(turned, net);
		for (int y = 0; y < 64; y++)
			for (int x = 0; x < 64; x++)
				assertEquals(straight[64 * y + x], back[64 * x + y], 1e-4, "the map lies on the image: " + x + ", " + y);
	}

	private float[] map(final ImagePlus image, final Path net) {
		return (float[]) glassbox.explain(image, net.toString(), "grad-cam", Map.of("layer", "relu2")).heatmap()
			.getProcessor().getPixels();
	}

	private static ColorProcessor transposed(final ImagePlus image) {
		final ColorProcessor turned = new ColorProcessor(64, 64);
		for (int y = 0; y < 64; y++)
			for (int x = 0; x < 64; x++)
				turned.set(y, x, image.getProcessor().get(x, y));
		return turned;
	}

	@Test
	void djl() throws IOException {
		final Path net = model("djl", Map.of("serving.properties", SERVING, "synset.txt", "disc\nring\nsquare\nempty\n"));
		assertSame(net);
		assertSame(net.getParent());
	}

	@Test
	void aFileOfAnotherHashIsRefusedWithBoth() throws IOException {
		final Path net = model("changed", Map.of("rdf.yaml", RDF_0_4.replace("HASH", "0".repeat(64))));
		final String message = assertThrows(GlassboxException.class, () -> glassbox.predict(image(), net.toString()))
			.getMessage();
		assertTrue(message.contains(FileHash.sha256(net)) && message.contains("0".repeat(64)) && message.contains("rdf.yaml"),
			message);
	}

	@Test
	void whatTheNetworkDoesNotTakeIsToldWithBothFiles() throws IOException {
		final Path net = model("gray", Map.of("rdf.yaml", RDF_0_4.replace("[1, 3, 64, 64]", "[1, 1, 64, 64]").replaceAll(
			"(?m)^ *- name: zero_mean[^\\n]*\\n[^\\n]*\\n", "")));
		final String message = assertThrows(GlassboxException.class, () -> glassbox.predict(image(), net.toString()))
			.getMessage();
		assertTrue(message.contains("rdf.yaml (inputs[0].shape)") && message.contains("channels 1") && message.contains(
			"net.onnx takes ? x 3 x 64 x 64"), message);
	}
}
