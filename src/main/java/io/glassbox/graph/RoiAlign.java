package io.glassbox.graph;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

/**
 * Brings regions of feature maps to one size by sampling between elements (He et al. 2017, Mask R-CNN, section 3).
 * <p>
 * Has derivatives by the feature maps; the regions are taken as given. In {@code max} mode the greatest of the weighted
 * elements counts, as in ONNX Runtime, not the greatest of the samples.
 * </p>
 */
final class RoiAlign {

	/** Of one region: more than any is worth. */
	private static final long MOST_SAMPLES = 1 << 22;

	private final Kernel.Call c;
	private final Attributes a;
	private final int height;
	private final int width;
	private final int rows;
	private final int columns;
	private final boolean halfPixel;

	RoiAlign(final Kernel.Call c) {
		this.c = c;
		a = c.attributes();
		height = (int) c.size(2);
		width = (int) c.size(3);
		rows = (int) a.integer("output_height", 1);
		columns = (int) a.integer("output_width", 1);
		halfPixel = a.string("coordinate_transformation_mode", "half_pixel").equals("half_pixel");
	}

	PtNDArray result() {
		final float[] rois = c.get(1).toType(DataType.FLOAT32, false).toFloatArray();
		final long[] batch = c.longs(2);
		if (batch.length == 0) return JniUtils.reshape(JniUtils.slice(c.x(), 0, 0, 0, 1), new long[] { 0, c.size(1), rows,
			columns });
		final PtNDArray[] regions = new PtNDArray[batch.length];
		for (int r = 0; r < batch.length; r++)
			regions[r] = region(batch[r], rois, 4 * r);
		return JniUtils.stack(regions, 0);
	}

	private PtNDArray region(final long image, final float[] rois, final int at) {
		final double scale = a.number("spatial_scale", 1);
		final double shift = halfPixel ? 0.5 : 0;
		final double left = rois[at] * scale - shift;
		final double top = rois[at + 1] * scale - shift;
		final double w = extent(rois[at + 2] * scale - shift - left);
		final double h = extent(rois[at + 3] * scale - shift - top);
		final double[][] y = samples(top, h, rows);
		final double[][] x = samples(left, w, columns);
		final long samples = Math.max(1, (long) y[0].length * x[0].length);
		if (4 * samples * rows * columns > MOST_SAMPLES) throw new GlassboxException("RoiAlign would look at " + samples +
			" places for each element of its result; are regions given in pixels?");
		final int perBin = (int) samples;
		final long[] places = new long[4 * rows * columns * perBin];
		final float[] weights = new float[places.length];
		int i = 0;
		for (final double[] line : y)
			for (final double[] column : x)
				for (final double py : line)
					for (final double px : column) {
						around(py, px, places, weights, i);
						i += 4;
					}
		final PtNDArray map = JniUtils.reshape(JniUtils.slice(c.x(), 0, image, image + 1, 1), new long[] { c.size(1),
			(long) height * width });
		final PtNDArray taken = JniUtils.mul(Indexing.take(c.manager(), map, 1, places), Indexing.floats(c.manager(), weights,
			places.length));
		final PtNDArray bins = JniUtils.reshape(taken, new long[] { c.size(1), rows, columns, 4L * perBin });
		if (a.string("mode", "avg").equals("max")) return JniUtils.max(bins, 3, false);
		return (PtNDArray) JniUtils.sum(bins, new long[] { 3 }, false).div(perBin);
	}

	private double extent(final double given) {
		return halfPixel ? given : Math.max(1, given);
	}

	/** For each bin along an axis the coordinates at which it is sampled. */
	private double[][] samples(final double start, final double extent, final int bins) {
		final double bin = extent / bins;
		final long ratio = a.integer("sampling_ratio", 0);
		final int count = (int) Math.max(1, ratio > 0 ? ratio : Math.ceil(bin));
		if ((long) bins * count > MOST_SAMPLES) throw new GlassboxException("RoiAlign would look at " + count +
			" places along one axis of a region; are regions given in pixels?");
		final double[][] at = new double[bins][count];
		for (int b = 0; b < bins; b++)
			for (int i = 0; i < count; i++)
				at[b][i] = start + b * bin + (i + 0.5) * bin / count;
		return at;
	}

	/** The four elements around a point; none if it lies further than one element beyond the border. */
	private void around(final double py, final double px, final long[] places, final float[] weights, final int at) {
		if (py < -1 || py > height || px < -1 || px > width) return;
		final double y = Math.min(height - 1, Math.max(0, py));
		final double x = Math.min(width - 1, Math.max(0, px));
		final int top = (int) y;
		final int left = (int) x;
		for (int k = 0; k < 4; k++) {
			final int row = Math.min(height - 1, top + k / 2);
			final int column = Math.min(width - 1, left + k % 2);
			places[at + k] = (long) row * width + column;
			weights[at + k] = (float) ((k / 2 == 0 ? 1 - (y - top) : y - top) * (k % 2 == 0 ? 1 - (x - left) : x - left));
		}
	}
}
