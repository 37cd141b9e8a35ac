package io.glassbox.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;

import io.glassbox.graph.io.OnnxReader;
import io.glassbox.graph.io.TorchScriptReader;
import io.glassbox.reference.ReferenceCase;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A backward pass through rules, in networks whose answers are known. */
class RuledGradientsTest {

	/** What any operator passes back if nobody has another idea: here said by a rule, so that the walk must do it all. */
	private static final Rule DERIVATIVE = (step, g) -> {
		final NDArray[] operands = new NDArray[step.node().inputs().size()];
		for (int i = 0; i < operands.length; i++)
			operands[i] = step.operand(i);
		return step.derivative(g, operands);
	};

	/** Of sums taken in another order, relative to the largest derivative. */
	private static final double ROUNDING = 1e-5;

	/** Every operator by rule, one in two, one in five: each leaves other stretches, and each must be the gradient. */
	@ParameterizedTest
	@MethodSource("io.glassbox.reference.ReferenceCase#everyFile")
	void rulesThatSayTheDerivativeGiveTheGradient(final String name, final String file) {
		final ReferenceCase c = new ReferenceCase(name);
		final Path path = c.file(file);
		final Network network = file.endsWith(".onnx") ? OnnxReader.read(path) : TorchScriptReader.read(path);
		final List<Tensor> inputs = List.of(c.input());
		final String input = network.inputs().get(0).name();
		final String inner = network.layer(network.layers().keySet().iterator().next());
		final List<String> values = List.of(input, inner);
		try (TorchExecutor torch = new TorchExecutor(network, Device.cpu())) {
			final Gradients.Seed seed = RuledGradientsTest::squares;
			final Gradients plain = torch.differentiate(inputs, values, seed);
			for (final double share : new double[] { 1, 0.5, 0.2 }) {
				final Gradients ruled = torch.differentiate(inputs, values, rules(network, share), seed);
				for (final String value : values)
					assertClose(plain.gradients().get(value), ruled.gradients().get(value), share + " of the operators");
				assertArrayEquals(plain.outputs().get(0).floats(), ruled.outputs().get(0).floats());
			}
		}
	}

	private static List<Tensor> squares(final List<Tensor> outputs) {
		return outputs.stream().map(o -> Tensor.of(o.floats().clone(), o.shape())).toList();
	}

	private static Map<String, Rule> rules(final Network network, final double share) {
		final Random random = new Random(7);
		final Map<String, Rule> rules = new HashMap<>();
		for (final Node n : network.nodes())
			if (n.outputs().size() == 1 && random.nextDouble() < share) rules.put(n.id(), DERIVATIVE);
		return rules;
	}

	private static void assertClose(final Tensor expected, final Tensor found, final String what) {
		double largest = 0;
		for (final float v : expected.floats())
			largest = Math.max(largest, Math.abs(v));
		assertTrue(largest > 0);
		assertArrayEquals(expected.shape(), found.shape());
		for (int i = 0; i < expected.length(); i++)
			assertEquals(expected.floats()[i], found.floats()[i], ROUNDING * largest, what + ", element " + i);
	}

	/** y = relu(x) + 2 relu(x): the rule of the one ReLU sees what comes from both readers together. */
	@Test
	void aRuleIsAppliedOnceToAllThatArrives() {
		final List<Float> seen = new ArrayList<>();
		final Rule notes = (step, g) -> {
			for (final float v : g.toFloatArray())
				seen.add(v);
			return new NDArray[] { g };
		};
		final Network network = Network.builder().input("x", 1, 2).constant("two", Tensor.of(new float[] { 2 })).node("r", "",
			Operator.of("Relu"), "x").node("d", "", Operator.of("Mul"), "r", "two").node("y", "", Operator.of("Add"), "r", "d")
			.output("y").build();
		try (TorchExecutor torch = new TorchExecutor(network, Device.cpu())) {
			final Gradients g = torch.differentiate(List.of(Tensor.of(new float[] { -1, 1 }, 1, 2)), List.of("x"), Map.of("r",
				notes), o -> List.of(Tensor.of(new float[] { 1, 10 }, 1, 2)));
			assertEquals(List.of(3f, 30f), seen);
			assertArrayEquals(new float[] { 3, 30 }, g.gradients().get("x").floats());
		}
	}

	/** Of a chain of readers, as in a DenseNet, each is one stretch: no operator is gone through twice. */
	@Test
	void sharedValuesAreCut() {
		final Network.Builder b = Network.builder().input("x", 1, 4);
		String last = "x";
		final List<String> sums = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			b.node("sum" + i, "", Operator.of("Exp"), last).node("relu" + i, "", Operator.of("Relu"), "sum" + i).node("y" + i, "",
				Operator.of("Neg"), "relu" + i).output("y" + i);
			last = "sum" + i;
			sums.add(last);
		}
		final Network network = b.build();
		final Map<String, Rule> rules = new HashMap<>();
		for (int i = 0; i < 5; i++)
			rules.put("relu" + i, DERIVATIVE);
		final Stretches s = Stretches.of(network, rules.keySet(), List.of("x"));
		assertEquals(List.copyOf(sums.subList(0, 4)), s.cuts().stream().sorted().toList());
	}

	@Test
	void aRuleThatReturnsAnotherShapeIsNamed() {
		final Network network = Network.builder().input("x", 1, 2).node("r", "block.relu", Operator.of("Relu"), "x").output("r")
			.build();
		try (TorchExecutor torch = new TorchExecutor(network, Device.cpu())) {
			final String said = assertThrows(GlassboxException.class, () -> torch.differentiate(List.of(Tensor.zeros(1, 2)), List
				.of("x"), Map.of("r", (step, g) -> new NDArray[] { g.sum() }), o -> List.of(Tensor.zeros(1, 2)))).getMessage();
			assertTrue(said.contains("block.relu") && said.contains("(1, 2)"), said);
		}
	}

	@Test
	void aTargetThatDoesNotDependOnTheValueIsNamed() {
		final Network network = Network.builder().input("x", 1, 2).input("z", 1, 2).node("r", "", Operator.of("Relu"), "x")
			.node("s", "", Operator.of("Relu"), "z").output("r").output("s").build();
		try (TorchExecutor torch = new TorchExecutor(network, Device.cpu())) {
			for (final Map<String, Rule> rules : List.of(Map.<String, Rule>of(), Map.of("s", DERIVATIVE)))
				assertTrue(assertThrows(GlassboxException.class, () -> torch.differentiate(List.of(Tensor.zeros(1, 2), Tensor.zeros(1,
					2)), List.of("x", "z"), rules, o -> Arrays.asList(Tensor.zeros(1, 2), null))).getMessage().contains("'z'"));
		}
	}

	/** All batches of an explanation are cut alike; another wish is not answered with the last one's. */
	@Test
	void stretchesAreFoundOnceForAllBatches() {
		final Network network = OnnxReader.read(new ReferenceCase("gapcnn").file("model.onnx"));
		final String input = network.inputs().get(0).name();
		final String first = network.nodes().get(0).id();
		final Map<String, Rule> rules = Map.of(first, DERIVATIVE);
		try (TorchProgram program = new TorchProgram(network, Device.cpu())) {
			final Stretches cut = program.stretches(rules.keySet(), List.of(input));
			assertSame(cut, program.stretches(new HashMap<>(rules).keySet(), new ArrayList<>(List.of(input))));
			final String inner = network.nodes().get(3).outputs().get(0);
			assertEquals(Stretches.of(network, rules.keySet(), List.of(input, inner)), program.stretches(rules.keySet(), List.of(input,
				inner)));
			assertEquals(Stretches.of(network, Set.of(), List.of(input)), program.stretches(Set.of(), List.of(input)));
		}
	}
}
