package io.glassbox.graph.io;

import io.glassbox.graph.Attributes;
import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.UnsupportedNetworkException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What cuts images to size or puts them together from windows, since opset 18, in terms of older operators. */
final class SpatialParts {

	/** Of the kernels that put windows together: 64 MB of floats. */
	private static final long MOST_WEIGHTS = 1L << 24;

	private final Draft draft;
	private final Node n;

	SpatialParts(final Draft draft, final Node n) {
		this.draft = draft;
		this.n = n;
	}

	private UnsupportedNetworkException unsupported(final String what) {
		return new UnsupportedNetworkException("The network uses " + n.op().type() + " " + what + " (node '" + n.id() +
			"'), which Glassbox does not know.");
	}

	private int[] shape() {
		final int[] shape = draft.shapes().of(n.input(0));
		if (shape == null) throw unsupported("of a value of unknown shape");
		return shape;
	}

	private long[] fixed(final int operand, final String what) {
		return draft.constant(n.input(operand)).filter(t -> !t.isFloat()).map(Tensor::longs).orElseThrow(() -> unsupported(
			"with a computed " + what));
	}

	private Node made(final Operator op, final String... operands) {
		return new Node(n.id(), n.layer(), op, List.of(operands), List.of(n.output()));
	}

	/** Axes that are too long lose as much at either end, those too short get zeros; the odd one at the end. */
	void centerCropPad() {
		final int[] x = shape();
		final long[] wanted = fixed(1, "shape");
		final long[] told = n.op().attributes().integers("axes", null);
		if (wanted.length != (told == null ? x.length : told.length)) throw unsupported("with " + wanted.length +
			" extents for other axes");
		final List<Long> cut = new ArrayList<>();
		final List<Long> from = new ArrayList<>();
		final List<Long> to = new ArrayList<>();
		final long[] pads = new long[2 * x.length];
		for (int i = 0; i < wanted.length; i++) {
			final int axis = told == null ? i : Shapes.axis(told[i], x.length);
			if (x[axis] < 0 || wanted[i] < 0) throw unsupported("of an axis of unknown extent");
			final long more = wanted[i] - x[axis];
			if (more >= 0) {
				pads[axis] = more / 2;
				pads[x.length + axis] = more - more / 2;
			}
			else {
				cut.add((long) axis);
				from.add(-more / 2);
				to.add(-more / 2 + wanted[i]);
			}
		}
		final boolean padded = Arrays.stream(pads).anyMatch(p -> p > 0);
		if (cut.isEmpty() && !padded) draft.alias(n.output(), n.input(0));
		else if (cut.isEmpty()) pad(n.input(0), pads);
		else if (!padded) draft.add(made(Operator.of("Slice"), n.input(0), list("from", from), list("to", to), list("axes",
			cut)));
		else pad(draft.add(n, "cut", Operator.of("Slice"), n.input(0), list("from", from), list("to", to), list("axes", cut)),
			pads);
	}

	private void pad(final String value, final long[] pads) {
		draft.add(made(Operator.of("Pad"), value, draft.constant(n, "pads", pads)));
	}

	private String list(final String name, final List<Long> values) {
		return draft.constant(n, name, values.stream().mapToLong(v -> v).toArray());
	}

	/**
	 * Windows in columns summed up where they lie: a transposed convolution that copies each channel to one place of the
	 * window.
	 */
	void col2Im() {
		final int[] x = shape();
		final long[] image = fixed(1, "image size");
		final long[] block = fixed(2, "window size");
		final int axes = image.length;
		final Attributes a = n.op().attributes();
		final long[] strides = a.integers("strides", axes, 1);
		final long[] dilations = a.integers("dilations", axes, 1);
		final long[] pads = a.integers("pads", 2 * axes, 0);
		final long window = Arrays.stream(block).reduce(1, Math::multiplyExact);
		if (x.length != 3 || x[1] < 1 || window < 1 || x[1] % window != 0 || block.length != axes || axes > 3 ||
			(double) x[1] * window > MOST_WEIGHTS) throw unsupported("of a value of shape " + Arrays.toString(x) + " for windows of " + Arrays.toString(block));
		final long[] apart = new long[2 + axes];
		final long[] rest = new long[axes];
		apart[1] = x[1];
		for (int i = 0; i < axes; i++) {
			final long free = image[i] + pads[i] + pads[axes + i] - dilations[i] * (block[i] - 1) - 1;
			if (free < 0 || strides[i] < 1) throw unsupported("to images smaller than a window");
			apart[2 + i] = free / strides[i] + 1;
			rest[i] = free % strides[i];
		}
		final int channels = Math.toIntExact(x[1] / window);
		final String columns = draft.add(n, "columns", Operator.of("Reshape"), n.input(0), draft.constant(n, "apart", apart));
		draft.add(made(Operator.of("ConvTranspose", "kernel_shape", block, "strides", strides, "dilations", dilations, "pads",
			pads, "output_padding", rest, "group", channels), columns, draft.constant(n, "windows", copies(channels, Math
				.toIntExact(window), block))));
	}

	/** For each channel and each place in the window a kernel that is 1 there and 0 elsewhere. */
	private static Tensor copies(final int channels, final int window, final long[] block) {
		final float[] ones = new float[Math.multiplyExact(channels, Math.multiplyExact(window, window))];
		for (int i = 0; i < channels * window; i++)
			ones[i * window + i % window] = 1;
		final int[] shape = new int[2 + block.length];
		shape[0] = channels * window;
		shape[1] = 1;
		for (int i = 0; i < block.length; i++)
			shape[2 + i] = Math.toIntExact(block[i]);
		return Tensor.of(ones, shape);
	}
}
