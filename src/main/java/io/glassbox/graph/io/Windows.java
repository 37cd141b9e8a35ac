package io.glassbox.graph.io;

import io.glassbox.graph.Attributes;
import io.glassbox.graph.Node;
import io.glassbox.graph.Port;

import java.util.Arrays;

/** The sliding window of a convolution, transposed or not, or of a pooling node: its extents and what they make of a shape. */
final class Windows {

	private final Node node;
	private final int[] x;
	private final int[] weight;
	private final int axes;
	private final long[] kernel;
	private final long[] strides;
	private final long[] dilations;

	/** @param shapes must know the shape of the node's first operand */
	Windows(final Node node, final Shapes shapes) {
		final Attributes a = node.op().attributes();
		this.node = node;
		x = shapes.of(node.input(0));
		weight = node.is("Conv", "ConvTranspose") ? shapes.of(node.input(1)) : null;
		axes = x.length - 2;
		final long[] fromWeight = weight == null ? null : Arrays.stream(weight).skip(2).asLongStream().toArray();
		kernel = a.integers("kernel_shape", fromWeight);
		strides = a.integers("strides", axes, 1);
		dilations = a.integers("dilations", axes, 1);
	}

	/** The shape of the output. */
	int[] shape() {
		final int[] shape = x.clone();
		if (axes > 0) shape[1] = channels();
		for (int i = 0; i < axes; i++)
			shape[2 + i] = node.is("ConvTranspose") ? transposed(i) : extent(i);
		return shape;
	}

	private int channels() {
		if (!node.is("Conv", "ConvTranspose")) return x[1];
		if (weight == null) return Port.ANY;
		if (node.is("Conv")) return weight[0];
		return weight[1] < 0 ? Port.ANY : CutShapes.extent(weight[1] * node.op().attributes().integer("group", 1));
	}

	/** An axis after a transposed convolution. */
	private int transposed(final int i) {
		final Attributes a = node.op().attributes();
		final long[] told = a.integers("output_shape", null);
		if (told != null) return told.length < axes ? Port.ANY : CutShapes.extent(told[told.length - axes + i]);
		final String auto = a.string("auto_pad", "NOTSET");
		if (x[2 + i] < 0) return Port.ANY;
		if (auto.startsWith("SAME")) return CutShapes.extent(x[2 + i] * strides[i]);
		if (kernel == null || kernel[i] < 0) return Port.ANY;
		final long[] pads = auto.equals("VALID") ? new long[2 * axes] : a.integers("pads", 2 * axes, 0);
		return CutShapes.extent((x[2 + i] - 1) * strides[i] + reach(i) + a.integers("output_padding", axes, 0)[i] - pads[i] -
			pads[i + axes]);
	}

	private int extent(final int i) {
		final Attributes a = node.op().attributes();
		if (x[2 + i] < 0 || kernel == null) return Port.ANY;
		final String auto = a.string("auto_pad", "NOTSET");
		if (auto.startsWith("SAME")) return (int) ((x[2 + i] + strides[i] - 1) / strides[i]);
		final long[] pads = a.integers("pads", 2 * axes, 0);
		final long free = x[2 + i] + pads[i] + pads[i + axes] - reach(i);
		final boolean ceil = a.integer("ceil_mode", 0) == 1;
		long n = (ceil ? Math.floorDiv(free + strides[i] - 1, strides[i]) : Math.floorDiv(free, strides[i])) + 1;
		if (ceil && (n - 1) * strides[i] >= x[2 + i] + pads[i]) n--;
		return (int) n;
	}

	private long reach(final int i) {
		return (kernel[i] - 1) * dilations[i] + 1;
	}

	/** The pads that {@code auto_pad} stands for, or null if they depend on extents that are not known. */
	long[] samePads(final boolean upper) {
		if (kernel == null) return null;
		final long[] pads = new long[2 * axes];
		for (int i = 0; i < axes; i++) {
			if (x[2 + i] < 0 && strides[i] != 1) return null;
			final long n = x[2 + i] < 0 ? 0 : (x[2 + i] + strides[i] - 1) / strides[i];
			final long total = strides[i] == 1 ? reach(i) - 1 : Math.max(0, (n - 1) * strides[i] + reach(i) - x[2 + i]);
			pads[i] = upper ? total / 2 : total - total / 2;
			pads[i + axes] = total - pads[i];
		}
		return pads;
	}
}
