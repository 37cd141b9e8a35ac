package io.glassbox.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The gradient of each kernel is what central differences of its forward pass say. */
class KernelGradientsTest {

	/** Half the step of a difference; in float32 the best trade of rounding against curvature for values near one. */
	private static final float STEP = 1e-2f;

	/** Of rounding and curvature at that step, relative to the largest derivative. */
	private static final double TOLERANCE = 1e-2;

	private record Case(Operator op, int[] shape, List<Tensor> more) {

		@Override
		public String toString() {
			return op.toString();
		}
	}

	private static Case of(final Operator op, final int[] shape, final Tensor... more) {
		return new Case(op, shape, List.of(more));
	}

	private static Tensor longs(final long... values) {
		return Tensor.ofLongs(values, values.length);
	}

	private static int[] s(final int... shape) {
		return shape;
	}

	private static Tensor random(final int seed, final double from, final double to, final int... shape) {
		final Random random = new Random(seed);
		final float[] values = new float[(int) Tensor.count(shape)];
		for (int i = 0; i < values.length; i++)
			values[i] = (float) (from + random.nextDouble() * (to - from));
		return Tensor.of(values, shape);
	}

	static Stream<Case> cases() {
		return Stream.of(of(Operator.of("Gather", "axis", 1), s(2, 4), longs(3, -4, 3)), //
			of(Operator.of("GatherElements", "axis", 1), s(2, 3), Tensor.ofLongs(new long[] { 2, -3, 1, 1 }, 2, 2)), //
			of(Operator.of("GatherND"), s(2, 3), Tensor.ofLongs(new long[] { 1, 0, 0, -1 }, 2, 2)), //
			of(Operator.of("ScatterElements", "axis", 1, "reduction", "mul"), s(1, 3), Tensor.ofLongs(new long[] { 1, 1 }, 1,
				2), Tensor.of(new float[] { 2, 3 }, 1, 2)), //
			of(Operator.of("ScatterND"), s(3, 2), Tensor.ofLongs(new long[] { 1 }, 1, 1), Tensor.of(new float[] { 7, 8 }, 1,
				2)), //
			of(Operator.of("Pad", "mode", "reflect"), s(1, 4), longs(0, 2, 0, 1)), //
			of(Operator.of("Pad", "mode", "wrap"), s(1, 3), longs(0, 2, 0, 4)), //
			of(Operator.of("MaxPool", "kernel_shape", s(2, 2), "dilations", s(2, 2)), s(1, 1, 4, 4)), //
			of(Operator.of("LpPool", "kernel_shape", s(2), "p", 3), s(1, 2, 5)), //
			of(Operator.of("AveragePool", "kernel_shape", s(2, 2), "dilations", s(2, 1), "pads", s(1, 0, 0, 1)), s(1, 1, 4,
				4)), //
			of(Operator.of("Resize", "mode", "cubic"), s(1, 1, 4, 4), Tensor.of(new float[0], 0), Tensor.of(new float[] { 1, 1,
				1.5f, 0.5f }, 4)), //
			of(Operator.of("Resize", "mode", "linear", "antialias", 1), s(1, 1, 6), Tensor.of(new float[0], 0), Tensor.of(
				new float[] { 1, 1, 0.5f }, 3)), //
			of(Operator.of("Resize", "mode", "linear"), s(1, 1, 2, 2, 2), Tensor.of(new float[0], 0), Tensor.of(new float[] {
				1, 1, 2, 2, 1.5f }, 5)), //
			of(Operator.of("GridSample", "padding_mode", "reflection"), s(1, 2, 3, 3), random(1, -1.4, 1.4, 1, 2, 2, 2)), //
			of(Operator.of("GridSample", "mode", "bicubic"), s(1, 1, 4, 4), random(2, -1, 1, 1, 2, 2, 2)), //
			of(Operator.of("RoiAlign", "output_height", 2, "output_width", 2, "sampling_ratio", 2), s(1, 1, 4, 4), Tensor.of(
				new float[] { 0.3f, 0.4f, 2.9f, 3.1f }, 1, 4), longs(0)), //
			of(Operator.of("Einsum", "equation", "bij,kj->bki"), s(2, 3, 2), random(3, -1, 1, 4, 2)), //
			of(Operator.of("Einsum", "equation", "...ii->...i"), s(2, 3, 3)), //
			of(Operator.of("ConvTranspose", "strides", s(2), "auto_pad", "SAME_UPPER"), s(1, 2, 3), random(4, -1, 1, 2, 1,
				3)), //
			of(Operator.of("ConvTranspose", "strides", s(2, 3), "dilations", s(1, 2), "pads", s(1, 0, 2, 1), "output_padding",
				s(1, 2), "group", 2), s(1, 4, 3, 2), random(7, -1, 1, 4, 1, 2, 3)), //
			of(Operator.of("ReduceLogSumExp", "axes", s(1)), s(2, 3)), of(Operator.of("ReduceProd", "axes", s(1)), s(2, 3)), //
			of(Operator.of("CumSum", "reverse", 1, "exclusive", 1), s(2, 3), longs(1)), //
			of(Operator.of("TopK"), s(1, 5), longs(2)), //
			of(Operator.of("MeanVarianceNormalization"), s(2, 1, 2, 2)), of(Operator.of("LpNormalization"), s(2, 3)), //
			of(Operator.of("Asinh"), s(4)), of(Operator.of("Celu", "alpha", 0.7), s(5)), of(Operator.of("Shrink"), s(5)), //
			of(Operator.of("Mod", "fmod", 1), s(3), Tensor.of(new float[] { 7, 8, 9 }, 3)), of(Operator.of("Trilu"), s(3,
				3)));
	}

	@ParameterizedTest
	@MethodSource("cases")
	void agreesWithCentralDifferences(final Case c) {
		final Network.Builder b = Network.builder().input("x", c.shape);
		final List<String> operands = new ArrayList<>(List.of("x"));
		for (int i = 0; i < c.more.size(); i++) {
			// an empty list of numbers is an operand left out
			operands.add(c.more.get(i).length() == 0 ? "" : "operand" + i);
			if (c.more.get(i).length() > 0) b.constant("operand" + i, c.more.get(i));
		}
		final Network network = b.node(new Node("y", "", c.op, operands, List.of("y"))).output("y").build();
		final Tensor x = random(5, -1, 1, c.shape);
		try (TorchExecutor torch = new TorchExecutor(network, Device.cpu())) {
			final Tensor weights = random(6, 0.5, 1.5, torch.score(List.of(x)).get(0).shape());
			final float[] found = torch.differentiate(List.of(x), List.of("x"), o -> List.of(weights)).gradients().get("x")
				.floats();
			final double[] expected = new double[found.length];
			double scale = 0;
			for (int i = 0; i < expected.length; i++) {
				expected[i] = (sum(torch, x, i, STEP, weights) - sum(torch, x, i, -STEP, weights)) / (2 * STEP);
				scale = Math.max(scale, Math.abs(expected[i]));
			}
			for (int i = 0; i < expected.length; i++)
				assertEquals(expected[i], found[i], TOLERANCE * scale, "element " + i);
		}
	}

	/** The outputs, weighted and summed, with one element of the input moved. */
	private static double sum(final TorchExecutor torch, final Tensor x, final int at, final float by,
		final Tensor weights)
	{
		final float[] moved = x.floats().clone();
		moved[at] += by;
		final float[] y = torch.score(List.of(Tensor.of(moved, x.shape()))).get(0).floats();
		double sum = 0;
		for (int i = 0; i < y.length; i++)
			sum += (double) y[i] * weights.floats()[i];
		return sum;
	}
}
