package io.glassbox.graph;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The shapes of what operators make, told from their operands before anything is computed.
 * <p>
 * A shape may have extents of any size; whether there is room for it is for {@link Allowance} to say. Where operands do
 * not fit together or what decides the shape is not known, there is no answer: the engine that runs the operator then
 * says what is wrong.
 * </p>
 */
final class ResultShapes {

	private static final Set<String> SAME = Set.of("Relu", "LeakyRelu", "Elu", "Selu", "Celu", "Sigmoid", "Tanh", "Erf",
		"Softplus", "Softsign", "Mish", "HardSigmoid", "HardSwish", "Clip", "Softmax", "LogSoftmax", "Hardmax", "Neg", "Abs",
		"Exp", "Log", "Sqrt", "Floor", "Ceil", "Round", "Sign", "Sin", "Cos", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh",
		"Asinh", "Acosh", "Atanh", "Not", "Reciprocal", "Identity", "Cast", "BatchNormalization", "InstanceNormalization",
		"GroupNormalization", "LayerNormalization", "LRN", "LpNormalization", "MeanVarianceNormalization",
		"RMSNormalization", "ThresholdedRelu", "Shrink", "Gelu", "Swish", "IsNaN", "IsInf", "CumSum", "Trilu", "PRelu",
		"BitwiseNot", "Dropout", "CastLike", "ReverseSequence", "EyeLike", "ScatterND", "ScatterElements", "Scatter");
	private static final Set<String> BROADCAST = Set.of("Add", "Sub", "Mul", "Div", "Pow", "Mod", "Min", "Max", "Sum",
		"Mean", "Where", "Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual", "And", "Or", "Xor", "BitShift",
		"BitwiseAnd", "BitwiseOr", "BitwiseXor");

	/** Those with a rule of their own, below. */
	private static final Set<String> RULES = Set.of("Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool", "GlobalAveragePool", "GlobalMaxPool",
		"GlobalLpPool", "AdaptiveAveragePool", "AdaptiveMaxPool", "Gemm", "MatMul", "Reshape", "Flatten",
		"Transpose", "Squeeze", "Unsqueeze", "Concat", "Slice", "Gather", "GatherElements", "Pad", "Expand", "Tile",
		"Shape", "Size", "ConstantOfShape", "Range", "OneHot", "Resize", "DepthToSpace", "SpaceToDepth", "ArgMax",
		"ArgMin", "TopK", "GridSample", "AffineGrid", "RoiAlign", "MaxUnpool", "GatherND", "Einsum", "Split");

	private final Operator op;
	private final Attributes a;
	private final List<Operand> in;
	private final int results;

	private ResultShapes(final Operator op, final List<Operand> in, final int results) {
		this.op = op;
		this.a = op.attributes();
		this.in = in;
		this.results = results;
	}

	/**
	 * @param operands in ONNX order; null where one is left out, or of unknown shape
	 * @param results how many the node has
	 * @return one for each result, or null if they cannot be told
	 */
	static long[][] of(final Operator op, final List<Operand> operands, final int results) {
		try {
			final long[][] shapes = new ResultShapes(op, operands, results).shapes();
			if (shapes == null) return null;
			for (final long[] s : shapes)
				if (s == null || Arrays.stream(s).anyMatch(n -> n < 0)) return null;
			return shapes;
		}
		catch (final IndexOutOfBoundsException | NegativeArraySizeException | NullPointerException e) {
			return null; // fewer axes, elements or operands than the operator needs
		}
		catch (final ArithmeticException e) {
			throw new GlassboxException("The " + op.type() + " of operands " + operands.stream().map(o -> o == null ? "none"
				: Arrays.toString(o.shape())).toList() + " has extents that no number can tell: " + e.getMessage() + ".", e);
		}
	}

	/** Whether there is a rule for an operator. */
	static boolean knows(final String type) {
		if (SAME.contains(type) || BROADCAST.contains(type) || type.startsWith("Reduce")) return true;
		return RULES.contains(type);
	}

	private long[][] shapes() {
		if (op.type().equals("Split")) return split();
		final long[] one = shape();
		if (one == null) return null;
		final long[][] all = new long[results][];
		Arrays.fill(all, one);
		return all;
	}

	private long[] shape() {
		final String type = op.type();
		if (SAME.contains(type)) return shape(0);
		if (BROADCAST.contains(type)) return broadcast();
		if (type.startsWith("Reduce")) return reduced();
		return switch (type) {
			case "Conv" -> Windows.conv(a, shape(0), shape(1));
			case "ConvTranspose" -> Windows.transposed(a, shape(0), shape(1));
			case "MaxPool", "AveragePool", "LpPool" -> Windows.pool(a, shape(0));
			case "GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool" -> pooled(ones(shape(0).length - 2));
			case "AdaptiveAveragePool", "AdaptiveMaxPool" -> pooled(a.integers("output_size", null));
			case "Gemm" -> new long[] { shape(0)[a.integer("transA", 0) != 0 ? 1 : 0], shape(1)[a.integer("transB", 0) != 0 ? 0
				: 1] };
			case "MatMul" -> matMul(shape(0), shape(1));
			case "Reshape" -> reshaped();
			case "Flatten" -> flattened();
			case "Transpose" -> transposed();
			case "Squeeze" -> squeezed();
			case "Unsqueeze" -> unsqueezed();
			case "Concat" -> joined();
			case "Slice" -> sliced();
			case "Gather" -> gathered();
			case "GatherElements" -> shape(1);
			case "Pad" -> padded();
			case "Expand" -> broadcast(shape(0), elements(1));
			case "Tile" -> tiled();
			case "Shape" -> new long[] { rangeOfAxes() };
			case "Size" -> new long[0];
			case "ConstantOfShape" -> elements(0).clone();
			case "Range" -> range();
			case "OneHot" -> oneHot();
			case "Resize" -> resized();
			case "DepthToSpace" -> blocks(false);
			case "SpaceToDepth" -> blocks(true);
			case "ArgMax", "ArgMin" -> without(shape(0), new long[] { a.integer("axis", 0) }, a.integer("keepdims", 1) != 0);
			case "TopK" -> replaced(shape(0), axis(a.integer("axis", -1), shape(0).length), elements(1)[0]);
			case "GridSample" -> gridSampled();
			case "AffineGrid" -> affineGrid();
			case "RoiAlign" -> new long[] { shape(1)[0], shape(0)[1], a.integer("output_height", 1), a.integer("output_width",
				1) };
			case "MaxUnpool" -> has(2) ? elements(2) : Windows.unpooled(a, shape(0));
			case "GatherND" -> gatheredTuples();
			case "Einsum" -> Einsum.shape(a.string("equation", ""), in);
			default -> null;
		};
	}

	// -- operands --

	private long[] shape(final int i) {
		return in.get(i).shape();
	}

	private boolean has(final int i) {
		return i < in.size() && in.get(i) != null;
	}

	/** The elements of an integer operand; fails with a null pointer if they are not known. */
	private long[] elements(final int i) {
		return in.get(i).elements().clone();
	}

	private static int axis(final long axis, final int rank) {
		return Math.toIntExact(axis < 0 ? axis + rank : axis);
	}

	private static long[] ones(final int n) {
		final long[] one = new long[n];
		Arrays.fill(one, 1);
		return one;
	}

	private static long[] replaced(final long[] shape, final int axis, final long extent) {
		final long[] result = shape.clone();
		result[axis] = extent;
		return result;
	}

	// -- element by element --

	private long[] broadcast() {
		long[] shape = new long[0];
		for (int i = 0; i < in.size(); i++)
			shape = broadcast(shape, shape(i));
		return shape;
	}

	private static long[] broadcast(final long[] p, final long[] q) {
		if (p == null) return null;
		final long[] shape = new long[Math.max(p.length, q.length)];
		for (int i = 1; i <= shape.length; i++) {
			final long m = i > p.length ? 1 : p[p.length - i];
			final long n = i > q.length ? 1 : q[q.length - i];
			if (m != n && m != 1 && n != 1) return null;
			shape[shape.length - i] = m == 1 ? n : m;
		}
		return shape;
	}

	// -- joining axes, reducing --

	private long[] reduced() {
		if (has(1)) return without(shape(0), axesOrAll(elements(1)), keep());
		return without(shape(0), axesOrAll(a.integers("axes", new long[0])), keep());
	}

	private boolean keep() {
		return a.integer("keepdims", 1) != 0;
	}

	private long[] axesOrAll(final long[] axes) {
		if (axes.length > 0 || a.integer("noop_with_empty_axes", 0) != 0) return axes;
		final long[] all = new long[shape(0).length];
		Arrays.setAll(all, i -> i);
		return all;
	}

	private static long[] without(final long[] shape, final long[] axes, final boolean keep) {
		final boolean[] gone = new boolean[shape.length];
		for (final long axis : axes)
			gone[axis(axis, shape.length)] = true;
		final long[] result = new long[shape.length];
		int n = 0;
		for (int i = 0; i < shape.length; i++)
			if (!gone[i] || keep) result[n++] = gone[i] ? 1 : shape[i];
		return Arrays.copyOf(result, n);
	}

	private long[] pooled(final long[] size) {
		final long[] shape = shape(0).clone();
		for (int i = 0; i < size.length; i++)
			if (size[i] > 0) shape[shape.length - size.length + i] = size[i];
		return shape;
	}

	private static long[] matMul(final long[] p, final long[] q) {
		if (p.length == 0 || q.length == 0) return null;
		final long[] rows = p.length == 1 ? new long[] { 1, p[0] } : p;
		final long[] columns = q.length == 1 ? new long[] { q[0], 1 } : q;
		if (rows[rows.length - 1] != columns[columns.length - 2]) return null;
		final long[] shape = broadcast(replaced(rows, rows.length - 1, 1), replaced(columns, columns.length - 2, 1));
		if (shape == null) return null;
		final long[] gone = p.length == 1 && q.length == 1 ? new long[] { -1, -2 } : p.length == 1 ? new long[] { -2 } : q.length == 1
			? new long[] { -1 } : new long[0];
		return without(shape, gone, false);
	}

	// -- other shapes of the same elements --

	private long[] reshaped() {
		final long[] shape = elements(1);
		final double size = in.get(0).size();
		double known = 1;
		int open = -1;
		for (int i = 0; i < shape.length; i++) {
			if (shape[i] == 0 && a.integer("allowzero", 0) == 0) shape[i] = shape(0)[i];
			if (shape[i] == -1) {
				if (open >= 0) return null;
				open = i;
			}
			else known *= shape[i];
		}
		if (open >= 0) shape[open] = known == 0 ? 0 : (long) (size / known);
		return Operand.size(shape) == size ? shape : null;
	}

	private long[] flattened() {
		final int axis = axis(a.integer("axis", 1), shape(0).length);
		return new long[] { product(Arrays.copyOf(shape(0), axis)), product(Arrays.copyOfRange(shape(0), axis,
			shape(0).length)) };
	}

	private static long product(final long[] extents) {
		return Arrays.stream(extents).reduce(1, Math::multiplyExact);
	}

	private long[] transposed() {
		final int rank = shape(0).length;
		final long[] perm = a.integers("perm", null);
		final long[] shape = new long[rank];
		for (int i = 0; i < rank; i++)
			shape[i] = shape(0)[perm == null ? rank - 1 - i : axis(perm[i], rank)];
		return shape;
	}

	private long[] squeezed() {
		if (has(1)) return without(shape(0), elements(1), false);
		return Arrays.stream(shape(0)).filter(n -> n != 1).toArray();
	}

	private long[] unsqueezed() {
		final long[] axes = elements(1);
		final long[] shape = new long[shape(0).length + axes.length];
		Arrays.fill(shape, -1);
		for (final long axis : axes)
			shape[axis(axis, shape.length)] = 1;
		int n = 0;
		for (int i = 0; i < shape.length; i++)
			if (shape[i] < 0) shape[i] = shape(0)[n++];
		return shape;
	}

	private long rangeOfAxes() {
		final int rank = shape(0).length;
		final long from = bound(a.integer("start", 0), rank);
		return Math.max(0, bound(a.integer("end", rank), rank) - from);
	}

	private static long bound(final long index, final long n) {
		return Math.max(0, Math.min(n, index < 0 ? index + n : index));
	}

	private long[] blocks(final boolean deeper) {
		final long b = a.integer("blocksize", 1);
		final long[] s = shape(0);
		return deeper ? new long[] { s[0], Math.multiplyExact(s[1], Math.multiplyExact(b, b)), s[2] / b, s[3] / b }
			: new long[] { s[0], s[1] / Math.multiplyExact(b, b), Math.multiplyExact(s[2], b), Math.multiplyExact(s[3], b) };
	}

	// -- cutting and joining --

	private long[] joined() {
		final int axis = axis(a.integer("axis", 0), shape(0).length);
		long extent = 0;
		for (int i = 0; i < in.size(); i++)
			extent = Math.addExact(extent, shape(i)[axis]);
		return replaced(shape(0), axis, extent);
	}

	private long[][] split() {
		final int axis = axis(a.integer("axis", 0), shape(0).length);
		final long extent = shape(0)[axis];
		final long even = (extent + results - 1) / results;
		final long[] sizes = has(1) ? elements(1) : null;
		final long[][] shapes = new long[results][];
		for (int i = 0; i < results; i++)
			shapes[i] = replaced(shape(0), axis, sizes != null ? sizes[i] : Math.max(0, Math.min(even, extent - i * even)));
		return shapes;
	}

	private long[] sliced() {
		final long[] starts = elements(1);
		final long[] ends = elements(2);
		final long[] axes = has(3) ? elements(3) : null;
		final long[] steps = has(4) ? elements(4) : null;
		final long[] shape = shape(0).clone();
		for (int i = 0; i < starts.length; i++) {
			final int axis = axes == null ? i : axis(axes[i], shape.length);
			final long n = shape[axis];
			final long step = steps == null ? 1 : steps[i];
			if (step == 0 || step == Long.MIN_VALUE) return null;
			if (step > 0) shape[axis] = parts(bound(ends[i], n) - bound(starts[i], n), step);
			else shape[axis] = parts(backward(starts[i], n) - backward(ends[i], n), -step);
		}
		return shape;
	}

	/** The place of an index that is counted down from, -1 before the first. */
	private static long backward(final long index, final long n) {
		return Math.max(-1, Math.min(n - 1, index < 0 ? index + n : index));
	}

	/** How many steps fit into a length, rounded up. */
	private static long parts(final long length, final long step) {
		return length <= 0 ? 0 : (length - 1) / step + 1;
	}

	private long[] gathered() {
		final long[] x = shape(0);
		final long[] index = shape(1);
		final int axis = axis(a.integer("axis", 0), x.length);
		final long[] shape = new long[x.length - 1 + index.length];
		System.arraycopy(x, 0, shape, 0, axis);
		System.arraycopy(index, 0, shape, axis, index.length);
		System.arraycopy(x, axis + 1, shape, axis + index.length, x.length - axis - 1);
		return shape;
	}

	private long[] gatheredTuples() {
		final int batch = (int) a.integer("batch_dims", 0);
		final long[] index = shape(1);
		final int depth = Math.toIntExact(index[index.length - 1]);
		final long[] shape = Arrays.copyOf(index, index.length - 1 + shape(0).length - batch - depth);
		System.arraycopy(shape(0), batch + depth, shape, index.length - 1, shape(0).length - batch - depth);
		return shape;
	}

	// -- larger --

	private long[] padded() {
		final long[] pads = elements(1);
		final long[] shape = shape(0).clone();
		final int n = pads.length / 2;
		final long[] axes = has(3) ? elements(3) : null;
		for (int i = 0; i < n; i++) {
			final int axis = axes == null ? i : axis(axes[i], shape.length);
			shape[axis] = Math.addExact(shape[axis], Math.addExact(pads[i], pads[n + i]));
		}
		return shape;
	}

	private long[] tiled() {
		final long[] repeats = elements(1);
		final long[] shape = shape(0).clone();
		for (int i = 0; i < shape.length; i++)
			shape[i] = Math.multiplyExact(shape[i], repeats[i]);
		return shape;
	}

	private long[] range() {
		final long start = elements(0)[0];
		final long limit = elements(1)[0];
		final long delta = elements(2)[0];
		if (delta == 0 || delta == Long.MIN_VALUE) return null;
		return new long[] { delta > 0 ? parts(Math.subtractExact(limit, start), delta) : parts(Math.subtractExact(start,
			limit), -delta) };
	}

	private long[] oneHot() {
		final long[] index = shape(0);
		final int axis = axis(a.integer("axis", -1), index.length + 1);
		final long[] shape = new long[index.length + 1];
		System.arraycopy(index, 0, shape, 0, axis);
		shape[axis] = elements(1)[0];
		System.arraycopy(index, axis, shape, axis + 1, index.length - axis);
		return shape;
	}

	private long[] resized() {
		final long[] shape = shape(0).clone();
		if (a.integers("axes", null) != null || !a.string("keep_aspect_ratio_policy", "stretch").equals("stretch")) return null;
		if (has(3)) return in.get(3).shape()[0] == shape.length ? elements(3) : null;
		final float[] scales = in.get(2).numbers();
		if (scales.length != shape.length) return null;
		for (int i = 0; i < shape.length; i++)
			shape[i] = (long) Math.floor(shape[i] * (double) scales[i]);
		return shape;
	}

	private long[] gridSampled() {
		final long[] shape = shape(0).clone();
		System.arraycopy(shape(1), 1, shape, 2, shape.length - 2);
		return shape;
	}

	private long[] affineGrid() {
		final long[] size = elements(1);
		final long[] shape = new long[size.length];
		shape[0] = size[0];
		System.arraycopy(size, 2, shape, 1, size.length - 2);
		shape[shape.length - 1] = size.length - 2;
		return shape;
	}

	/** A sum of products as an equation tells it: {@code bij,bjk->bik}. */
	static final class Einsum {

		private Einsum() {}

		static long[] shape(final String equation, final List<Operand> in) {
			final Map<Integer, Long> extents = extents(equation, in);
			return extents == null ? null : result(equation, extents).mapToLong(extents::get).toArray();
		}

		/** How many products there are. */
		static double products(final String equation, final List<Operand> in) {
			return extents(equation, in).values().stream().mapToDouble(n -> n).reduce(1, (p, q) -> p * q);
		}

		/** The extent of each letter; axes under dots have the letters -1, -2 … from the last. */
		private static Map<Integer, Long> extents(final String equation, final List<Operand> in) {
			final String[] terms = equation.replace(" ", "").split("->")[0].split(",", -1);
			if (terms.length != in.size()) return null;
			final Map<Integer, Long> extents = new TreeMap<>();
			for (int i = 0; i < terms.length; i++) {
				final long[] shape = in.get(i).shape();
				final int dotted = shape.length - terms[i].replace("...", "").length();
				final int[] letters = letters(terms[i], dotted);
				if (letters.length != shape.length) return null;
				for (int k = 0; k < letters.length; k++)
					extents.merge(letters[k], shape[k], Math::max);
			}
			return extents;
		}

		private static int[] letters(final String term, final int dotted) {
			final int dots = term.indexOf("...");
			if (dots < 0) return term.chars().toArray();
			return IntStream.concat(IntStream.concat(term.chars().limit(dots), IntStream.rangeClosed(1, dotted).map(i -> i -
				dotted - 1)), term.chars().skip(dots + 3)).toArray();
		}

		/** The letters after the arrow; without one, those that occur once, in alphabetical order. */
		private static IntStream result(final String equation, final Map<Integer, Long> extents) {
			final String[] sides = equation.replace(" ", "").split("->", -1);
			final int dotted = (int) extents.keySet().stream().filter(k -> k < 0).count();
			if (sides.length > 1) return IntStream.of(letters(sides[1], dotted));
			return extents.keySet().stream().mapToInt(k -> k).filter(k -> k < 0 || sides[0].indexOf(k) == sides[0].lastIndexOf(k));
		}
	}

	/** What slides a window over the axes after the first two. */
	private static final class Windows {

		private Windows() {}

		static long[] conv(final Attributes a, final long[] x, final long[] w) {
			final long[] shape = spatial(a, x, Arrays.copyOfRange(w, 2, w.length));
			if (shape != null) shape[1] = w[0];
			return shape;
		}

		static long[] pool(final Attributes a, final long[] x) {
			return spatial(a, x, a.integers("kernel_shape", null));
		}

		private static long[] spatial(final Attributes a, final long[] x, final long[] kernel) {
			final int n = kernel.length;
			if (n != x.length - 2) return null;
			final long[] strides = a.integers("strides", n, 1);
			final long[] dilations = a.integers("dilations", n, 1);
			final long[] pads = a.integers("pads", 2 * n, 0);
			final String auto = a.string("auto_pad", "NOTSET");
			final boolean ceil = a.integer("ceil_mode", 0) != 0;
			final long[] shape = x.clone();
			for (int i = 0; i < n; i++) {
				if (strides[i] < 1) return null;
				final long extent = x[2 + i];
				if (auto.startsWith("SAME")) {
					shape[2 + i] = parts(extent, strides[i]);
					continue;
				}
				final long begin = auto.equals("VALID") ? 0 : pads[i];
				final long end = auto.equals("VALID") ? 0 : pads[n + i];
				final long reach = Math.addExact(Math.multiplyExact(kernel[i] - 1, dilations[i]), 1);
				final long free = Math.subtractExact(Math.addExact(extent, Math.addExact(begin, end)), reach);
				long out = (ceil ? Math.floorDiv(Math.addExact(free, strides[i] - 1), strides[i]) : Math.floorDiv(free,
					strides[i])) + 1;
				if (ceil && (out - 1) * strides[i] >= extent + begin) out--;
				shape[2 + i] = out;
			}
			return shape;
		}

		/** The extents a pooling without padding at the end had. */
		static long[] unpooled(final Attributes a, final long[] x) {
			final long[] kernel = a.integers("kernel_shape", null);
			final long[] strides = a.integers("strides", kernel.length, 1);
			final long[] pads = a.integers("pads", 2 * kernel.length, 0);
			final long[] shape = x.clone();
			for (int i = 0; i < kernel.length; i++)
				shape[2 + i] = Math.addExact(Math.multiplyExact(x[2 + i] - 1, strides[i]), kernel[i] - pads[i] - pads[i + kernel.length]);
			return shape;
		}

		static long[] transposed(final Attributes a, final long[] x, final long[] w) {
			final int n = w.length - 2;
			if (n != x.length - 2) return null;
			final long[] strides = a.integers("strides", n, 1);
			final long[] dilations = a.integers("dilations", n, 1);
			final long[] pads = a.integers("pads", 2 * n, 0);
			final long[] extra = a.integers("output_padding", n, 0);
			final long[] told = a.integers("output_shape", null);
			final String auto = a.string("auto_pad", "NOTSET");
			final long[] shape = x.clone();
			shape[1] = Math.multiplyExact(w[1], a.integer("group", 1));
			for (int i = 0; i < n; i++) {
				final long reach = Math.addExact(Math.multiplyExact(w[2 + i] - 1, dilations[i]), 1);
				final long whole = Math.addExact(Math.multiplyExact(x[2 + i] - 1, strides[i]), Math.addExact(reach, extra[i]));
				shape[2 + i] = told != null ? told[told.length - n + i] : auto.startsWith("SAME") ? Math.multiplyExact(x[2 + i],
					strides[i]) : auto.equals("VALID") ? whole : Math.subtractExact(whole, Math.addExact(pads[i], pads[n + i]));
			}
			return shape;
		}
	}
}
