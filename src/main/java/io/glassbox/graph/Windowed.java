package io.glassbox.graph;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * An image laid out window by window: what pooling needs where libtorch, or DJL in front of it, has no operation for it
 * (dilation, positions of the maxima, norms).
 * <p>
 * Costs as many copies of the image as a window has elements.
 * </p>
 *
 * @param elements {@code batch x channel x place of the window ... x element of the window}
 */
record Windowed(Kernel.Call call, Window window, long[] places, PtNDArray elements) {

	/** @param outside what stands for elements beyond the border */
	static Windowed of(final Kernel.Call c, final Window w, final boolean ceil, final double outside) {
		final long[] places = places(c, w, ceil);
		return new Windowed(c, w, places, laidOut(c, c.x(), w, places, outside));
	}

	/** How many windows there are along each axis; with {@code ceil} the last may reach beyond the padding. */
	private static long[] places(final Kernel.Call c, final Window w, final boolean ceil) {
		final long[] places = new long[w.kernel().length];
		for (int i = 0; i < places.length; i++) {
			final long extent = c.size(i + 2);
			final long free = extent + w.begins()[i] + w.ends()[i] - reach(w, i);
			places[i] = (ceil ? -Math.floorDiv(-free, w.strides()[i]) : Math.floorDiv(free, w.strides()[i])) + 1;
			if (ceil && (places[i] - 1) * w.strides()[i] >= extent + w.begins()[i]) places[i]--;
		}
		return places;
	}

	private static long reach(final Window w, final int i) {
		return w.dilations()[i] * (w.kernel()[i] - 1) + 1;
	}

	private static PtNDArray laidOut(final Kernel.Call c, final PtNDArray x, final Window w, final long[] places,
		final double outside)
	{
		final int n = places.length;
		final long[] ends = new long[n];
		for (int i = 0; i < n; i++)
			ends[i] = (places[i] - 1) * w.strides()[i] + reach(w, i) - w.begins()[i] - x.getShape().get(i + 2);
		PtNDArray all = JniUtils.pad(x, Window.torchOrder(w.begins(), ends), outside);
		for (int i = n - 1; i >= 0; i--)
			all = Indexing.take(all, i + 2, Indexing.longs(c.manager(), positions(w, i, places[i]), places[i], w.kernel()[i]));
		final long[] order = new long[2 + 2 * n];
		order[1] = 1;
		for (int i = 0; i < n; i++) {
			order[2 + i] = 2 + 2L * i;
			order[2 + n + i] = 3 + 2L * i;
		}
		final long[] shape = LongStream.concat(LongStream.of(x.getShape().get(0), x.getShape().get(1)), LongStream.concat(
			Arrays.stream(places), LongStream.of(Indexing.product(w.kernel(), 0, n)))).toArray();
		return JniUtils.reshape(JniUtils.permute(all, order), shape);
	}

	private static long[] positions(final Window w, final int axis, final long places) {
		final int kernel = (int) w.kernel()[axis];
		final long[] at = new long[(int) places * kernel];
		Arrays.setAll(at, i -> i / kernel * w.strides()[axis] + i % kernel * w.dilations()[axis]);
		return at;
	}

	PtNDArray max() {
		return JniUtils.max(elements, elements.getShape().dimension() - 1, false);
	}

	/** @param includePad whether the padding counts; what lies beyond it never does */
	PtNDArray mean(final boolean includePad) {
		final long last = elements.getShape().dimension() - 1;
		final long[] one = Indexing.shape(call.x()).clone();
		one[0] = 1;
		one[1] = 1;
		PtNDArray counted = (PtNDArray) call.manager().ones(new Shape(one));
		if (!includePad) return JniUtils.div(JniUtils.sum(elements, new long[] { last }, false), JniUtils.sum(laidOut(call,
			counted, window, places, 0), new long[] { last }, false));
		counted = window.pad(counted, 1);
		final Window bare = new Window(window.kernel(), window.strides(), window.dilations(), new long[places.length],
			new long[places.length]);
		return JniUtils.div(JniUtils.sum(elements, new long[] { last }, false), JniUtils.sum(laidOut(call, counted, bare,
			places, 0), new long[] { last }, false));
	}

	/**
	 * The maxima, and where in the whole input each was found, in C order, or, with {@code storage_order} 1, with the
	 * first spatial axis running fastest.
	 */
	static PtNDArray[] maxWithIndices(final Kernel.Call c, final Window w, final boolean ceil) {
		final boolean floats = c.x().getDataType() == DataType.FLOAT32;
		final PtNDArray x = floats ? c.x() : JniUtils.to(c.x(), DataType.FLOAT32, c.x().getDevice());
		final long[] places = places(c, w, ceil);
		final PtNDArray elements = laidOut(c, x, w, places, Double.NEGATIVE_INFINITY);
		final long last = elements.getShape().dimension() - 1;
		final long[] picked = JniUtils.argMax(elements, last, false).toLongArray();
		final PtNDArray max = JniUtils.max(elements, last, false);
		final boolean columns = c.attributes().integer("storage_order", 0) != 0;
		final long[] outer = Indexing.strides(Indexing.shape(max));
		final long[] inner = Indexing.strides(w.kernel());
		final long[] at = new long[picked.length];
		for (int i = 0; i < at.length; i++)
			at[i] = position(c, w, i, picked[i], outer, inner, places, columns);
		final PtNDArray result = floats ? max : JniUtils.to(max, c.x().getDataType(), max.getDevice());
		return new PtNDArray[] { result, Indexing.longs(c.manager(), at, Indexing.shape(max)) };
	}

	private static long position(final Kernel.Call c, final Window w, final long place, final long element,
		final long[] outer, final long[] inner, final long[] places, final boolean columns)
	{
		final int n = places.length;
		final long[] spatial = Arrays.copyOfRange(Indexing.shape(c.x()), 2, 2 + n);
		long within = 0;
		long step = 1;
		for (int k = 0; k < n; k++) {
			final int axis = columns ? k : n - 1 - k;
			final long window = place / outer[2 + axis] % places[axis];
			final long offset = element / inner[axis] % w.kernel()[axis];
			within += step * (window * w.strides()[axis] - w.begins()[axis] + offset * w.dilations()[axis]);
			step *= spatial[axis];
		}
		return place / outer[1] * step + within;
	}
}
