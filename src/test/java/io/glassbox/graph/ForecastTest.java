package io.glassbox.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import io.glassbox.graph.io.Npy;
import io.glassbox.graph.io.OnnxReader;
import io.glassbox.graph.io.TorchScriptReader;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ForecastTest {

	private static final Path RESOURCES = Path.of("src/test/resources");

	/** Operators whose results follow from what operands hold, and are never larger than a few times these. */
	private static final Set<String> BY_DATA = Set.of("NonZero", "Compress", "NonMaxSuppression");

	@TestFactory
	Stream<DynamicTest> aForecastTellsTheShapesThatThereAre() {
		final Stream<Path[]> references = Stream.of("cnn3d", "gapcnn", "minidensenet", "miniresnet", "vggish").flatMap(n -> Stream
			.of("model.onnx", "model.pt", "model.scripted.pt").map(f -> new Path[] { RESOURCES.resolve("reference/" + n + "/" +
				f), RESOURCES.resolve("reference/" + n + "/input.npy") }));
		final Stream<Path[]> operators = Stream.of("activations", "inplace", "normalizations", "shapes", "signal", "twice",
			"volume", "windows").flatMap(n -> Stream.of(".traced.pt", ".scripted.pt").map(f -> new Path[] { RESOURCES.resolve(
				"torchscript/" + n + f), RESOURCES.resolve("torchscript/" + n + ".input.npy") }));
		final Stream<Path[]> seeds = Stream.of("pixels.onnx", "attends.onnx", "shapes.onnx", "pixels.pt").map(f -> new Path[] {
			RESOURCES.resolve("fuzz/" + f), RESOURCES.resolve("fuzz/" + f.substring(0, f.indexOf('.')) + ".input.npy") });
		return Stream.of(references, operators, seeds, extra()).flatMap(s -> s).map(f -> DynamicTest.dynamicTest(f[0].getParent()
			.getFileName() + "/" + f[0].getFileName(), () -> compare(f[0], f[1])));
	}

	/** Networks in a folder named by a system property, each in a folder with its input. */
	private static Stream<Path[]> extra() {
		final String folder = System.getProperty("glassbox.test.networks");
		if (folder == null) return Stream.of();
		try {
			return Files.list(Path.of(folder)).filter(p -> Files.exists(p.resolve("input.npy"))).sorted().flatMap(p -> Stream.of("model.onnx",
				"model.pt").map(p::resolve).filter(Files::exists).map(m -> new Path[] { m, p.resolve("input.npy") }));
		}
		catch (final java.io.IOException e) {
			throw new java.io.UncheckedIOException(e);
		}
	}

	private static void compare(final Path file, final Path input) {
		final Network network = file.toString().endsWith(".onnx") ? OnnxReader.read(file) : TorchScriptReader.read(file);
		final List<Tensor> inputs = List.of(Npy.read(input));
		final Forecast forecast = Forecast.of(network, inputs);
		final Map<String, long[]> told = forecast.shapes();
		try (TorchExecutor executor = new TorchExecutor(network, Device.cpu())) {
			executor.shapes(inputs).forEach((name, shape) -> {
				if (told.containsKey(name)) assertArrayEquals(Arrays.stream(shape).asLongStream().toArray(), told.get(name), name);
			});
		}
		assertTrue(forecast.complete(), () -> "not told: " + network.nodes().stream().filter(n -> !told.containsKey(n
			.output())).map(n -> n.op().type()).distinct().toList());
		assertFalse(Forecast.dependsOnData(network));
	}

	/** What is not foreseen cannot be refused in time. Whoever adds a kernel adds a rule to {@link ResultShapes}. */
	@Test
	void everyKernelHasARule() {
		final Set<String> without = new TreeSet<>(Kernels.types());
		without.removeAll(BY_DATA);
		without.removeIf(ResultShapes::knows);
		assertEquals(Set.of(), without);
	}

	@Test
	void sizesThatDependOnDataAreNotForeseen() {
		final Network network = Network.builder().input("x", 4).node("n", "", Operator.of("Cast", "to", 7), "x").node("y", "",
			Operator.of("ConstantOfShape"), "n").output("y").build();
		assertTrue(Forecast.dependsOnData(network));
	}

	@Test
	void aResultThatIsTooLargeIsRefusedBeforeItIsMade() {
		final Network network = Network.builder().input("x", 1, 4).constant("times", Tensor.ofLongs(new long[] { 100_000,
			100_000 }, 2)).node("y", "", Operator.of("Tile"), "x", "times").output("y").build();
		final List<Tensor> inputs = List.of(Tensor.zeros(1, 4));
		final String said = assertThrows(GlassboxException.class, () -> Forecast.of(network, inputs)).getMessage();
		assertTrue(said.contains("149 GB") && said.contains("[100000, 400000]"), said);
		try (TorchExecutor executor = new TorchExecutor(network, Device.cpu())) {
			assertThrows(GlassboxException.class, () -> executor.score(inputs));
		}
	}

	@Test
	void valuesThatAreHeldAtOneTimeCountTogether() {
		final List<Tensor> inputs = List.of(Tensor.zeros(1, 1));
		assertTrue(Forecast.of(ofTiles(10), inputs).complete());
		assertThrows(GlassboxException.class, () -> Forecast.of(ofTiles(100), inputs));
	}

	/** Outputs of four megabytes each. */
	private static Network ofTiles(final int count) {
		final Network.Builder b = Network.builder().input("x", 1, 1).constant("times", Tensor.ofLongs(new long[] { 1, 1 << 20 },
			2));
		for (int i = 0; i < count; i++)
			b.node("v" + i, "", Operator.of("Tile"), "x", "times").output("v" + i);
		return b.build();
	}

	@Test
	void workAddsUp() {
		final Network.Builder b = Network.builder().input("x", 1, 1, 64, 64).constant("w", Tensor.zeros(1, 1, 32, 32));
		String last = "x";
		for (int i = 0; i < 100_000; i++) {
			b.node("v" + i, "", Operator.of("Conv", "auto_pad", "SAME_UPPER"), last, "w");
			last = "v" + i;
		}
		final Network network = b.output(last).build();
		final List<Tensor> inputs = List.of(Tensor.zeros(1, 1, 64, 64));
		assertTrue(assertThrows(GlassboxException.class, () -> Forecast.of(network, inputs)).getMessage().contains(
			"operations up to"));
	}
}
