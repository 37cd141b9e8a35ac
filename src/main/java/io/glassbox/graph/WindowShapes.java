package io.glassbox.graph;

import java.util.Arrays;
import java.util.Map;

/** Shapes of what slides a window over the axes after the first two, or pools them whole. */
final class WindowShapes {

	private WindowShapes() {}

	static void register(final Map<String, ShapeRule> table) {
		ResultShapes.single(table, "Conv", c -> conv(c.attributes(), c.shape(0), c.shape(1)));
		ResultShapes.single(table, "ConvTranspose", c -> transposed(c.attributes(), c.shape(0), c.shape(1)));
		for (final String type : new String[] { "MaxPool", "AveragePool", "LpPool" })
			ResultShapes.single(table, type, c -> pool(c.attributes(), c.shape(0)));
		for (final String type : new String[] { "GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool" })
			ResultShapes.single(table, type, c -> pooled(c.shape(0), Axes.ones(c.shape(0).length - 2)));
		for (final String type : new String[] { "AdaptiveAveragePool", "AdaptiveMaxPool" })
			ResultShapes.single(table, type, c -> pooled(c.shape(0), c.attributes().integers("output_size", null)));
		ResultShapes.single(table, "MaxUnpool", c -> c.has(2) ? c.elements(2) : unpooled(c.attributes(), c.shape(0)));
	}

	/** To a size; the extent stays where that is 0. */
	private static long[] pooled(final long[] x, final long[] size) {
		final long[] shape = x.clone();
		for (int i = 0; i < size.length; i++)
			if (size[i] > 0) shape[shape.length - size.length + i] = size[i];
		return shape;
	}

	private static long[] conv(final Attributes a, final long[] x, final long[] w) {
		final long[] shape = spatial(a, x, Arrays.copyOfRange(w, 2, w.length));
		if (shape != null) shape[1] = w[0];
		return shape;
	}

	private static long[] pool(final Attributes a, final long[] x) {
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
				shape[2 + i] = Axes.parts(extent, strides[i]);
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
	private static long[] unpooled(final Attributes a, final long[] x) {
		final long[] kernel = a.integers("kernel_shape", null);
		final long[] strides = a.integers("strides", kernel.length, 1);
		final long[] pads = a.integers("pads", 2 * kernel.length, 0);
		final long[] shape = x.clone();
		for (int i = 0; i < kernel.length; i++)
			shape[2 + i] = Math.addExact(Math.multiplyExact(x[2 + i] - 1, strides[i]), kernel[i] - pads[i] - pads[i +
				kernel.length]);
		return shape;
	}

	private static long[] transposed(final Attributes a, final long[] x, final long[] w) {
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
