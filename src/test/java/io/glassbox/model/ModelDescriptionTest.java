package io.glassbox.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.GlassboxException;
import io.glassbox.model.Preprocessing.Normalization;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Descriptions beside model files: found, read, complained about, written. */
class ModelDescriptionTest {

	@TempDir
	Path folder;

	@Test
	void readsEveryDocumentedKey() throws IOException {
		final ModelDescription d = describe("""
			name: BUSI MobileNet
			description: Breast ultrasound.
			input:
			  size: [128, 96]        # height, width
			  channels: 3
			  axes: bcyx
			  resize: letterbox
			  antialias: true
			  values: percentile
			  percentiles: [1, 99.9]
			  normalization: signed
			output: logits
			scores: malignancy
			boxes: {format: xywh, objectness: false}
			classes: [benign, malignant, normal]
			layer: features.12
			""");
		assertEquals(new ModelDescription("BUSI MobileNet", "Breast ultrasound.", new Preprocessing(new int[] { 128,
			96 }, 3, Preprocessing.Resize.LETTERBOX, true, Preprocessing.Values.PERCENTILE, 1, 99.9, Normalization.SIGNED),
			Optional.of("bcyx"), ModelDescription.Output.LOGITS, Optional.of("malignancy"),
			new BoxDescription(true, Optional.of(true), Optional.empty(), Optional.of(false)), List.of("benign", "malignant", "normal"), Optional.of(
				folder.resolve("net.glassbox.yaml")), Optional.of("features.12"), "net.glassbox.yaml"), d);
	}

	@Test
	void leavesToDefaultsWhatIsNotSaid() throws IOException {
		final ModelDescription d = describe("input:\n  channels: 1\n");
		assertEquals("net", d.name());
		assertEquals(1, d.preprocessing().channels());
		assertEquals(Preprocessing.DEFAULT.normalization(), d.preprocessing().normalization());
		assertEquals(ModelDescription.Output.UNSTATED, d.output());
		assertEquals(describe("").preprocessing(), Preprocessing.DEFAULT);
	}

	@Test
	void readsMeanAndStandardDeviation() throws IOException {
		final Normalization n = describe("input: {normalization: {mean: [0.1, 0.2, 3e-1], std: [1, 2, 4]}}")
			.preprocessing().normalization();
		assertEquals(List.of(new Step.Standardize(List.of(0.1, 0.2, 0.3), List.of(1.0, 2.0, 4.0), 0)), n.steps());
	}

	@Test
	void keepsClassNamesAsWritten() throws IOException {
		assertEquals(List.of("no", "yes", "1.0", "~", "2024-01-01"), describe("classes: [no, yes, 1.0, ~, 2024-01-01]")
			.classes());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
		input: {channels: three}                        | 'input.channels' is 'three', expected a whole number from 1.
		input: {channels: 0}                            | 'input.channels' is '0', expected a whole number from 1.
		input: {size: [128]}                            | 'input.size' is '[128]', expected 2 whole numbers
		input: {size: [128, -1]}                        | 'input.size' is '[128, -1]'
		input: {resize: squash}                         | 'input.resize' is 'squash', expected one of stretch, crop, letterbox.
		input: {antialias: maybe}                       | 'input.antialias' is 'maybe', expected true or false.
		input: {values: 8bit}                           | expected one of type, display, percentile, raw.
		input: {percentiles: [99, 1]}                   | 'input.percentiles' is '[99, 1]', expected 2 rising numbers
		input: {normalization: caffe}                   | 'input.normalization' is 'caffe', expected unit, signed, imagenet
		input: {normalization: {mean: [1], std: [0]}}   | Standard deviations must be above 0
		input: {normalization: {mean: [1], std: [a]}}   | 'input.normalization std' is '[a]', expected numbers.
		input: {channels: 1, normalization: imagenet}   | Normalization 'imagenet' is for 3 channels, but the input has 1.
		input: {axes: cyx}                              | 'input.axes' is 'cyx', expected bcyx or bczyx
		input: {axes: bxyc}                             | 'input.axes' is 'bxyc', expected bcyx or bczyx
		input: {axes: bctyx}                            | 'input.axes' is 'bctyx', expected bcyx or bczyx
		input: 3                                        | 'input' is '3', expected keys with values
		output: softmax                                 | 'output' is 'softmax', expected one of logits, probabilities
		classes: benign                                 | 'classes' is 'benign', expected a list of names
		classes: [a, [b]]                               | 'classes[1]' is '[b]', expected text.
		name: [a]                                       | 'name' is '[a]', expected text.
		just words                                      | expected keys with values
		name: a: b                                      | is no valid YAML
		name: !!java.io.File [x]                        | is no valid YAML
		""")
	void saysWhatIsWrongWhere(final String yaml, final String message) {
		final GlassboxException e = assertThrows(GlassboxException.class, () -> describe(yaml));
		assertTrue(e.getMessage().contains(message), e.getMessage());
		assertTrue(e.getMessage().startsWith(folder.resolve("net.glassbox.yaml").toString()), e.getMessage());
	}

	@Test
	void everyKindOfOutputIsWrittenAndReadBack() throws IOException {
		assertEquals(ModelDescription.Output.SIGMOID, describe("output: sigmoid").output());
		for (final String output : List.of("logits", "sigmoid", "probabilities")) {
			final ModelDescription d = describe("output: " + output);
			d.write(folder.resolve("net.glassbox.yaml"));
			assertEquals(d, ModelDescription.of(folder.resolve("net.onnx")));
		}
		final GlassboxException e = assertThrows(GlassboxException.class, () -> describe("output: unstated"));
		assertTrue(e.getMessage().contains("expected logits, sigmoid, probabilities or values"), e.getMessage());
	}

	@Test
	void refusesYamlThatGrowsWithoutBound() {
		final String bomb = """
			a: &a [x, x, x, x, x, x, x, x, x, x]
			b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
			c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
			classes: [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
			""";
		assertThrows(GlassboxException.class, () -> describe(bomb));
		assertThrows(GlassboxException.class, () -> describe("name: " + "[".repeat(5000)));
		assertThrows(GlassboxException.class, () -> describe("name: a\nname: b\n"));
	}

	@Test
	void findsClassNamesInOrderOfPreference() throws IOException {
		final Path model = folder.resolve("net.scripted.pt");
		assertEquals(List.of(), ModelDescription.of(model).classes());
		assertEquals("defaults", ModelDescription.of(model).source());
		Files.writeString(folder.resolve("classes.txt"), "from classes\n\n");
		assertEquals(List.of("from classes"), ModelDescription.of(model).classes());
		Files.writeString(folder.resolve("synset.txt"), "\ufeffn01440764 tench, Tinca tinca\nn02012849 crane\n" +
			"n03126707 crane\nplain, with comma");
		assertEquals(List.of("tench", "crane (n02012849)", "crane (n03126707)", "plain, with comma"), ModelDescription.of(
			model).classes());
		Files.writeString(folder.resolve("net.scripted.labels.txt"), "from labels");
		assertEquals(List.of("from labels"), ModelDescription.of(model).classes());
		assertEquals("defaults, classes from net.scripted.labels.txt", ModelDescription.of(model).source());
		Files.writeString(folder.resolve("net.scripted.glassbox.yaml"), "classes: [from yaml]");
		assertEquals(List.of("from yaml"), ModelDescription.of(model).classes());
	}

	@Test
	void namesOfThisNetworkMustBeAsManyAsItsOutputs() throws IOException {
		final ModelDescription yaml = describe("classes: [a, b, c]");
		assertSame(yaml, yaml.checkedAgainst(3));
		final GlassboxException e = assertThrows(GlassboxException.class, () -> yaml.checkedAgainst(1));
		assertEquals(folder.resolve("net.glassbox.yaml") + " gives 3 class names, but the network has 1 output: give one " +
			"name for each output, in output order, or none at all.", e.getMessage());
		final Path labels = Files.writeString(folder.resolve("net.labels.txt"), "a\nb\n");
		final ModelDescription text = describe("");
		assertSame(text, text.checkedAgainst(2));
		final GlassboxException f = assertThrows(GlassboxException.class, () -> text.checkedAgainst(1000));
		assertTrue(f.getMessage().startsWith(labels + " gives 2 class names, but the network has 1000 outputs"), f
			.getMessage());
	}

	@ParameterizedTest
	@ValueSource(strings = { "synset.txt", "classes.txt" })
	void namesOfAFolderServeNetworksOfAsManyOutputsOnly(final String list) throws IOException {
		Files.writeString(folder.resolve(list), "a\nb\n");
		final ModelDescription d = ModelDescription.of(folder.resolve("net.onnx"));
		assertSame(d, d.checkedAgainst(2));
		final ModelDescription other = d.checkedAgainst(3);
		assertEquals(List.of(), other.classes());
		assertEquals("defaults, classes from " + list + " (not used: 2 class names, but the network has 3 outputs)", other
			.source());
		assertSame(other, other.checkedAgainst(4));
	}

	@Test
	void refusesClassFilesWithHoles() throws IOException {
		Files.writeString(folder.resolve("classes.txt"), "a\n\nc\n");
		final GlassboxException e = assertThrows(GlassboxException.class, () -> ModelDescription.of(folder.resolve(
			"net.onnx")));
		assertTrue(e.getMessage().contains("line 2 is blank"), e.getMessage());
		Files.write(folder.resolve("classes.txt"), new byte[] { (byte) 0xff, (byte) 0xfe, 'a' });
		assertThrows(GlassboxException.class, () -> ModelDescription.of(folder.resolve("net.onnx")));
	}

	@Test
	void readsBackWhatItWrote() throws IOException {
		final Path yaml = folder.resolve("net.glassbox.yaml");
		final ModelDescription odd = new ModelDescription("1.0", "a: b # c", new Preprocessing(new int[] { 8, 16, 16 },
			1, Preprocessing.Resize.CROP, true, Preprocessing.Values.PERCENTILE, 2, 98, Normalization.of(new float[] { 0.1f },
				new float[] { 0.3f })), Optional.of("bczyx"), ModelDescription.Output.PROBABILITIES, Optional.of("head:2"),
					new BoxDescription(true, Optional.of(false), Optional.of(true), Optional.empty()), List.of("no", "~",
					"große Masse"), Optional.of(yaml), Optional.of("0"), "net.glassbox.yaml");
		odd.write(yaml);
		assertEquals(odd, ModelDescription.of(folder.resolve("net.onnx")));
		final ModelDescription plain = describe("");
		plain.write(yaml);
		assertEquals(plain, ModelDescription.of(folder.resolve("net.onnx")));
		try (var files = Files.list(folder)) {
			assertEquals(List.of(yaml), files.toList(), "no temporary file is left");
		}
	}

	@Test
	void saysThatItCannotWrite() throws IOException {
		final Path file = Files.createFile(folder.resolve("no folder")).resolve("a.glassbox.yaml");
		final GlassboxException e = assertThrows(GlassboxException.class, () -> ModelDescription.of(folder.resolve("a"))
			.write(file));
		assertTrue(e.getMessage().startsWith("Cannot write " + file), e.getMessage());
	}

	private ModelDescription describe(final String yaml) throws IOException {
		Files.writeString(folder.resolve("net.glassbox.yaml"), yaml);
		return ModelDescription.of(folder.resolve("net.onnx"));
	}
}
