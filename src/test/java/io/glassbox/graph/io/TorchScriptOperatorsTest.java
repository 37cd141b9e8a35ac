package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Network;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;

/** Operators in small networks, made by {@code src/test/python/export_operators.py}: the graph computes what PyTorch did. */
class TorchScriptOperatorsTest {

	private static final Path FOLDER = Path.of("src/test/resources/torchscript");

	/** A few float32 operations in a row. */
	private static final double TOLERANCE = 2e-6;

	static Stream<Path> files() {
		return Stream.of("activations", "inplace", "normalizations", "windows", "shapes", "volume", "signal", "twice",
			"indexing", "tables", "reductions", "moreactivations", "matrices", "grids", "attention", "classes", "lenient", "antialiased",
			"mobile", "deformed")
			.flatMap(name -> Stream.of(".traced.pt", ".scripted.pt").map(end -> FOLDER.resolve(name + end))).filter(
					Files::exists);
	}

	private static Tensor tensor(final Path file, final String what) {
		final String name = file.getFileName().toString();
		return Npy.read(FOLDER.resolve(name.substring(0, name.indexOf('.')) + "." + what + ".npy"));
	}

	/** Where the code decides by the size of the input, for the size it has. */
	private static Network read(final Path file) {
		return TorchScriptReader.read(file, new Opening(Arrays.stream(tensor(file, "input").shape()).skip(2).boxed().toList(),
			true));
	}

	private static Tensor score(final Network network, final Tensor input) {
		try (TorchExecutor executor = new TorchExecutor(network, Device.cpu())) {
			return executor.score(List.of(input)).get(0);
		}
	}

	@ParameterizedTest
	@MethodSource("files")
	void graphComputesTheSame(final Path file) {
		final Tensor actual = score(read(file), tensor(file, "input"));
		assertEquals(0, Errors.relative(actual, tensor(file, "output")), TOLERANCE);
	}

	@ParameterizedTest
	@MethodSource("files")
	void batchIsNotFixedByTheFile(final Path file) {
		final Tensor one = tensor(file, "input").sample(0);
		final Tensor expected = tensor(file, "output");
		final Network network = read(file);
		final boolean squeezed = file.getFileName().toString().startsWith("shapes");
		final Tensor actual = score(network, one);
		assertEquals(0, Errors.relative(squeezed ? actual.reshape(expected.sample(0).shape()) : actual, expected.sample(
			0)), TOLERANCE);
	}

	/** 3 and 4 have the root mean square 5 over the root of 2; with 0.5 added under the root, the root of 13. */
	@Test
	void rmsNormDividesByTheRootMeanSquare(@TempDir final Path folder) {
		final String[] calls = { "torch.rms_norm(x, [2])", "torch.rms_norm(x, [2], None, 0.5)",
			"torch.rms_norm(x, [1, 2], torch.mul(torch.ones([2]), 2.), 0.5)" };
		final double[] roots = { 5 / Math.sqrt(2), Math.sqrt(13), Math.sqrt(13) / 2 };
		for (int i = 0; i < calls.length; i++) {
			final Network network = TorchScriptReader.read(HandmadeScript.withForward("return " + calls[i]).entry("m/version",
				"3\n").write(folder.resolve("rms" + i + ".pt")));
			final Tensor y = score(network, Tensor.of(new float[] { 3, 4 }, 1, 1, 2));
			assertEquals(0, Errors.relative(y, Tensor.of(new float[] { (float) (3 / roots[i]), (float) (4 / roots[i]) }, 1, 1,
				2)), TOLERANCE, calls[i]);
		}
	}

	@Test
	void secondUseOfAModuleIsALayerOfItsOwn() {
		for (final String form : List.of("traced", "scripted")) {
			final Network network = TorchScriptReader.read(FOLDER.resolve("twice." + form + ".pt"));
			assertEquals(List.of("conv", "relu", "conv_1", "relu_1", "other"), List.copyOf(network.layers().keySet()), form);
			assertEquals("conv", network.nodes().get(2).layer());
			assertEquals("conv_1", network.nodes().get(2).id());
		}
	}

	/** The optimiser leaves no modules, only the weights in a list of constants. */
	@Test
	void whatIsPackedForMobilePhonesIsAConvolution() {
		final Network network = TorchScriptReader.read(FOLDER.resolve("mobile.traced.pt"));
		assertEquals(List.of("Conv", "Relu", "Conv", "Clip", "ConvTranspose", "Clip", "Flatten", "Gemm", "Relu", "Gemm"), network
			.nodes().stream().map(n -> n.op().type()).toList());
	}

	@Test
	void sharedParameterIsOneConstant() {
		for (final String form : List.of("traced", "scripted")) {
			final Network network = TorchScriptReader.read(FOLDER.resolve("twice." + form + ".pt"));
			assertEquals(3, network.constants().size(), () -> network.constants().keySet().toString());
			assertTrue(network.constants().keySet().containsAll(List.of("conv.weight", "conv.bias", "other.bias")));
		}
	}

	/** Regions name the samples they lie in, and boxes are those of one sample. */
	@ParameterizedTest
	@ValueSource(strings = { "regions.traced.pt", "regions.scripted.pt", "suppressed.traced.pt", "suppressed.scripted.pt",
		"deformed.traced.pt" })
	void torchvisionsOperatorsAreKnown(final String name) {
		final Path file = FOLDER.resolve(name);
		final Network network = read(file);
		assertEquals(0, Errors.relative(score(network, tensor(file, "input")), tensor(file, "output")), TOLERANCE);
		try (OnnxRuntimeScorer scorer = OnnxRuntimeScorer.of(OnnxWriter.toBytes(network), Device.cpu())) {
			assertEquals(0, Errors.relative(scorer.score(List.of(tensor(file, "input"))).get(0), tensor(file, "output")),
				TOLERANCE, "ONNX Runtime");
		}
	}

	@ParameterizedTest
	@CsvSource({ "ops.torchvision.ps_roi_align(x), torchvision::ps_roi_align, torchvision",
		"ops.torch_scatter.scatter_sum(x), torch_scatter::scatter_sum, torch_scatter" })
	void operatorsOfOtherLibrariesAreNamedWithWhatToDo(final String call, final String operator, final String library,
		@TempDir final Path folder)
	{
		final Path file = HandmadeScript.withForward("return " + call).entry("m/version", "3").write(folder.resolve("foreign.pt"));
		final String message = assertThrows(GlassboxException.class, () -> ModelFile.open(file, Device.cpu())).getMessage();
		assertTrue(message.startsWith("'" + file + "' uses the operator " + operator + " of the library '" + library + "'"),
			message);
		assertTrue(message.contains("Export the network without the part that needs it"), message);
	}

	/** As an engine of TensorRT within a module is. */
	@Test
	void classesOfOtherLibrariesAreNamedToo(@TempDir final Path folder) {
		final Path file = HandmadeScript.withForward("""
			engine = __torch__.torch.classes.tensorrt.Engine.__new__(__torch__.torch.classes.tensorrt.Engine)
			return engine.run(x)""").entry("m/version", "3").write(folder.resolve("engine.pt"));
		final String message = assertThrows(GlassboxException.class, () -> ModelFile.open(file, Device.cpu())).getMessage();
		assertTrue(message.startsWith("'" + file + "' uses the class Engine of the library 'tensorrt'"), message);
	}

	/** Only code that is run by another name; libtorch could not run it as a network either. */
	@Test
	void aModuleThatCannotBeRunIsRefused(@TempDir final Path folder) {
		final Path file = HandmadeScript.withForward("return x").entry("m/code/__torch__.py", """
			class Net(Module):
			  training : bool
			  def add(self: __torch__.Net,
			    x: Tensor) -> Tensor:
			    return x
			""").write(folder.resolve("add.pt"));
		assertEquals("add.pt holds a __torch__.Net without the method 'forward', the one that is run. Save a module that has it.",
			assertThrows(GlassboxException.class, () -> ModelFile.open(file, Device.cpu())).getMessage());
	}
}
