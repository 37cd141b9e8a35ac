package io.glassbox.graph;

import java.util.Map;
import java.util.stream.LongStream;

/** Shapes of what is read between the elements: resized images, grids, regions. */
final class SamplingShapes {

	private SamplingShapes() {}

	static void register(final Map<String, ShapeRule> table) {
		ResultShapes.single(table, "Resize", SamplingShapes::resized);
		ResultShapes.single(table, "GridSample", SamplingShapes::gridSampled);
		ResultShapes.single(table, "AffineGrid", SamplingShapes::affineGrid);
		ResultShapes.single(table, "RoiAlign", SamplingShapes::regions);
	}

	private static long[] resized(final ShapeRule.Call c) {
		final Attributes a = c.attributes();
		final long[] shape = c.shape(0).clone();
		if (!a.string("keep_aspect_ratio_policy", "stretch").equals("stretch")) return null;
		final long[] axes = a.integers("axes", LongStream.range(0, shape.length).toArray());
		final long[] sizes = c.has(3) ? c.elements(3) : null;
		final float[] scales = sizes == null ? c.in().get(2).numbers() : null;
		if ((sizes == null ? scales.length : sizes.length) != axes.length) return null;
		for (int i = 0; i < axes.length; i++) {
			final int axis = Axes.axis(axes[i], shape.length);
			shape[axis] = sizes != null ? sizes[i] : (long) Math.floor(shape[axis] * (double) scales[i]);
		}
		return shape;
	}

	private static long[] gridSampled(final ShapeRule.Call c) {
		final long[] shape = c.shape(0).clone();
		System.arraycopy(c.shape(1), 1, shape, 2, shape.length - 2);
		return shape;
	}

	private static long[] affineGrid(final ShapeRule.Call c) {
		final long[] size = c.elements(1);
		final long[] shape = new long[size.length];
		shape[0] = size[0];
		System.arraycopy(size, 2, shape, 1, size.length - 2);
		shape[shape.length - 1] = size.length - 2;
		return shape;
	}

	private static long[] regions(final ShapeRule.Call c) {
		final Attributes a = c.attributes();
		return new long[] { c.shape(1)[0], c.shape(0)[1], a.integer("output_height", 1), a.integer("output_width", 1) };
	}
}
