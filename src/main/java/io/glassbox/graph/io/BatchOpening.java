package io.glassbox.graph.io;

import io.glassbox.graph.Attributes;
import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a network that was written down for one sample work for any number of them, or proves nothing and changes nothing.
 * <p>
 * Exporters fold the batch size into constants: windows of a transformer are a Reshape to {@code [64, 49, 96]}, a class
 * token is one row joined to the patches. Here each value is followed from the inputs on, where the samples lie in it
 * ({@link SampleLayout}), such that what a sample finds there is what it would find alone. Where a constant counts samples,
 * that extent is left open, or the constant is repeated for each. An operator that would mix samples, or of which it is not known that it does not,
 * ends the attempt. So a network that comes out of here gives each sample the scores it has alone.
 * </p>
 */
final class BatchOpening {

	private static final Logger LOG = LoggerFactory.getLogger(BatchOpening.class);

	/** Each element on its own. */
	private static final Set<String> POINTWISE = Set.of("Relu", "LeakyRelu", "Sigmoid", "Tanh", "Clip", "Elu", "Selu",
		"Celu", "Softplus", "Softsign", "Erf", "Exp", "Log", "Sqrt", "Neg", "Abs", "HardSwish", "HardSigmoid", "Cast",
		"Reciprocal", "Floor", "Ceil", "Round", "Sign", "Sin", "Cos", "Identity", "Not", "ThresholdedRelu", "Mish", "Shrink",
		"IsNaN", "IsInf", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Asinh", "Acosh", "Atanh");

	/** Elements that lie at the same place. */
	private static final Set<String> TOGETHER = Set.of("Add", "Sub", "Mul", "Div", "Pow", "Min", "Max", "Sum", "Mean",
		"Where", "Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual", "And", "Or", "Xor", "Mod", "PRelu");

	/** Each element of the first axis on its own, all other operands alike for all. */
	private static final Set<String> IMAGES = Set.of("Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool",
		"GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool", "AdaptiveAveragePool", "BatchNormalization",
		"InstanceNormalization", "GroupNormalization", "LRN", "DepthToSpace", "SpaceToDepth");

	/** Lines along one axis. */
	private static final Set<String> LINES = Set.of("Softmax", "LogSoftmax", "Hardmax", "LpNormalization");

	private static final Set<String> REDUCTIONS = Set.of("ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd",
		"ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare");

	/** Why a network works for the batch size it was written for only. */
	private static final class Fixed extends RuntimeException {

		private static final long serialVersionUID = 1L;

		Fixed(final Node n, final String why) {
			super(n.op().type() + " '" + n.label() + "' " + why, null, false, false);
		}
	}

	private final Draft draft;
	private final Map<String, SampleLayout> layouts = new HashMap<>();
	private final List<Node> nodes = new ArrayList<>();

	private BatchOpening(final Draft draft) {
		this.draft = draft;
	}

	/**
	 * The nodes for any number of samples; constants they need are put into the draft.
	 *
	 * @param draft a network as it is for one sample
	 * @param inputs whose first axes count samples
	 * @param outputs whose first axes shall count samples
	 * @return empty if it cannot be shown that samples stay apart
	 */
	static Optional<List<Node>> of(final Draft draft, final List<String> inputs, final List<String> outputs) {
		final BatchOpening opening = new BatchOpening(draft);
		inputs.forEach(name -> opening.layouts.put(name, SampleLayout.FIRST));
		try {
			List.copyOf(draft.nodes()).forEach(opening::add);
		}
		catch (final Fixed e) {
			LOG.debug("The batch stays as it was written: {}.", e.getMessage());
			return Optional.empty();
		}
		return outputs.stream().allMatch(name -> SampleLayout.FIRST.equals(opening.layouts.get(name))) ? Optional.of(
			opening.nodes) : Optional.empty();
	}

	private SampleLayout layout(final String value) {
		return layouts.get(value);
	}

	private int[] shape(final Node n, final String value) {
		final int[] shape = draft.shapes().of(value);
		if (shape == null || Arrays.stream(shape).anyMatch(e -> e < 0)) throw new Fixed(n, "has an operand of unknown shape");
		return shape;
	}

	private int rank(final Node n, final String value) {
		final int[] shape = draft.shapes().of(value);
		if (shape == null) throw new Fixed(n, "has an operand of unknown rank");
		return shape.length;
	}

	private static void require(final boolean apart, final Node n, final String why) {
		if (!apart) throw new Fixed(n, why);
	}

	private static void apart(final boolean apart, final Node n) {
		require(apart, n, "works along the axis of the samples");
	}

	private void add(final Node n) {
		if (n.inputs().stream().allMatch(v -> layout(v) == null)) {
			nodes.add(n);
			return;
		}
		final SampleLayout made = follow(n);
		n.outputs().stream().filter(v -> !v.isEmpty()).forEach(v -> layouts.put(v, made));
	}

	/** Where the samples lie in what the node makes; appends the node as it is for any number of samples. */
	private SampleLayout follow(final Node n) {
		final String type = n.op().type();
		if (TOGETHER.contains(type)) return keep(n, together(n, n.inputs(), 0));
		switch (type) {
			case "MatMul":
				return keep(n, matMul(n));
			case "Gemm":
				return keep(n, gemm(n));
			case "Concat":
				return concat(n);
			case "Einsum":
				return keep(n, einsum(n));
			default:
				for (int i = 1; i < n.inputs().size(); i++)
					require(layout(n.input(i)) == null, n, "has a second operand that differs between samples");
				return unary(n, layout(n.input(0)));
		}
	}

	private SampleLayout unary(final Node n, final SampleLayout x) {
		final String type = n.op().type();
		final Attributes a = n.op().attributes();
		if (POINTWISE.contains(type)) return keep(n, x);
		if (IMAGES.contains(type)) return images(n, x);
		if (LINES.contains(type)) return along(n, x, a.integer("axis", -1));
		if (REDUCTIONS.contains(type)) return keep(n, reduced(n, x));
		return switch (type) {
			case "LayerNormalization" -> {
				apart(Shapes.axis(a.integer("axis", -1), rank(n, n.input(0))) > x.axis(), n);
				yield keep(n, x);
			}
			case "Split" -> along(n, x, a.integer("axis", 0));
			case "TopK" -> along(n, x, a.integer("axis", -1));
			case "CumSum" -> along(n, x, longs(n, 1)[0]);
			case "ArgMax", "ArgMin" -> keep(n, without(n, x, a.integer("keepdims", 1) == 1, a.integer("axis", 0)));
			case "Reshape" -> reshape(n, x);
			case "Flatten" -> flattened(n, x);
			case "Transpose" -> keep(n, x.at(transposed(n, x.axis())));
			case "Squeeze" -> keep(n, without(n, x, false, longs(n, 1)));
			case "Unsqueeze" -> keep(n, unsqueezed(n, x));
			case "Expand" -> expand(n, x);
			case "Tile" -> {
				require(longs(n, 1)[x.axis()] == 1, n, "repeats samples");
				yield keep(n, x);
			}
			case "Slice" -> {
				final long[] axes = n.input(3).isEmpty() ? axes(longs(n, 1).length) : longs(n, 3);
				without(n, x, true, axes);
				yield keep(n, x);
			}
			case "Pad" -> {
				final long[] pads = longs(n, 1);
				require(n.input(3).isEmpty() && pads[x.axis()] == 0 && pads[pads.length / 2 + x.axis()] == 0, n, "pads samples");
				yield keep(n, x);
			}
			case "Gather" -> keep(n, gathered(n, x));
			case "Resize" -> resize(n, x);
			default -> throw new Fixed(n, "is not known to keep samples apart");
		};
	}

	private SampleLayout keep(final Node n, final SampleLayout made) {
		nodes.add(n);
		return made;
	}

	/** The one row that a sample becomes, its own axis with it, is a row for each of several. */
	private SampleLayout flattened(final Node n, final SampleLayout x) {
		final SampleLayout made = reshaped(n, x);
		if (Shapes.axis(n.op().attributes().integer("axis", 1), rank(n, n.input(0))) > 0) return keep(n, made);
		require(x.axis() == 0, n, "joins samples");
		nodes.add(new Node(n.id(), n.layer(), Operator.of("Flatten", "axis", 1), n.inputs(), n.outputs()));
		return made;
	}

	private static Node with(final Node n, final List<String> operands) {
		return new Node(n.id(), n.layer(), n.op(), operands, n.outputs());
	}

	private long[] longs(final Node n, final int operand) {
		final Tensor t = draft.constant(n.input(operand)).orElse(null);
		require(t != null && !t.isFloat() && t.length() > 0, n, "takes axes or sizes that are not fixed");
		return t.longs();
	}

	private static long[] axes(final int count) {
		final long[] axes = new long[count];
		Arrays.setAll(axes, i -> i);
		return axes;
	}

	// -- windows, lines, sums --

	private SampleLayout images(final Node n, final SampleLayout x) {
		apart(x.axis() == 0, n);
		require(n.outputs().size() == 1, n, "tells places in the whole batch");
		return keep(n, x);
	}

	private SampleLayout along(final Node n, final SampleLayout x, final long axis) {
		apart(Shapes.axis(axis, rank(n, n.input(0))) != x.axis(), n);
		return keep(n, x);
	}

	private SampleLayout reduced(final Node n, final SampleLayout x) {
		final Attributes a = n.op().attributes();
		final long[] axes = n.input(1).isEmpty() ? a.integers("axes", null) : longs(n, 1);
		apart(axes != null, n);
		return without(n, x, a.integer("keepdims", 1) == 1, axes);
	}

	/** After other axes are gone, or, if they are kept, have another extent. */
	private SampleLayout without(final Node n, final SampleLayout x, final boolean kept, final long... axes) {
		final int rank = rank(n, n.input(0));
		int axis = x.axis();
		for (final long each : axes) {
			final int gone = Shapes.axis(each, rank);
			apart(gone != x.axis(), n);
			if (gone < x.axis() && !kept) axis--;
		}
		return x.at(axis);
	}

	// -- shapes --

	private SampleLayout reshaped(final Node n, final SampleLayout x) {
		final SampleLayout made = x.reshaped(shape(n, n.input(0)), shape(n, n.output()));
		require(made != null, n, "tears samples apart");
		return made;
	}

	/** To its shape for one sample, with the axis of the samples left open. */
	private SampleLayout reshape(final Node n, final SampleLayout x) {
		final SampleLayout made = reshaped(n, x);
		final long[] wanted = Arrays.stream(shape(n, n.output())).asLongStream().toArray();
		require(Arrays.stream(wanted).noneMatch(e -> e == 0), n, "makes nothing");
		wanted[made.axis()] = -1;
		final Node open = new Node(n.id(), n.layer(), Operator.of("Reshape"), List.of(n.input(0), draft.constant(n,
			"shape.open", wanted)), n.outputs());
		return keep(open, made);
	}

	private int transposed(final Node n, final int axis) {
		final long[] perm = n.op().attributes().integers("perm", null);
		final int rank = rank(n, n.input(0));
		if (perm == null) return rank - 1 - axis;
		for (int i = 0; i < perm.length; i++)
			if (Shapes.axis(perm[i], rank) == axis) return i;
		throw new Fixed(n, "loses the samples");
	}

	private SampleLayout unsqueezed(final Node n, final SampleLayout x) {
		final long[] axes = longs(n, 1);
		final int rank = rank(n, n.input(0)) + axes.length;
		final boolean[] fresh = new boolean[rank];
		for (final long axis : axes)
			fresh[Shapes.axis(axis, rank)] = true;
		int old = -1;
		for (int i = 0; i < rank; i++)
			if (!fresh[i] && ++old == x.axis()) return x.at(i);
		throw new Fixed(n, "loses the samples");
	}

	/** Keeps an extent where it reads 1. */
	private SampleLayout expand(final Node n, final SampleLayout x) {
		final long[] wanted = longs(n, 1).clone();
		final int[] own = shape(n, n.input(0));
		final int at = wanted.length - own.length + x.axis();
		final SampleLayout made = x.at(x.axis() + Math.max(0, wanted.length - own.length));
		if (at < 0 || wanted[at] == 1) return keep(n, made);
		require(wanted[at] == own[x.axis()], n, "repeats samples");
		wanted[at] = 1;
		return keep(with(n, List.of(n.input(0), draft.constant(n, "shape.open", wanted))), made);
	}

	private SampleLayout gathered(final Node n, final SampleLayout x) {
		final int axis = Shapes.axis(n.op().attributes().integer("axis", 0), rank(n, n.input(0)));
		apart(axis != x.axis(), n);
		return axis > x.axis() ? x : x.at(x.axis() - 1 + rank(n, n.input(1)));
	}

	/** Sizes along all axes tell the number of samples too; those along some leave it alone, if they may. */
	private SampleLayout resize(final Node n, final SampleLayout x) {
		final int rank = shape(n, n.input(0)).length;
		final long[] axes = n.op().attributes().integers("axes", null);
		if (axes != null) {
			apart(Arrays.stream(axes).noneMatch(i -> Shapes.axis(i, rank) == x.axis()), n);
			return keep(n, x);
		}
		apart(x.axis() == 0, n);
		final Tensor scales = draft.constant(n.input(2)).orElse(null);
		if (n.input(3).isEmpty()) {
			apart(scales != null && scales.isFloat() && scales.length() > 0 && scales.floats()[0] == 1, n);
			return keep(n, x);
		}
		final long[] sizes = longs(n, 3);
		apart(sizes[0] == shape(n, n.input(0))[0], n);
		final String wanted = extents(n, "sizes", n.input(0), 0, sizes);
		return keep(with(n, List.of(n.input(0), n.input(1), n.input(2), wanted)), x);
	}

	/** The extents given, but along one axis as many as another value has. */
	private String extents(final Node n, final String suffix, final String like, final int axis, final long[] extents) {
		final String samples = made(n, suffix + ".samples", Operator.of("Shape", "start", axis, "end", axis + 1), like);
		final List<String> parts = new ArrayList<>();
		if (axis > 0) parts.add(draft.constant(n, suffix + ".before", Arrays.copyOf(extents, axis)));
		parts.add(samples);
		if (axis + 1 < extents.length) parts.add(draft.constant(n, suffix + ".behind", Arrays.copyOfRange(extents, axis + 1,
			extents.length)));
		return made(n, suffix, Operator.of("Concat", "axis", 0), parts.toArray(String[]::new));
	}

	private String made(final Node n, final String suffix, final Operator op, final String... operands) {
		final String value = n.output() + "." + suffix;
		nodes.add(new Node(n.id() + "." + suffix, n.layer(), op, List.of(operands), List.of(value)));
		return value;
	}

	// -- several operands --

	/**
	 * Operands broadcast against each other, all axes but the last {@code apart}: samples lie at the same place in all that
	 * have any, and there others have one element for all.
	 */
	private SampleLayout together(final Node n, final List<String> operands, final int apart) {
		final int rank = operands.stream().mapToInt(v -> shape(n, v).length).max().orElse(0);
		SampleLayout made = null;
		for (final String v : operands) {
			final SampleLayout x = layout(v) == null ? null : layout(v).at(rank - shape(n, v).length + layout(v).axis());
			require(x == null || made == null || x.equals(made), n, "joins samples that lie at different places");
			if (x != null) made = x;
		}
		if (made == null) return null;
		final int behind = rank - made.axis();
		for (final String v : operands) {
			final int[] shape = shape(n, v);
			require(layout(v) != null || behind <= apart || behind > shape.length || shape[shape.length - behind] == 1, n,
				"joins samples to a fixed number of rows");
		}
		return made;
	}

	private SampleLayout matMul(final Node n) {
		final int[] a = shape(n, n.input(0));
		final int[] b = shape(n, n.input(1));
		require(a.length > 1 && b.length > 1, n, "multiplies a vector");
		final SampleLayout rows = layout(n.input(0));
		final SampleLayout columns = layout(n.input(1));
		final int rank = Math.max(a.length, b.length);
		apart(rows == null || rows.axis() != a.length - 1, n);
		apart(columns == null || columns.axis() != b.length - 2, n);
		if (rows != null && rows.axis() == a.length - 2) {
			apart(columns == null, n);
			return rows.at(rank - 2);
		}
		if (columns != null && columns.axis() == b.length - 1) {
			apart(rows == null, n);
			return columns.at(rank - 1);
		}
		return together(n, n.inputs(), 2);
	}

	private SampleLayout gemm(final Node n) {
		final SampleLayout a = layout(n.input(0));
		final boolean turned = n.op().attributes().integer("transA", 0) == 1;
		apart(a != null && layout(n.input(1)) == null && a.axis() == (turned ? 1 : 0), n);
		if (n.input(2).isEmpty()) return a.at(0);
		final int[] c = shape(n, n.input(2));
		apart(layout(n.input(2)) == null && (c.length < 2 || c[0] == 1), n);
		return a.at(0);
	}

	/** Rows that are the same for all samples are repeated for each. */
	private SampleLayout concat(final Node n) {
		final String samples = n.inputs().stream().filter(v -> layout(v) != null).findFirst().orElseThrow();
		final SampleLayout x = layout(samples);
		final int rank = shape(n, samples).length;
		apart(Shapes.axis(n.op().attributes().integer("axis", 0), rank) != x.axis(), n);
		final List<String> operands = new ArrayList<>(n.inputs());
		for (int i = 0; i < operands.size(); i++) {
			final String v = operands.get(i);
			require(layout(v) == null || layout(v).equals(x), n, "joins samples that lie at different places");
			if (layout(v) != null) continue;
			final int[] rows = shape(n, v);
			require(rows.length == rank && rows[x.axis()] == 1, n, "joins samples to a fixed number of rows");
			final long[] ones = new long[rank];
			Arrays.fill(ones, 1);
			operands.set(i, made(n, "row" + i, Operator.of("Expand"), v, extents(n, "row" + i + ".shape", samples, x.axis(),
				ones)));
		}
		return keep(with(n, operands), x);
	}

	/** One letter stands for the samples, wherever there are any and in the result, and nowhere else. */
	private SampleLayout einsum(final Node n) {
		final String equation = n.op().attributes().string("equation", "").replace(" ", "");
		final int arrow = equation.indexOf("->");
		require(arrow > 0 && equation.indexOf('.') < 0, n, "names no axes of its result");
		final String[] operands = equation.substring(0, arrow).split(",", -1);
		final String result = equation.substring(arrow + 2);
		require(operands.length == n.inputs().size(), n, "names other operands than it has");
		char letter = 0;
		SampleLayout made = null;
		for (int i = 0; i < operands.length; i++) {
			final SampleLayout x = layout(n.input(i));
			if (x == null) continue;
			require(x.axis() < operands[i].length(), n, "names fewer axes than there are");
			final char own = operands[i].charAt(x.axis());
			require(made == null || own == letter && x.outer() == made.outer() && x.inner() == made.inner(), n,
				"joins samples that lie at different places");
			letter = own;
			made = x;
		}
		for (int i = 0; i < operands.length; i++)
			apart(count(operands[i], letter) == (layout(n.input(i)) == null ? 0 : 1), n);
		apart(count(result, letter) == 1, n);
		return made.at(result.indexOf(letter));
	}

	private static long count(final String letters, final char letter) {
		return letters.chars().filter(c -> c == letter).count();
	}
}
