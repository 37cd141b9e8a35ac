package io.glassbox.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

/** Results that take an operand's place are what they would be beside it, and nothing that is still wanted is lost. */
class InPlaceTest {

	private static final Tensor X = Tensor.of(new float[] { -1, 2, -3, 4 }, 1, 1, 2, 2);

	/** u = 2 x, v = -x, y = relu(u) + v, z = relu(y); x, y and z are each 2 x 2. */
	private static Network network() {
		return Network.builder().input("x", Port.ANY, 1, 2, 2).constant("two", weight(2)).constant("minus", weight(-1)).node("u",
			"u", Operator.of("Conv"), "x", "two").node("r", "r", Operator.of("Relu"), "u").node("v", "v", Operator.of("Conv"),
				"x", "minus").node("y", "y", Operator.of("Add"), "r", "v").node("z", "z", Operator.of("Relu"), "y").output("z")
			.build();
	}

	private static Tensor weight(final float w) {
		return Tensor.of(new float[] { w }, 1, 1, 1, 1);
	}

	private static int[] overwritten(final Network network) {
		final Map<String, Integer> uses = new HashMap<>();
		network.nodes().forEach(n -> n.inputs().forEach(v -> uses.merge(v, 1, Integer::sum)));
		return network.nodes().stream().mapToInt(n -> InPlace.operand(network, n, uses)).toArray();
	}

	@Test
	void aReluMayBeOverwrittenByNothingSinceItsDerivativeReadsIt() {
		assertArrayEquals(new int[] { -1, 0, -1, 1, 0 }, overwritten(network()));
	}

	@Test
	void whatIsReadTwiceOrGivenOutStays() {
		final Network shared = network().toBuilder().node("also", "", Operator.of("Conv"), "u", "two").output("also").output("y")
			.build();
		assertArrayEquals(new int[] { -1, -1, -1, 1, -1, -1 }, overwritten(shared));
	}

	@Test
	void scoresAndLeavesTheInputAlone() {
		try (TorchExecutor e = new TorchExecutor(network(), Device.cpu())) {
			for (int i = 0; i < 4; i++)
				assertArrayEquals(new float[] { 1, 2, 3, 4 }, e.score(List.of(X)).get(0).floats());
			assertArrayEquals(new float[] { -1, 2, -3, 4 }, X.floats());
		}
	}

	@Test
	void whatIsLookedAtIsNotOverwritten() {
		try (TorchExecutor e = new TorchExecutor(network(), Device.cpu())) {
			final Map<String, Tensor> seen = e.activations(List.of(X), List.of("u", "v", "y", "z"));
			assertArrayEquals(new float[] { -2, 4, -6, 8 }, seen.get("u").floats());
			assertArrayEquals(new float[] { 1, -2, 3, -4 }, seen.get("v").floats());
			assertArrayEquals(new float[] { 1, 2, 3, 4 }, seen.get("y").floats());
		}
	}

	/** dz/dx is -1 where x is negative, 2 - 1 elsewhere; asked for once alone and once beside the values that die on the way. */
	@Test
	void gradientsAreThoseOfTheNetwork() {
		try (TorchExecutor e = new TorchExecutor(network(), Device.cpu())) {
			for (final Set<String> asked : List.of(Set.of("x"), Set.of("x", "u", "r", "v", "y"), Set.of("u"))) {
				final Gradients g = e.differentiate(List.of(X), asked, InPlaceTest::ones);
				if (asked.contains("x")) assertArrayEquals(new float[] { -1, 1, -1, 1 }, g.gradients().get("x").floats());
				if (asked.contains("u")) assertArrayEquals(new float[] { 0, 1, 0, 1 }, g.gradients().get("u").floats());
				assertArrayEquals(new float[] { 1, 2, 3, 4 }, g.outputs().get(0).floats());
			}
		}
	}

	@Test
	void aSumLargerThanItsOperandGetsMemoryOfItsOwn() {
		final Network wide = Network.builder().input("x", Port.ANY, 1, 2, 2).input("row", 1, 1, 1, 2).constant("two", weight(2))
			.node("u", "", Operator.of("Conv"), "row", "two").node("y", "", Operator.of("Add"), "u", "x").output("y").build();
		try (TorchExecutor e = new TorchExecutor(wide, Device.cpu())) {
			final Tensor row = Tensor.of(new float[] { 1, 10 }, 1, 1, 1, 2);
			assertEquals(List.of(Tensor.of(new float[] { 1, 22, -1, 24 }, 1, 1, 2, 2)), e.score(List.of(X, row)));
		}
	}

	private static List<Tensor> ones(final List<Tensor> outputs) {
		final float[] ones = new float[outputs.get(0).length()];
		Arrays.fill(ones, 1);
		return List.of(Tensor.of(ones, outputs.get(0).shape()));
	}
}
