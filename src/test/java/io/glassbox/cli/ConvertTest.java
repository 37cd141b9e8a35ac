package io.glassbox.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import io.glassbox.Macro;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Network;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.io.Npy;
import io.glassbox.graph.io.OnnxReader;
import io.glassbox.graph.io.OnnxWriter;
import io.glassbox.model.ModelDescription;
import io.glassbox.reference.ReferenceCase;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A network saved as ONNX by the command line and by a macro: what is written, and what is left where nothing can be. */
class ConvertTest {

	@TempDir
	private Path folder;

	private final ReferenceCase network = new ReferenceCase("miniresnet");
	private Path out;

	private record Result(int status, String out, String err) {}

	@BeforeEach
	void name() {
		out = folder.resolve("out.onnx");
	}

	private static Result run(final String... args) {
		final StringWriter out = new StringWriter();
		final StringWriter err = new StringWriter();
		final int status = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
		return new Result(status, out.toString(), err.toString());
	}

	private static Result convert(final Path model, final Path onnx, final String... more) {
		final String[] all = Arrays.copyOf(new String[] { "convert", "--model", model.toString(), "--out", onnx.toString() },
			5 + more.length);
		System.arraycopy(more, 0, all, 5, more.length);
		return run(all);
	}

	private List<String> left() {
		return Arrays.stream(folder.toFile().list()).sorted().toList();
	}

	private void givesTheSameScores(final Path onnx) {
		final Path raw = folder.resolve("raw.npy");
		final Result r = run("predict", "--model", onnx.toString(), "--input", network.file("input.npy").toString(), "--raw", raw
			.toString());
		assertEquals(0, r.status, r.err);
		assertTrue(ReferenceCase.relativeError(network.logits(), Npy.read(raw)) < 1e-5);
	}

	private static long norms(final Path onnx) {
		return OnnxReader.read(onnx).nodes().stream().filter(n -> n.is("BatchNormalization")).count();
	}

	@ParameterizedTest
	@CsvSource({ "model.pt, false", "model.pt, true", "model.scripted.pt, true", "model.onnx, false", "model.onnx, true" })
	void anyFileBecomesOnnxWithTheSameScores(final String file, final boolean merged) {
		final Path model = network.file(file);
		final Result r = convert(model, out, merged ? new String[] { "--merge-batchnorm" } : new String[0]);
		assertEquals(0, r.status, r.err);
		assertEquals(out + System.lineSeparator(), r.out);
		givesTheSameScores(out);
		// PyTorch merges normalisations itself when it exports ONNX
		if (file.endsWith(".pt")) assertEquals(merged, norms(out) == 0);
		assertTrue(OnnxReader.read(out).layers().containsKey("layer3.0"), "the author's names");
	}

	@Test
	void anotherRunReplacesTheFileAndMissingFoldersAreMade() throws IOException {
		final Path deep = folder.resolve("new").resolve("folder").resolve("out.ONNX");
		assertEquals(0, convert(network.file("model.pt"), deep).status);
		Files.writeString(deep, "something else");
		assertEquals(0, convert(network.file("model.pt"), deep).status);
		givesTheSameScores(deep);
		assertArrayEquals(new String[] { "out.ONNX" }, deep.getParent().toFile().list());
	}

	@Test
	void classNamesGoAlong() throws IOException {
		final Path model = Files.copy(network.file("model.pt"), folder.resolve("net.pt"));
		Files.writeString(folder.resolve("net.labels.txt"), "a\nb\nc\nd\n");
		final Result r = convert(model, out, "--json");
		final JsonObject json = JsonParser.parseString(r.out).getAsJsonObject();
		assertEquals(List.of(out.toString(), folder.resolve("out.glassbox.yaml").toString()), json.getAsJsonArray("files").asList()
			.stream().map(f -> f.getAsString()).toList());
		assertEquals(List.of("a", "b", "c", "d"), ModelDescription.of(out).classes());
		final String yaml = Files.readString(folder.resolve("out.glassbox.yaml"));
		assertEquals(out + System.lineSeparator(), convert(model, out).out, "the same again is not written again");
		Files.writeString(folder.resolve("net.labels.txt"), "e\nf\ng\nh\n");
		assertEquals(0, convert(model, out).status);
		assertEquals(List.of("e", "f", "g", "h"), ModelDescription.of(out).classes());
		assertEquals(yaml, Files.readString(folder.resolve("out.glassbox.yaml.old")), "what was there is kept");
	}

	// -- what cannot be --

	private void refused(final Result r, final String... parts) {
		assertEquals(1, r.status);
		assertEquals(1, r.err.lines().count(), r.err);
		for (final String part : parts)
			assertTrue(r.err.contains(part), r.err);
	}

	@Test
	void theNetworksOwnFileIsNeverOverwritten() throws IOException {
		final Path own = Files.copy(network.file("model.onnx"), out);
		refused(convert(own, own), "is the file the network comes from; choose another name");
		refused(convert(folder, own), "is the file the network comes from; choose another name");
		assertArrayEquals(Files.readAllBytes(network.file("model.onnx")), Files.readAllBytes(own));
	}

	@Test
	void aTargetThatIsNoFileIsRefused() throws IOException {
		final Path model = network.file("model.pt");
		refused(convert(model, folder), folder + "' is a folder; name the ONNX file", "model.onnx'");
		refused(convert(model, folder.resolve("out.pt")), "does not end in .onnx");
		final Path file = Files.writeString(folder.resolve("file"), "");
		refused(convert(model, file.resolve("out.onnx")), "Cannot write " + file.resolve("out.onnx") + ": '" + file +
			"' is a file, not a folder; choose another output folder.");
		assertEquals(List.of("file"), left());
	}

	@Test
	void withoutPermissionNothingIsLeft() {
		final Path locked = folder.resolve("locked");
		assertTrue(locked.toFile().mkdir() && locked.toFile().setWritable(false));
		assumeFalse(Files.isWritable(locked), "the administrator may write anywhere");
		refused(convert(network.file("model.pt"), locked.resolve("out.onnx")), "no permission to write into this folder");
		assertEquals(0, locked.toFile().list().length);
	}

	private Path blackBox() {
		final Path opaque = folder.resolve("opaque.onnx");
		OnnxWriter.write(Network.builder().input("x", Port.ANY, 1, 4, 4).node("y", "head", Operator.of("Det"), "x").output("y",
			Port.ANY, 1).build(), opaque);
		return opaque;
	}

	@Test
	void aBlackBoxSaysWhyItCannotBeSaved() {
		refused(convert(blackBox(), out), "'opaque.onnx' cannot be saved as ONNX, since it opened as a black box", "Det");
		assertEquals(List.of("opaque.onnx"), left());
	}

	@Test
	void noSuchModelIsOneSentence() {
		refused(convert(folder.resolve("none.pt"), out), "none.pt");
		refused(run("convert", "--model", network.file("input.npy").toString(), "--out", out.toString()), "input.npy");
		assertEquals(List.of(), left());
	}

	// -- the menu command, without a display --

	@ParameterizedTest
	@CsvSource({ "model.pt, true", "model.scripted.pt, false" })
	void aMacroSavesToo(final String file, final boolean merged) {
		assertEquals("Saved=" + out, Macro.run("Save Network", "model=[" + network.file(file) + "] out=[" + out +
			"]" + (merged ? " mergebatchnorm" : "")).strip().replaceFirst("(?i)^summary=", "Saved="));
		givesTheSameScores(out);
		assertEquals(merged, norms(out) == 0);
	}

	@Test
	void aMacroIsToldWhatIsWrong() {
		final String model = "model=[" + network.file("model.pt") + "]";
		for (final String[] c : new String[][] { { model, "No file to save to was chosen: give one with out=[path.onnx]." },
			{ "out=[" + out + "]", "model" }, { model + " out=[" + folder.resolve("net.pt") + "]", "does not end in .onnx" },
			{ "model=[" + blackBox() + "] out=[" + out + "]", "black box" } })
		{
			final String message = assertThrows(GlassboxException.class, () -> Macro.run("Save Network", c[0])).getMessage();
			assertTrue(message.contains(c[1]), message);
		}
		assertEquals(List.of("opaque.onnx"), left());
	}
}
