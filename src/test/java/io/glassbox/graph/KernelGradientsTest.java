package io.glassbox.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;

import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The gradient of every kernel, by every operand of floats, is what central differences of its forward pass in double
 * precision say.
 */
class KernelGradientsTest {

	/**
	 * How differences are taken.
	 *
	 * @param type in which the kernel computes them
	 * @param step half of the difference in the operand
	 * @param tolerance of the gradient, relative to the largest derivative
	 */
	private record Precision(DataType type, double step, double tolerance) {

		/** Curvature and rounding make errors of some 1e-8; the tolerance is for the gradient's own float32. */
		static final Precision DOUBLE = new Precision(DataType.FLOAT64, 1e-4, 1e-4);

		/** For kernels that compute in float32 whatever they are given: the best trade of rounding against curvature. */
		static final Precision SINGLE = new Precision(DataType.FLOAT32, 1e-2, 1e-2);
	}

	/** What gives conditions, positions or shapes, or is made from these: there is nothing to differentiate. */
	private static final Set<String> DISCRETE = Set.of("And", "ArgMax", "ArgMin", "BitShift", "BitwiseAnd", "BitwiseOr",
		"BitwiseXor", "ConstantOfShape", "Equal", "EyeLike", "Greater", "GreaterOrEqual", "Hardmax", "IsInf", "IsNaN", "Less",
		"LessOrEqual", "NonMaxSuppression", "NonZero", "Not", "Or", "Range", "Shape", "Size", "Xor");

	/**
	 * One operator at one place.
	 *
	 * @param from lowest value of a variable operand; with {@code to}, so chosen that no kink lies between
	 * @param precision of the differences
	 * @param operands an {@code int[]} is the shape of a variable, a tensor a constant, null one left out
	 */
	private record Case(Operator op, int results, double from, double to, Precision precision, List<Object> operands) {

		@Override
		public String toString() {
			return op + " " + operands.stream().map(o -> o instanceof final int[] shape ? Arrays.toString(shape) : String.valueOf(
				o)).toList();
		}

		Case within(final double lowest, final double highest) {
			return new Case(op, results, lowest, highest, precision, operands);
		}

		Case giving(final int n) {
			return new Case(op, n, from, to, precision, operands);
		}

		Case coarsely() {
			return new Case(op, results, from, to, Precision.SINGLE, operands);
		}

		/** A value for each variable, null for the rest. */
		List<Tensor> variables() {
			final List<Tensor> values = new ArrayList<>();
			for (int i = 0; i < operands.size(); i++)
				values.add(operands.get(i) instanceof final int[] shape ? random(5 + i, from, to, shape) : null);
			return values;
		}
	}

	private static Case of(final Operator op, final Object... operands) {
		return new Case(op, 1, -1, 1, Precision.DOUBLE, Arrays.asList(operands));
	}

	private static Case of(final String type, final Object... operands) {
		return of(Operator.of(type), operands);
	}

	private static Tensor longs(final long... values) {
		return Tensor.ofLongs(values, values.length);
	}

	private static Tensor floats(final double... values) {
		final float[] floats = new float[values.length];
		for (int i = 0; i < values.length; i++)
			floats[i] = (float) values[i];
		return Tensor.of(floats, values.length);
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
		return Stream.of(elementwise(), arithmetic(), reductions(), windows(), norms(), views(), positions(), samplings()).flatMap(
			c -> c);
	}

	private static Stream<Case> elementwise() {
		final Stream<Case> smooth = Stream.of("Abs", "Asinh", "Atan", "Cos", "Cosh", "Elu", "Erf", "Exp", "HardSigmoid",
			"HardSwish", "Identity", "LeakyRelu", "Mish", "Neg", "Relu", "Selu", "Sigmoid", "Sin", "Sinh", "Softplus", "Softsign",
			"Tan", "Tanh", "Ceil", "Floor", "Round", "Sign", "Celu", "Shrink").map(t -> of(t, s(2, 3)));
		final Stream<Case> narrow = Stream.of("Acos", "Asin", "Atanh").map(t -> of(t, s(5)).within(-0.8, 0.8));
		final Stream<Case> positive = Stream.of("Log", "Sqrt", "Reciprocal").map(t -> of(t, s(5)).within(0.4, 2));
		return Stream.of(smooth, narrow, positive, Stream.of(of("Acosh", s(4)).within(1.3, 3), of(Operator.of("Cast", "to", 1), s(
			3)).coarsely(), of(Operator.of("Celu", "alpha", 0.7), s(5)), of(Operator.of("ThresholdedRelu", "alpha", 0.3), s(7)), of("Clip", s(
				7), Tensor.scalar(-0.4f), Tensor.scalar(0.5f)), of("PRelu", s(1, 2, 3), s(2, 1)), of(Operator.of("Softmax", "axis", 1),
					s(2, 4)), of(Operator.of("LogSoftmax", "axis", 1), s(2, 4)))).flatMap(c -> c);
	}

	private static Stream<Case> arithmetic() {
		final Stream<Case> two = Stream.of("Add", "Sub", "Mul", "Min", "Max", "Sum", "Mean").map(t -> of(t, s(2, 3), s(3)));
		return Stream.concat(two, Stream.of(of("Div", s(2, 3), s(3)).within(0.5, 2), of("Pow", s(2, 3), s(3)).within(0.5, 2), of(
			Operator.of("Mod", "fmod", 1), s(3), floats(7, 8, 9)), of("MatMul", s(2, 2, 3), s(3, 2)), of(Operator.of("Gemm",
				"alpha", 0.5f, "beta", 2f, "transA", 1, "transB", 1), s(3, 2), s(4, 3), s(4)), of(Operator.of("Einsum", "equation",
					"bij,kj->bki"), s(2, 3, 2), s(4, 2)), of(Operator.of("Einsum", "equation", "...ii->...i"), s(2, 3, 3)), of("Where",
						Tensor.ofLongs(new long[] { 1, 0, 1 }, 3), s(2, 3), s(3))));
	}

	private static Stream<Case> reductions() {
		final Stream<Case> any = Stream.of("ReduceL1", "ReduceL2", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin",
			"ReduceProd", "ReduceSumSquare").map(t -> of(Operator.of(t, "axes", s(1), "keepdims", 0), s(2, 3)));
		return Stream.concat(any, Stream.of(of(Operator.of("ReduceLogSum", "axes", s(1)), s(2, 3)).within(0.3, 2), of("ReduceSum",
			s(2, 3), longs(0)), of(Operator.of("CumSum", "reverse", 1, "exclusive", 1), s(2, 3), longs(1))));
	}

	private static Stream<Case> windows() {
		return Stream.of(of(Operator.of("Conv", "strides", s(2, 1), "pads", s(1, 0, 0, 1), "dilations", s(1, 2), "group", 2), s(1,
			4, 5, 5), s(2, 2, 3, 2), s(2)), of(Operator.of("Conv", "auto_pad", "SAME_UPPER"), s(2, 1, 4), s(3, 1, 2)), of("Conv", s(1,
				1, 3, 3, 3), s(2, 1, 2, 2, 2)), of(Operator.of("ConvTranspose", "strides", s(2), "auto_pad", "SAME_UPPER"), s(1, 2,
					3), s(2, 1, 3)), of(Operator.of("ConvTranspose", "strides", s(2, 3), "dilations", s(1, 2), "pads", s(1, 0, 2, 1),
						"output_padding", s(1, 2), "group", 2), s(1, 4, 3, 2), s(4, 1, 2, 3), s(2)), //
			of(Operator.of("MaxPool", "kernel_shape", s(2, 2), "dilations", s(2, 2)), s(1, 1, 4, 4)), //
			of(Operator.of("MaxPool", "kernel_shape", s(3), "strides", s(2), "pads", s(1, 1)), s(1, 2, 6)), //
			of(Operator.of("LpPool", "kernel_shape", s(2), "p", 3), s(1, 2, 5)).within(0.2, 1), //
			of(Operator.of("AveragePool", "kernel_shape", s(2, 2), "dilations", s(2, 1), "pads", s(1, 0, 0, 1)), s(1, 1, 4, 4)), //
			of(Operator.of("AveragePool", "kernel_shape", s(3, 3), "strides", s(2, 2), "ceil_mode", 1, "count_include_pad", 1), s(1,
				1, 6, 6)), of(Operator.of("AdaptiveAveragePool", "output_size", s(2, 3)), s(1, 2, 5, 4)), of("GlobalAveragePool", s(1,
					2, 3, 3)), of("GlobalMaxPool", s(1, 2, 3, 3)), of(Operator.of("GlobalLpPool", "p", 2), s(1, 2, 3, 3)), //
			of(Operator.of("MaxUnpool", "kernel_shape", s(2, 2), "strides", s(2, 2)), s(1, 1, 2, 2), Tensor.ofLongs(new long[] { 0,
				3, 9, 15 }, 1, 1, 2, 2)).coarsely());
	}

	private static Stream<Case> norms() {
		return Stream.of(of("BatchNormalization", s(2, 3, 2), s(3), s(3), random(21, -1, 1, 3), random(22, 0.5, 2, 3)), of(
			"InstanceNormalization", s(2, 2, 4), s(2), s(2)), of(Operator.of("GroupNormalization", "num_groups", 2), s(1, 4, 3), s(
				4), s(4)), of(Operator.of("LayerNormalization", "axis", -1), s(2, 4), s(4), s(4)), of(Operator.of("LRN", "size", 3,
					"alpha", 0.1f, "beta", 0.75f, "bias", 1f), s(1, 5, 2)), of("MeanVarianceNormalization", s(2, 1, 2, 2)), of(
						"LpNormalization", s(2, 3)));
	}

	private static Stream<Case> views() {
		return Stream.of(of(Operator.of("Concat", "axis", 1), s(2, 1), s(2, 3)), of(Operator.of("DepthToSpace", "blocksize", 2), s(1,
			4, 2, 1)), of(Operator.of("SpaceToDepth", "blocksize", 2), s(1, 1, 2, 4)), of("Expand", s(2, 1), longs(3, 2, 2)), of(
				Operator.of("Flatten", "axis", 1), s(2, 3, 2)), of("Pad", s(1, 4), longs(0, 2, 0, 1)), of(Operator.of("Pad", "mode",
					"reflect"), s(1, 4), longs(0, 2, 0, 1)), of(Operator.of("Pad", "mode", "edge"), s(1, 4), longs(0, 2, 0, 1)), of(Operator
						.of("Pad", "mode", "wrap"), s(1, 3), longs(0, 2, 0, 4)), of("Reshape", s(2, 3), longs(3, -1)), of("Slice", s(4, 3),
							longs(3, 0), longs(-5, 2), longs(0, 1), longs(-2, 1)), of(Operator.of("Split", "axis", 1), s(2, 4), longs(1, 3))
								.giving(2), of("Squeeze", s(2, 1, 3), longs(1)), of("Tile", s(2, 2), longs(1, 3)), of(Operator.of("Transpose",
									"perm", s(2, 0, 1)), s(2, 3, 4)), of("Trilu", s(3, 3)), of("Unsqueeze", s(2, 3), longs(0)));
	}

	private static Stream<Case> positions() {
		return Stream.of(of(Operator.of("Gather", "axis", 1), s(2, 4), longs(3, -4, 3)), //
			of(Operator.of("GatherElements", "axis", 1), s(2, 3), Tensor.ofLongs(new long[] { 2, -3, 1, 1 }, 2, 2)), //
			of("GatherND", s(2, 3), Tensor.ofLongs(new long[] { 1, 0, 0, -1 }, 2, 2)), //
			of(Operator.of("ScatterElements", "axis", 1, "reduction", "mul"), s(1, 3), Tensor.ofLongs(new long[] { 1, 1 }, 1, 2),
				floats2(2, 3)), //
			of(Operator.of("ScatterElements", "axis", 1), s(1, 3), Tensor.ofLongs(new long[] { 1, 2 }, 1, 2), s(1, 2)), //
			of("ScatterND", s(3, 2), Tensor.ofLongs(new long[] { 1 }, 1, 1), s(1, 2)), //
			of(Operator.of("Compress", "axis", 1), s(2, 3), Tensor.ofLongs(new long[] { 1, 0, 1 }, 3)), //
			of(Operator.of("OneHot", "axis", -1), longs(0, 2, 1), longs(3), s(2)), //
			of("TopK", s(1, 5), longs(2)), of(Operator.of("ReverseSequence", "batch_axis", 1, "time_axis", 0), s(3, 2), longs(2,
				3)));
	}

	private static Tensor floats2(final double... values) {
		return Tensor.of(floats(values).floats(), 1, values.length);
	}

	private static Stream<Case> samplings() {
		return Stream.of(of(Operator.of("Resize", "mode", "cubic"), s(1, 1, 4, 4), null, floats(1, 1, 1.5, 0.5)).coarsely(), of(Operator.of(
			"Resize", "mode", "linear", "antialias", 1), s(1, 1, 6), null, floats(1, 1, 0.5)).coarsely(), of(Operator.of("Resize", "mode",
				"linear"), s(1, 1, 2, 2, 2), null, floats(1, 1, 2, 2, 1.5)).coarsely(), of(Operator.of("Resize", "mode", "nearest"), s(1, 1, 3),
					null, floats(1, 1, 2)), of(Operator.of("GridSample", "padding_mode", "reflection"), s(1, 2, 3, 3), random(1, -1.4,
						1.4, 1, 2, 2, 2)), of(Operator.of("GridSample", "mode", "bicubic"), s(1, 1, 4, 4), random(2, -1, 1, 1, 2, 2, 2)), //
			of(Operator.of("GridSample", "mode", "bilinear", "align_corners", 1), s(1, 1, 4, 4), s(1, 2, 2, 2)).within(-0.9, 0.9), //
			of(Operator.of("AffineGrid", "align_corners", 1), s(1, 2, 3), longs(1, 1, 2, 3)).coarsely(), //
			of(Operator.of("RoiAlign", "output_height", 2, "output_width", 2, "sampling_ratio", 2), s(1, 1, 4, 4), Tensor.of(
				new float[] { 0.3f, 0.4f, 2.9f, 3.1f }, 1, 4), longs(0)));
	}

	@Test
	void everyKernelIsAmongTheCases() {
		final Set<String> all = new HashSet<>(DISCRETE);
		cases().forEach(c -> all.add(c.op.type()));
		assertEquals(new TreeSet<>(Kernels.types()), new TreeSet<>(all));
		assertTrue(cases().noneMatch(c -> DISCRETE.contains(c.op.type())));
	}

	@ParameterizedTest
	@MethodSource("cases")
	void agreesWithCentralDifferencesInDoublePrecision(final Case c) {
		final List<Tensor> variables = c.variables();
		final Network network = network(c);
		final List<Tensor> inputs = variables.stream().filter(v -> v != null).toList();
		try (TorchExecutor torch = new TorchExecutor(network, Device.cpu());
				PtNDManager manager = (PtNDManager) Torch.newManager(Device.cpu()))
		{
			final List<Tensor> seeds = torch.score(inputs).stream().map(y -> random(6, 0.5, 1.5, y.shape())).toList();
			final Map<String, Tensor> gradients = torch.differentiate(inputs, network.inputs().stream().map(Port::name).toList(),
				o -> seeds).gradients();
			final List<double[]> x = variables.stream().map(v -> v == null ? null : doubles(v)).collect(Collectors.toCollection(
				ArrayList::new));
			for (int i = 0; i < x.size(); i++)
				if (x.get(i) != null) compare(c, manager, x, i, seeds, gradients.get("operand" + i).floats());
		}
	}

	private static void compare(final Case c, final PtNDManager manager, final List<double[]> x, final int operand,
		final List<Tensor> seeds, final float[] found)
	{
		final double[] expected = new double[found.length];
		double scale = 0;
		for (int i = 0; i < expected.length; i++) {
			final double at = x.get(operand)[i];
			x.get(operand)[i] = at + c.precision.step;
			final double above = sum(c, manager, x, seeds);
			x.get(operand)[i] = at - c.precision.step;
			expected[i] = (above - sum(c, manager, x, seeds)) / (2 * c.precision.step);
			x.get(operand)[i] = at;
			scale = Math.max(scale, Math.abs(expected[i]));
		}
		for (int i = 0; i < expected.length; i++)
			assertEquals(expected[i], found[i], c.precision.tolerance * scale, "operand " + operand + ", element " + i);
	}

	private static double[] doubles(final Tensor t) {
		final double[] values = new double[t.length()];
		for (int i = 0; i < values.length; i++)
			values[i] = t.floats()[i];
		return values;
	}

	private static Network network(final Case c) {
		final Network.Builder b = Network.builder();
		final List<String> operands = new ArrayList<>();
		for (int i = 0; i < c.operands.size(); i++) {
			operands.add(c.operands.get(i) == null ? "" : "operand" + i);
			if (c.operands.get(i) instanceof final int[] shape) b.input("operand" + i, shape);
			if (c.operands.get(i) instanceof final Tensor t) b.constant("operand" + i, t);
		}
		final List<String> results = new ArrayList<>();
		for (int i = 0; i < c.results; i++)
			results.add("result" + i);
		b.node(new Node("node", "", c.op, operands, results));
		results.forEach(b::output);
		return b.build();
	}

	/** The kernel's results in double precision, weighted and summed. */
	private static double sum(final Case c, final PtNDManager manager, final List<double[]> x, final List<Tensor> seeds) {
		try (PtNDManager calls = (PtNDManager) manager.newSubManager(); NDScope temporaries = new NDScope()) {
			final PtNDArray[] in = new PtNDArray[c.operands.size()];
			for (int i = 0; i < in.length; i++)
				if (c.operands.get(i) instanceof final int[] shape) in[i] = array(calls, x.get(i), shape, c.precision.type);
				else if (c.operands.get(i) instanceof final Tensor t) in[i] = t.isFloat() && !isSetting(c, i) ? array(calls, doubles(t), t
					.shape(), c.precision.type) : NativeArrays.array(calls, t);
			final PtNDArray[] out = Kernels.of(c.op).forward(new Kernel.Call(c.op, in, c.results, calls));
			double sum = 0;
			for (int k = 0; k < c.results; k++) {
				final double[] y = out[k].toType(DataType.FLOAT64, false).toDoubleArray();
				for (int i = 0; i < y.length; i++)
					sum += y[i] * seeds.get(k).floats()[i];
			}
			return sum;
		}
	}

	/** Whether an operand is no number to compute with but one that says how. */
	private static boolean isSetting(final Case c, final int operand) {
		return Set.of("Resize", "Clip").contains(c.op.type()) && operand > 0;
	}

	private static PtNDArray array(final PtNDManager manager, final double[] values, final int[] shape, final DataType type) {
		final PtNDArray array = (PtNDArray) manager.create(DoubleBuffer.wrap(values), new Shape(Arrays.stream(shape)
			.asLongStream().toArray()), DataType.FLOAT64);
		return array.toType(type, false);
	}
}
