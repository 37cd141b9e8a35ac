package io.glassbox.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.ModelFile;
import io.glassbox.graph.io.OnnxReader;
import io.glassbox.graph.io.OnnxRuntimeScorer;
import io.glassbox.graph.io.OnnxWriter;
import io.glassbox.model.Lease;
import io.glassbox.model.ModelDescription;
import io.glassbox.reference.ReferenceCase;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.scijava.Context;
import org.scijava.command.CommandService;

import ij.ImagePlus;
import ij.process.ColorProcessor;

/** Networks whose channels lie behind height and width say the same, and their maps lie on the image, as with them first. */
class ChannelsLastTest {

	@TempDir
	private Path folder;

	private final Network first = OnnxReader.read(new ReferenceCase("gapcnn").file("model.onnx"));
	private Context context;
	private GlassboxService glassbox;
	private Path net;

	@BeforeEach
	void open() {
		context = new Context(CommandService.class, GlassboxService.class);
		glassbox = context.service(GlassboxService.class);
		net = folder.resolve("last.onnx");
	}

	@AfterEach
	void close() {
		context.close();
	}

	/** The network as an export from Keras begins: channels last, perhaps scaling, then a Transpose. */
	private void write(final boolean scaling) {
		final String image = first.inputs().get(0).name();
		final Network.Builder b = Network.builder().input("image", Port.ANY, 64, 64, 3).constant("one", Tensor.of(new float[] {
			1, 1, 1 }, 3));
		if (scaling) b.node("scale", "", Operator.of("Mul"), "image", "one");
		b.node(new Node("turn", "", Operator.of("Transpose", "perm", new long[] { 0, 3, 1, 2 }), List.of(scaling ? "scale"
			: "image"), List.of(image)));
		first.constants().forEach(b::constant);
		first.nodes().forEach(b::node);
		first.layers().forEach(b::layer);
		first.outputs().forEach(b::output);
		OnnxWriter.write(b.build(), net);
	}

	private static ImagePlus image() {
		final Random random = new Random(3);
		final ColorProcessor p = new ColorProcessor(70, 50);
		for (int i = 0; i < p.getPixelCount(); i++)
			p.set(i, random.nextInt(1 << 24));
		return new ImagePlus("image", p);
	}

	private float[] map(final Path model, final String method) {
		return (float[]) glassbox.explain(image(), model.toString(), method, Map.of()).heatmap().getProcessor().getPixels();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aKerasExportSaysTheSameAndItsMapsLieOnTheImage(final boolean scaling) {
		write(scaling);
		final Path reference = new ReferenceCase("gapcnn").file("model.onnx");
		final Prediction expected = glassbox.predict(image(), reference.toString());
		final Prediction found = glassbox.predict(image(), net.toString());
		for (int i = 0; i < expected.ranking().size(); i++)
			assertEquals(expected.ranking().get(i).score(), found.ranking().get(i).score(), 1e-4);
		for (final String method : List.of("grad-cam", "gradient"))
			assertArrayEquals(map(reference, method), map(net, method), 1e-4f, method);
	}

	@Test
	void theScoresAreThoseOfOnnxRuntime() {
		write(false);
		final Tensor input = glassboxInput();
		final float[] turned = new float[input.length()];
		for (int c = 0; c < 3; c++)
			for (int i = 0; i < 64 * 64; i++)
				turned[3 * i + c] = input.floats()[64 * 64 * c + i];
		try (OnnxRuntimeScorer direct = OnnxRuntimeScorer.open(net, Device.cpu()); Model model = ModelFile.open(net, Device
			.cpu()))
		{
			assertEquals("image (? x 3 x 64 x 64)", model.inputs().get(0).toString());
			assertTrue(model.network().notes().toString().contains("takes ? x 64 x 64 x 3, channels last"));
			assertTrue(model.network().nodes().stream().noneMatch(n -> n.is("Transpose")), "the two turns undo each other");
			assertArrayEquals(direct.score(List.of(Tensor.of(turned, 1, 64, 64, 3))).get(0).floats(), model.score(List.of(input))
				.get(0).floats(), 1e-5f);
		}
	}

	private Tensor glassboxInput() {
		try (Lease lease = glassbox.load(net.toString())) {
			return glassbox.prepare(image(), net, lease, Map.of());
		}
	}

	/** Means of each channel, then a linear layer: nothing but the description tells where the channels are. */
	@Test
	void aDescriptionTellsWhereItCannotBeSeen() throws IOException {
		OnnxWriter.write(Network.builder().input("x", Port.ANY, 16, 16, 3).constant("w", Tensor.of(new float[] { 1, 0, 0, 1, 0,
			0 }, 3, 2)).node("mean", "", Operator.of("ReduceMean", "axes", new long[] { 1, 2 }, "keepdims", 0), "x").node("y",
				"fc", Operator.of("MatMul"), "mean", "w").output("y", Port.ANY, 2).build(), net);
		final ColorProcessor red = new ColorProcessor(16, 16);
		red.setColor(0xff0000);
		red.fill();
		final ImagePlus image = new ImagePlus("red", red);
		assertTrue(assertThrows(GlassboxException.class, () -> glassbox.predict(image, net.toString())).getMessage().contains(
			"input: {axes: byxc}"));
		Files.writeString(folder.resolve("last.glassbox.yaml"), "input: {axes: byxc}\n");
		final Prediction said = glassbox.predict(image, net.toString());
		assertEquals(0, said.top().index());
		assertEquals(1, said.top().score(), 1e-5);
		final Path saved = folder.resolve("first.onnx");
		glassbox.save(net, saved, false);
		assertEquals("bcyx", ModelDescription.of(saved).axes().orElseThrow());
		assertEquals(1, glassbox.predict(image, saved.toString()).top().score(), 1e-5);
	}

	@Test
	void inputsThatNothingCanBeGivenToAreNamed() {
		OnnxWriter.write(Network.builder().input("age", Port.ANY, 1).input("image", Port.ANY, 1, 16, 16).node("mean", "", Operator
			.of("ReduceMean", "axes", new long[] { 1, 2, 3 }, "keepdims", 0), "image").node("y", "", Operator.of("Add"), "age",
				"mean").output("y").build(), net);
		final String said = assertThrows(GlassboxException.class, () -> glassbox.predict(image(), net.toString())).getMessage();
		assertTrue(said.startsWith("The network takes 2 inputs: an image can go into 'image' (? x 1 x 16 x 16), the " +
			"others have to be given beside it: 'age' (? x 1), as in inputs=[age="), said);
	}

	@Test
	void theOutputThatIsAListOfScoresIsTaken() throws IOException {
		OnnxWriter.write(Network.builder().input("image", Port.ANY, 3, 16, 16).node("mask", "", Operator.of("Sigmoid"), "image")
			.node("scores", "", Operator.of("ReduceMean", "axes", new long[] { 2, 3 }, "keepdims", 0), "image").node("more", "",
				Operator.of("Neg"), "scores").output("mask", Port.ANY, 3, 16, 16).output("scores", Port.ANY, 3).output("more",
					Port.ANY, 3).build(), net);
		final double score = glassbox.predict(image(), net.toString()).top().score();
		assertTrue(score > 0);
		Files.writeString(folder.resolve("last.glassbox.yaml"), "scores: more\n");
		assertTrue(glassbox.predict(image(), net.toString()).top().score() < 0);
	}
}
