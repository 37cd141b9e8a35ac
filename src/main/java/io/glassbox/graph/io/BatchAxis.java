package io.glassbox.graph.io;

import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds out whether a graph written down for one batch size works for others.
 * <p>
 * {@code x.view(x.size(0), -1)} is exported as a Reshape to {@code [1, -1]}. Where samples are
 * counted along the first axis of its operand, that is as good as {@code [0, -1]}, which keeps the
 * batch. Any other constant shape that fixes a first axis prevents other batch sizes; so does what reckons along the axis
 * of the samples, or takes it away.
 * </p>
 */
final class BatchAxis {

	private final Draft draft;

	BatchAxis(final Draft draft) {
		this.draft = draft;
	}

	/**
	 * What {@link #opened} will mend counts samples from here on.
	 *
	 * @throws FixedBatch if a node fixes the batch size, in a way that cannot be mended
	 */
	void checkOpen(final Node n) {
		if (fixes(n)) throw new FixedBatch(n, "fixes the batch size");
		final int[] made = n.is("Reshape") && mendable(n) ? draft.shapes().of(n.output()) : null;
		if (made == null || made.length == 0) return;
		final int[] open = made.clone();
		open[0] = Shapes.BATCH;
		draft.shapes().put(n.output(), open);
	}

	private boolean fixes(final Node n) {
		return switch (n.op().type()) {
			case "Reshape" -> first(n, 1) > 0 && !mendable(n);
			case "Expand" -> first(n, 1) > 0 && !mendable(n);
			case "Resize" -> first(n, 3) > 0 && Arrays.stream(n.op().attributes().integers("axes", new long[] { 0 })).anyMatch(
				i -> i <= 0);
			case "Concat" -> joinsConstantRows(n);
			case "Squeeze", "ReduceSum", "CumSum" -> mixes(n, integers(n, null));
			case "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceSumSquare",
				"ReduceLogSum", "ReduceLogSumExp" -> mixes(n, integers(n, n.op().attributes().integers("axes",
					null)));
			case "ArgMax", "ArgMin", "Gather" -> mixes(n, n.op().attributes().integer("axis", 0));
			case "Softmax", "LogSoftmax", "TopK" -> mixes(n, n.op().attributes().integer("axis", -1));
			case "MatMul" -> mixes(n, -1) || countsSamples(n.input(1), -2);
			case "Gemm" -> mixes(n, n.op().attributes().integer("transA", 0) == 0 ? 1 : 0) || countsSamples(n.input(1), n.op()
				.attributes().integer("transB", 0) == 0 ? 0 : 1);
			case "Flatten" -> n.op().attributes().integer("axis", 1) == 0 && mixes(n, 0);
			default -> false;
		};
	}

	/**
	 * Whether one of these axes counts the samples, so that what is computed of one sample would depend on those beside it.
	 *
	 * @param axes null for all
	 */
	private boolean mixes(final Node n, final long... axes) {
		final int[] shape = draft.shapes().of(n.input(0));
		if (shape == null) return false;
		if (axes == null) return Arrays.stream(shape).anyMatch(e -> e == Shapes.BATCH);
		return Arrays.stream(axes).map(a -> a < 0 ? a + shape.length : a).anyMatch(a -> a >= 0 && a < shape.length &&
			shape[(int) a] == Shapes.BATCH);
	}

	/** Whether an axis, of a list its only one, counts the samples. */
	private boolean countsSamples(final String value, final int axis) {
		final int[] shape = draft.shapes().of(value);
		if (shape == null || shape.length == 0) return false;
		final int at = axis < 0 ? axis + shape.length : axis;
		return shape[Math.min(shape.length - 1, Math.max(0, at))] == Shapes.BATCH;
	}

	/** The second operand's constant integers; axes given as floats are for the engine to refuse. */
	private long[] integers(final Node n, final long[] absent) {
		return draft.constant(n.input(1)).filter(t -> !t.isFloat()).map(Tensor::longs).orElse(absent);
	}

	/** The first element of a constant list of integers, or 0. */
	private long first(final Node n, final int operand) {
		final Optional<Tensor> t = draft.constant(n.input(operand));
		return t.isEmpty() || t.get().isFloat() || t.get().length() == 0 ? 0 : t.get().longs()[0];
	}

	private boolean mendable(final Node n) {
		return first(n, 1) == 1 && draft.shapes().isBatch(n.input(0)) && !(meansZero(n) && draft.constant(n.input(1)).filter(
			t -> Arrays.stream(t.longs()).anyMatch(e -> e == 0)).isPresent());
	}

	/** Whether an extent of 0 is none, not the operand's, as PyTorch's newer exporter has it. */
	private static boolean meansZero(final Node n) {
		return n.op().attributes().integer("allowzero", 0) != 0;
	}

	/** A constant joined to samples along another axis than theirs has one row for each of a fixed number. */
	private boolean joinsConstantRows(final Node n) {
		final boolean constant = n.inputs().stream().anyMatch(v -> draft.constant(v).filter(t -> t.rank() > 1).isPresent());
		return constant && n.op().attributes().integer("axis", 0) != 0;
	}

	/** The nodes, with the batch kept where it was written down as one. */
	List<Node> opened() {
		final List<Node> nodes = new ArrayList<>();
		for (final Node n : draft.nodes())
			nodes.add(n.is("Reshape", "Expand") && mendable(n) ? mended(n) : n);
		return nodes;
	}

	/** Reshape copies an extent where it reads 0, Expand keeps one where it reads 1. */
	private Node mended(final Node n) {
		if (n.is("Expand")) return n;
		final long[] shape = draft.constants().get(n.input(1)).longs().clone();
		shape[0] = 0;
		final String open = draft.constant(n, "shape", shape);
		return new Node(n.id(), n.layer(), Operator.of("Reshape"), List.of(n.input(0), open), n.outputs());
	}
}
