package io.glassbox.graph.io;

import io.glassbox.graph.Attributes;
import io.glassbox.graph.Node;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What can be told of the shapes of values without running the network.
 * <p>
 * An extent is a number, {@link Port#ANY} if it cannot be told, or {@link #BATCH} for the axis that
 * counts samples. A value of unknown rank has no shape here.
 * </p>
 */
final class Shapes {

	/** The extent of the batch axis. */
	static final int BATCH = -2;

	private static final Set<String> SAME = Set.of("Relu", "LeakyRelu", "PRelu", "Sigmoid", "Tanh", "Clip", "Elu", "Selu",
		"Celu", "Softplus", "Softsign", "Erf", "Exp", "Log", "Sqrt", "Neg", "Abs", "HardSwish", "HardSigmoid", "Softmax",
		"LogSoftmax", "BatchNormalization", "LayerNormalization", "InstanceNormalization", "Cast", "LRN", "Reciprocal",
		"Floor", "Ceil", "Round", "Sign", "Sin", "Cos", "Identity", "Not", "ThresholdedRelu", "LpNormalization", "Hardmax",
		"Mish", "Shrink", "IsNaN", "IsInf", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Asinh", "Acosh", "Atanh",
		"CumSum", "Trilu", "EyeLike", "ScatterElements", "ScatterND", "GroupNormalization", "MeanVarianceNormalization",
		"ReverseSequence");
	private static final Set<String> BROADCAST = Set.of("Add", "Sub", "Mul", "Div", "Pow", "Min", "Max", "Sum", "Mean",
		"Where", "Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual", "And", "Or",
		"Xor", "Mod", "BitwiseAnd", "BitwiseOr", "BitwiseXor", "BitShift");
	private static final Set<String> REDUCE = Set.of("ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd",
		"ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare");

	private final Map<String, int[]> known = new HashMap<>();
	private final Map<String, Tensor> constants;
	private final Map<String, Tensor> partial;
	private final CutShapes cut;

	/**
	 * @param constants fixed values by name; may grow
	 * @param partial lists of whole numbers that {@link Integers} knows in part; may grow
	 */
	Shapes(final Map<String, Tensor> constants, final Map<String, Tensor> partial) {
		this.constants = constants;
		this.partial = partial;
		cut = new CutShapes(constants, partial);
	}

	/** The shape of a value, or null if not even its rank is known. */
	int[] of(final String value) {
		final Tensor constant = constants.get(value);
		return constant != null ? constant.shape() : known.get(value);
	}

	void put(final String value, final int[] shape) {
		if (shape != null) known.put(value, shape.clone());
	}

	/** Whether samples are counted along the first axis of a value. */
	boolean isBatch(final String value) {
		final int[] shape = of(value);
		return shape != null && shape.length > 0 && shape[0] == BATCH;
	}

	/** Learns the shapes of what a node makes, as far as its operands tell them. */
	void infer(final Node node) {
		if (node.is("Split") && of(node.input(0)) != null) {
			final int[][] parts = cut.split(node, of(node.input(0)));
			for (int i = 0; i < parts.length; i++)
				if (!node.outputs().get(i).isEmpty()) put(node.outputs().get(i), parts[i]);
			return;
		}
		final int[] shape = shape(node);
		if (shape == null) return;
		final boolean first = node.is("BatchNormalization", "LayerNormalization", "MaxPool");
		for (final String out : first ? List.of(node.output()) : node.outputs())
			if (!out.isEmpty()) put(out, shape);
	}

	private int[] shape(final Node node) {
		final String type = node.op().type();
		final int[] x = of(node.input(0));
		if (SAME.contains(type)) return x;
		if (BROADCAST.contains(type)) return node.inputs().stream().map(this::of).reduce(new int[0],
			Shapes::broadcast);
		if (REDUCE.contains(type)) return x == null ? null : reduced(node, x);
		return switch (type) {
			case "Gemm" -> gemm(node, x);
			case "MatMul" -> matMul(x, of(node.input(1)));
			case "Reshape" -> x == null ? null : reshaped(node, x);
			case "Shape" -> x == null ? null : new int[] { (int) IntStream.range(0, x.length).filter(i -> i >= Integers.bounded(
				node.op().attributes().integer("start", 0), x.length) && i < Integers.bounded(node.op().attributes().integer(
					"end", x.length), x.length)).count() };
			case "Size" -> new int[0];
			case "ConstantOfShape" -> cut.filled(node);
			case "Range" -> cut.range(node);
			case "Einsum" -> einsum(node);
			default -> x == null ? null : moved(node, x);
		};
	}

	private int[] moved(final Node node, final int[] x) {
		final Attributes a = node.op().attributes();
		return switch (node.op().type()) {
			case "Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool" -> new Windows(node, this).shape();
			case "GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool" -> filled(x, 1);
			case "AdaptiveAveragePool" -> pooled(x, a.integers("output_size", null));
			case "Flatten" -> flattened(x, axis(a.integer("axis", 1), x.length));
			case "Transpose" -> transposed(x, a.integers("perm", null));
			case "Concat" -> concatenated(node, x, axis(a.integer("axis", 0), x.length));
			case "Unsqueeze" -> unsqueezed(node, x);
			case "Squeeze" -> squeezed(node, x);
			case "Gather" -> gathered(x, of(node.input(1)), axis(a.integer("axis", 0), x.length));
			case "GatherElements" -> of(node.input(1));
			case "Slice" -> cut.slice(node, x);
			case "Pad" -> cut.pad(node, x);
			case "Resize" -> cut.resize(node, x);
			case "Expand" -> cut.expand(node, x);
			case "Tile" -> cut.tile(node, x);
			case "OneHot" -> cut.oneHot(node, x);
			case "TopK" -> cut.topK(node, x);
			case "ArgMax", "ArgMin" -> CutShapes.position(node, x);
			case "DepthToSpace", "SpaceToDepth" -> CutShapes.blocks(node, x);
			case "GridSample" -> sampled(x, of(node.input(1)));
			default -> null;
		};
	}

	static int axis(final long axis, final int rank) {
		return (int) (axis < 0 ? axis + rank : axis);
	}

	private static int[] broadcast(final int[] a, final int[] b) {
		if (a == null || b == null) return null;
		final int[] shape = new int[Math.max(a.length, b.length)];
		for (int i = 1; i <= shape.length; i++) {
			final int m = i > a.length ? 1 : a[a.length - i];
			final int n = i > b.length ? 1 : b[b.length - i];
			shape[shape.length - i] = m == 1 || m == n ? n : n == 1 ? m : m == BATCH || n == BATCH ? BATCH : Math.max(m, n);
		}
		return shape;
	}

	private static int[] sampled(final int[] x, final int[] grid) {
		if (grid == null || grid.length != x.length) return null;
		final int[] shape = x.clone();
		System.arraycopy(grid, 1, shape, 2, shape.length - 2);
		return shape;
	}

	private int[] reduced(final Node node, final int[] x) {
		final Attributes a = node.op().attributes();
		final boolean byInput = node.is("ReduceSum");
		if (byInput && !node.input(1).isEmpty() && longs(node.input(1)) == null) return null;
		final long[] axes = byInput ? longs(node.input(1)) : a.integers("axes", null);
		if (axes == null && byInput && a.integer("noop_with_empty_axes", 0) == 1) return x;
		final boolean[] gone = new boolean[x.length];
		Arrays.fill(gone, axes == null || axes.length == 0);
		if (axes != null) for (final long axis : axes)
			gone[axis(axis, x.length)] = true;
		return dropped(x, gone, a.integer("keepdims", 1) == 1);
	}

	private static int[] dropped(final int[] x, final boolean[] gone, final boolean keep) {
		final int[] shape = new int[x.length];
		int n = 0;
		for (int i = 0; i < x.length; i++)
			if (!gone[i]) shape[n++] = x[i];
			else if (keep) shape[n++] = 1;
		return Arrays.copyOf(shape, n);
	}

	private long[] longs(final String value) {
		final Tensor t = constants.get(value);
		return t == null || t.isFloat() ? null : t.longs();
	}

	private int[] gemm(final Node node, final int[] a) {
		final int[] b = of(node.input(1));
		final boolean transA = node.op().attributes().integer("transA", 0) == 1;
		final boolean transB = node.op().attributes().integer("transB", 0) == 1;
		return new int[] { a == null ? Port.ANY : a[transA ? 1 : 0], b == null ? Port.ANY : b[transB ? 0 : 1] };
	}

	/** A list before a matrix is a row, behind it a column; the axis that makes it one is gone from the result. */
	private static int[] matMul(final int[] a, final int[] b) {
		if (a == null || b == null || a.length == 0 || b.length == 0) return null;
		if (a.length == 1 && b.length == 1) return new int[0];
		final int[] rows = a.length == 1 ? new int[] { 1, 1 } : a.clone();
		rows[rows.length - 1] = 1;
		final int[] columns = b.length == 1 ? new int[] { 1, 1 } : b.clone();
		columns[columns.length - 2] = 1;
		final int[] product = broadcast(rows, columns);
		if (a.length > 1 && b.length > 1) return product;
		final int gone = product.length - (a.length == 1 ? 2 : 1);
		return IntStream.range(0, product.length).filter(i -> i != gone).map(i -> product[i]).toArray();
	}

	/** Each letter of the result has the extent it has in an operand. */
	private int[] einsum(final Node node) {
		final String equation = node.op().attributes().string("equation", "").replace(" ", "");
		final int arrow = equation.indexOf("->");
		if (arrow < 0 || equation.indexOf('.') >= 0) return null;
		final String[] operands = equation.substring(0, arrow).split(",", -1);
		final String result = equation.substring(arrow + 2);
		final int[] shape = new int[result.length()];
		Arrays.fill(shape, Port.ANY);
		for (int i = 0; i < operands.length; i++) {
			final int[] x = of(node.input(i));
			for (int k = 0; x != null && k < Math.min(x.length, operands[i].length()); k++) {
				final int at = result.indexOf(operands[i].charAt(k));
				if (at >= 0 && (shape[at] == Port.ANY || shape[at] == 1)) shape[at] = x[k];
			}
		}
		return shape;
	}

	private int[] reshaped(final Node node, final int[] x) {
		final long[] wanted = longs(node.input(1)) == null && partial.containsKey(node.input(1)) ? partial.get(node.input(1))
			.longs() : longs(node.input(1));
		if (wanted == null) {
			final int[] rank = of(node.input(1));
			return rank != null && rank.length == 1 && rank[0] >= 0 ? filledFrom(new int[rank[0]], 0, Port.ANY) : null;
		}
		final int[] shape = new int[wanted.length];
		int open = -1;
		for (int i = 0; i < shape.length; i++) {
			shape[i] = wanted[i] == 0 && i < x.length ? x[i] : CutShapes.extent(wanted[i]);
			if (wanted[i] == -1) open = i;
		}
		if (open >= 0) shape[open] = remaining(x, shape, open);
		return shape;
	}

	/** The extent that makes up for all others; the batch axis stands for itself. */
	private static int remaining(final int[] x, final int[] shape, final int open) {
		long have = 1;
		long used = 1;
		int batches = 0;
		for (final int extent : x) {
			if (extent == Port.ANY) return Port.ANY;
			if (extent == BATCH) batches++;
			else have *= extent;
		}
		for (int i = 0; i < shape.length; i++) {
			if (i == open) continue;
			if (shape[i] == Port.ANY) return Port.ANY;
			if (shape[i] == BATCH) batches--;
			else used *= shape[i];
		}
		if (batches == 1) return used == have ? BATCH : Port.ANY;
		return batches == 0 && used > 0 && have % used == 0 ? (int) (have / used) : Port.ANY;
	}

	private static int[] filled(final int[] x, final int extent) {
		return filledFrom(x.clone(), 2, extent);
	}

	private static int[] filledFrom(final int[] x, final int from, final int extent) {
		if (from < x.length) Arrays.fill(x, from, x.length, extent);
		return x;
	}

	private static int[] pooled(final int[] x, final long[] size) {
		if (size == null) return null;
		final int[] shape = x.clone();
		for (int i = 0; i < size.length; i++)
			if (size[i] > 0) shape[x.length - size.length + i] = (int) size[i];
		return shape;
	}

	private static int[] flattened(final int[] x, final int axis) {
		return new int[] { product(x, 0, axis), product(x, axis, x.length) };
	}

	private static int product(final int[] x, final int from, final int to) {
		if (to - from == 1) return x[from];
		int product = 1;
		for (int i = from; i < to; i++) {
			if (x[i] < 0) return Port.ANY;
			product *= x[i];
		}
		return product;
	}

	private static int[] transposed(final int[] x, final long[] perm) {
		final int[] shape = new int[x.length];
		for (int i = 0; i < x.length; i++)
			shape[i] = x[perm == null ? x.length - 1 - i : (int) perm[i]];
		return shape;
	}

	private int[] concatenated(final Node node, final int[] x, final int axis) {
		final int[] shape = x.clone();
		for (int i = 1; i < node.inputs().size(); i++) {
			final int[] other = of(node.input(i));
			if (other == null || other.length != x.length) {
				shape[axis] = Port.ANY;
				continue;
			}
			for (int j = 0; j < x.length; j++)
				if (j == axis) shape[j] = shape[j] < 0 || other[j] < 0 ? Port.ANY : shape[j] + other[j];
				else if (shape[j] == Port.ANY) shape[j] = other[j];
		}
		return shape;
	}

	private int[] unsqueezed(final Node node, final int[] x) {
		final long[] axes = longs(node.input(1));
		if (axes == null) return null;
		final int[] shape = new int[x.length + axes.length];
		for (final long axis : axes)
			shape[axis(axis, shape.length)] = 1;
		int n = 0;
		for (int i = 0; i < shape.length; i++)
			if (shape[i] == 0) shape[i] = x[n++];
		return shape;
	}

	private int[] squeezed(final Node node, final int[] x) {
		final long[] axes = longs(node.input(1));
		if (axes == null) return null;
		final boolean[] gone = new boolean[x.length];
		for (final long axis : axes)
			gone[axis(axis, x.length)] = true;
		return dropped(x, gone, false);
	}

	private static int[] gathered(final int[] x, final int[] index, final int axis) {
		if (index == null) return null;
		final int[] shape = Arrays.copyOf(x, x.length - 1 + index.length);
		System.arraycopy(index, 0, shape, axis, index.length);
		System.arraycopy(x, axis + 1, shape, axis + index.length, x.length - axis - 1);
		return shape;
	}
}
