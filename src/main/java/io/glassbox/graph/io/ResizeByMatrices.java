package io.glassbox.graph.io;

import io.glassbox.graph.Attributes;
import io.glassbox.graph.Interpolation;
import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;

import java.util.List;
import java.util.stream.LongStream;

/**
 * Says a resizing as products with matrices of weights, one for each axis: what opset 17 can say of an antialiased one,
 * where the extents are known.
 */
final class ResizeByMatrices {

	/** Of one matrix: 64 MB of floats. */
	private static final long MOST_WEIGHTS = 1L << 24;

	private final Draft draft;
	private final Node n;
	private final Attributes a;
	private final int[] shape;

	private ResizeByMatrices(final Draft draft, final Node n, final int[] shape) {
		this.draft = draft;
		this.n = n;
		a = n.op().attributes();
		this.shape = shape;
	}

	/** Appends the node to the draft, as products if it needs them and they can be told. */
	static void append(final Draft draft, final Node n) {
		final int[] shape = draft.shapes().of(n.input(0));
		if (n.op().attributes().integer("antialias", 0) == 0 || shape == null || !new ResizeByMatrices(draft, n, shape)
			.products()) draft.append(n);
	}

	private boolean products() {
		final String mode = a.string("mode", "nearest");
		if (!mode.equals("linear") && !mode.equals("cubic") || !n.input(1).isEmpty() || a.has("keep_aspect_ratio_policy"))
			return false;
		final long[] axes = a.integers("axes", LongStream.range(0, shape.length).toArray());
		final Tensor sizes = draft.constant(n.input(3)).orElse(null);
		final Tensor scales = draft.constant(n.input(2)).orElse(null);
		if (sizes == null && scales == null || (sizes == null ? scales : sizes).length() != axes.length) return false;
		final Interpolation[] along = new Interpolation[shape.length];
		for (int i = 0; i < axes.length; i++) {
			final int axis = Shapes.axis(axes[i], shape.length);
			final double scale = sizes == null ? scales.floats()[i] : (double) sizes.longs()[i] / shape[axis];
			if (scale == 1 && (sizes == null || shape[axis] > 0)) continue;
			if (shape[axis] < 1) return false;
			final long to = sizes == null ? (long) Math.floor(shape[axis] * scale) : sizes.longs()[i];
			if (to < 1 || (double) shape[axis] * to > MOST_WEIGHTS) return false;
			along[axis] = new Interpolation(a.string("coordinate_transformation_mode", "half_pixel"), shape[axis], to, scale, 0,
				1);
		}
		write(along, mode.equals("cubic"));
		return true;
	}

	private void write(final Interpolation[] along, final boolean cubic) {
		String value = n.input(0);
		for (int axis = 0; axis < along.length; axis++)
			if (along[axis] != null) value = product(value, axis, along[axis], cubic);
		final long[] same = LongStream.range(0, shape.length).toArray();
		draft.append(new Node(n.id(), n.layer(), Operator.of("Transpose", "perm", same), List.of(value), n
			.outputs()));
	}

	private String product(final String value, final int axis, final Interpolation way, final boolean cubic) {
		final float[] weights = way.weights(cubic, a.number("cubic_coeff_a", -0.75f), a.integer("exclude_outside", 0) != 0,
			true);
		final String name = "axis" + axis;
		final String matrix = draft.constant(n, name + ".weights", Tensor.of(weights, shape[axis], weights.length /
			shape[axis]));
		final long[] swap = LongStream.range(0, shape.length).toArray();
		final int last = shape.length - 1;
		swap[axis] = last;
		swap[last] = axis;
		final String first = draft.add(n, name + ".last", Operator.of("Transpose", "perm", swap), value);
		final String resized = draft.add(n, name + ".resized", Operator.of("MatMul"), first, matrix);
		return draft.add(n, name + ".back", Operator.of("Transpose", "perm", swap), resized);
	}
}
