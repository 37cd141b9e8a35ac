package io.glassbox.graph;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Samples an image, 2D or 3D, at the places a grid tells, as spatial transformers do (Jaderberg et al. 2015).
 * <p>
 * A place is a point whose last coordinate belongs to the first spatial axis; -1 and 1 are the borders of the
 * image, or, with {@code align_corners}, the centres of its outermost elements. The result is a sum over the elements
 * around each place, their weights products of one weight for each axis, so it has derivatives by the image and by the
 * grid.
 * </p>
 */
final class GridSample {

	/** Coefficient of Keys' cubic convolution (1981). */
	private static final double A = -0.75;

	/** An element that a place reads along one axis: its position, a whole number in a float, and its weight, or null for 1. */
	private record Tap(PtNDArray at, PtNDArray weight) {}

	private final Kernel.Call c;
	private final String mode;
	private final String padding;
	private final boolean corners;
	private final int n;
	private final long[] extents;
	private final long batch;
	private final long places;

	GridSample(final Kernel.Call c) {
		this.c = c;
		mode = c.attributes().string("mode", "bilinear");
		padding = c.attributes().string("padding_mode", "zeros");
		corners = c.attributes().integer("align_corners", 0) != 0;
		n = c.rank() - 2;
		final long[] shape = Indexing.shape(c.x());
		extents = Arrays.copyOfRange(shape, 2, shape.length);
		batch = shape[0];
		places = c.get(1).size() / batch / n;
	}

	PtNDArray result() {
		final PtNDArray grid = JniUtils.reshape(c.get(1), new long[] { batch, places, n });
		final List<List<Tap>> taps = new ArrayList<>();
		for (int axis = 0; axis < n; axis++) {
			final int k = n - 1 - axis;
			final PtNDArray g = JniUtils.reshape(JniUtils.slice(grid, 2, k, k + 1, 1), new long[] { batch, places });
			taps.add(taps(denormalised(g, extents[axis]), extents[axis]));
		}
		final PtNDArray flat = JniUtils.reshape(c.x(), new long[] { batch, c.size(1), Indexing.product(extents, 0, n) });
		final PtNDArray sum = summed(flat, taps, 0, null, null);
		final long[] shape = Indexing.shape(c.get(1)).clone();
		final long[] result = new long[n + 2];
		result[0] = batch;
		result[1] = c.size(1);
		System.arraycopy(shape, 1, result, 2, n);
		return JniUtils.reshape(sum, result);
	}

	private PtNDArray denormalised(final PtNDArray g, final long extent) {
		return (PtNDArray) (corners ? g.add(1).mul((extent - 1) / 2.0) : g.add(1).mul(extent / 2.0).sub(0.5));
	}

	private List<Tap> taps(final PtNDArray p, final long extent) {
		return switch (mode) {
			case "nearest" -> List.of(new Tap(JniUtils.round(inside(p, extent)), null));
			case "bilinear", "linear" -> linear(inside(p, extent));
			case "bicubic", "cubic" -> cubic(p, extent);
			default -> throw new UnsupportedNetworkException("GridSample with mode '" + mode + "' is not supported.");
		};
	}

	private static List<Tap> linear(final PtNDArray p) {
		final PtNDArray low = JniUtils.floor(p);
		final PtNDArray share = JniUtils.sub(p, low);
		return List.of(new Tap(low, (PtNDArray) share.neg().add(1)), new Tap((PtNDArray) low.add(1), share));
	}

	private List<Tap> cubic(final PtNDArray p, final long extent) {
		final PtNDArray low = JniUtils.floor(p);
		final PtNDArray t = JniUtils.sub(p, low);
		final PtNDArray rest = (PtNDArray) t.neg().add(1);
		return List.of(new Tap(inside((PtNDArray) low.sub(1), extent), far((PtNDArray) t.add(1))), new Tap(inside(low,
			extent), near(t)), new Tap(inside((PtNDArray) low.add(1), extent), near(rest)), new Tap(inside((PtNDArray) low
				.add(2), extent), far((PtNDArray) rest.add(1))));
	}

	/** Weight at a distance of at most 1. */
	private static PtNDArray near(final PtNDArray d) {
		return (PtNDArray) d.mul(A + 2).sub(A + 3).mul(d).mul(d).add(1);
	}

	/** Weight at a distance between 1 and 2. */
	private static PtNDArray far(final PtNDArray d) {
		return (PtNDArray) d.mul(A).sub(5 * A).mul(d).add(8 * A).mul(d).sub(4 * A);
	}

	/** Coordinates beyond the border brought back as {@code padding_mode} says; {@code zeros} leaves them. */
	private PtNDArray inside(final PtNDArray p, final long extent) {
		return switch (padding) {
			case "zeros" -> p;
			case "border" -> JniUtils.clip(p, 0f, (float) (extent - 1));
			case "reflection" -> JniUtils.clip(reflected(p, extent), 0f, (float) (extent - 1));
			default -> throw new UnsupportedNetworkException("GridSample with padding_mode '" + padding +
				"' is not supported.");
		};
	}

	/** To and fro between the outermost centres, or, without {@code align_corners}, the outermost borders. */
	private PtNDArray reflected(final PtNDArray p, final long extent) {
		final double low = corners ? 0 : -0.5;
		final double span = corners ? extent - 1 : extent;
		if (span == 0) return (PtNDArray) p.mul(0);
		final PtNDArray at = (PtNDArray) p.sub(low).abs().mod(2 * span);
		return (PtNDArray) JniUtils.where((PtNDArray) at.lte(span), at, (PtNDArray) at.neg().add(2 * span)).add(low);
	}

	/** Sum over all combinations of taps, one for each axis from {@code axis} on. */
	private PtNDArray summed(final PtNDArray flat, final List<List<Tap>> taps, final int axis, final PtNDArray position,
		final PtNDArray weight)
	{
		if (axis == n) {
			final PtNDArray at = JniUtils.to(position, DataType.INT64, position.getDevice());
			final PtNDArray index = JniUtils.broadcast(JniUtils.unsqueeze(at, 1), new Shape(batch, c.size(1), places));
			final PtNDArray values = JniUtils.gather(flat, index, 2);
			return weight == null ? values : JniUtils.mul(values, JniUtils.unsqueeze(weight, 1));
		}
		PtNDArray sum = null;
		for (final Tap tap : taps.get(axis)) {
			final PtNDArray bounded = JniUtils.clip(tap.at, 0f, (float) (extents[axis] - 1));
			final PtNDArray next = position == null ? bounded : JniUtils.add((PtNDArray) position.mul(extents[axis]), bounded);
			PtNDArray w = tap.weight == null ? weight : weight == null ? tap.weight : JniUtils.mul(weight, tap.weight);
			if (padding.equals("zeros")) {
				final PtNDArray in = JniUtils.to(JniUtils.eq(bounded, tap.at), DataType.FLOAT32, bounded.getDevice());
				w = w == null ? in : JniUtils.mul(w, in);
			}
			final PtNDArray part = summed(flat, taps, axis + 1, next, w);
			sum = sum == null ? part : JniUtils.add(sum, part);
		}
		return sum;
	}
}
