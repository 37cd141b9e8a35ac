package io.glassbox.graph;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Takes elements of an array by their positions and puts elements at positions, so that libtorch can differentiate.
 * <p>
 * Positions are whole numbers and may be worked out in Java; the elements themselves never leave libtorch.
 * </p>
 */
final class Indexing {

	private Indexing() {}

	static PtNDArray longs(final PtNDManager manager, final long[] values, final long... shape) {
		return NativeArrays.array(manager, values, shape.length == 0 ? new Shape(values.length) : new Shape(shape));
	}

	static PtNDArray floats(final PtNDManager manager, final float[] values, final long... shape) {
		return NativeArrays.array(manager, values, new Shape(shape));
	}

	static long[] shape(final PtNDArray x) {
		return x.getShape().getShape();
	}

	static long product(final long[] shape, final int from, final int to) {
		long n = 1;
		for (int i = from; i < to; i++)
			n *= shape[i];
		return n;
	}

	/**
	 * Slices along an axis, one for each position; the axes of {@code positions} stand in the place of the axis.
	 *
	 * @param positions counted from the front
	 */
	static PtNDArray take(final PtNDArray x, final int axis, final PtNDArray positions) {
		final long[] shape = shape(x);
		final long rest = product(shape, 0, axis) * product(shape, axis + 1, shape.length);
		final PtNDArray front = axis == 0 ? x : JniUtils.permute(x, IntStream.range(0, shape.length).mapToLong(i -> i == 0
			? axis : i <= axis ? i - 1 : i).toArray());
		final PtNDArray rows = JniUtils.embedding(JniUtils.reshape(positions, new long[] { positions.size() }), JniUtils
			.reshape(front, new long[] { shape[axis], rest }), false);
		final long[] index = shape(positions);
		final long[] taken = LongStream.concat(Arrays.stream(index), IntStream.range(0, shape.length).filter(i -> i != axis)
			.mapToLong(i -> shape[i])).toArray();
		final PtNDArray result = JniUtils.reshape(rows, taken);
		return axis == 0 ? result : JniUtils.permute(result, IntStream.range(0, taken.length).mapToLong(i -> i < axis
			? index.length + i : i < axis + index.length ? i - axis : i).toArray());
	}

	static PtNDArray take(final PtNDManager manager, final PtNDArray x, final int axis, final long... positions) {
		return take(x, axis, longs(manager, positions));
	}

	/** Positions counted from the front, where negative ones count from the end of an axis of {@code extent}. */
	static PtNDArray fromFront(final PtNDArray positions, final long extent) {
		final PtNDArray longs = positions.getDataType() == DataType.INT64 ? positions : JniUtils.to(positions, DataType.INT64,
			positions.getDevice());
		return JniUtils.where((PtNDArray) longs.lt(0), (PtNDArray) longs.add(extent), longs);
	}

	/** How far apart in memory neighbours along each axis are, in elements. */
	static long[] strides(final long[] shape) {
		final long[] strides = new long[shape.length];
		long n = 1;
		for (int i = shape.length - 1; i >= 0; i--) {
			strides[i] = n;
			n *= shape[i];
		}
		return strides;
	}

	/**
	 * Puts values at places of a flat array, in the order given; values that meet at one place are combined.
	 * <p>
	 * libtorch leaves open which of two values for one place wins. Hence they are put one after another, in as many
	 * rounds as values meet at most.
	 * </p>
	 *
	 * @param x one axis
	 * @param places for each value, in C order, its position
	 * @param reduction {@code none}, {@code add}, {@code mul}, {@code max} or {@code min}
	 */
	static PtNDArray scatter(final PtNDManager manager, final PtNDArray x, final long[] places, final PtNDArray values,
		final String reduction)
	{
		PtNDArray result = x;
		final PtNDArray flat = JniUtils.reshape(values, new long[] { places.length });
		final List<long[]> rounds = rounds(places);
		for (final long[] round : rounds) {
			final PtNDArray at = longs(manager, Arrays.stream(round).map(i -> places[(int) i]).toArray());
			final PtNDArray update = rounds.size() == 1 ? flat : JniUtils.gather(flat, longs(manager, round), 0);
			final PtNDArray combined = reduction.equals("none") ? update : combined(JniUtils.gather(result, at, 0), update,
				reduction);
			result = JniUtils.scatter(result, at, combined, 0);
		}
		return result;
	}

	private static PtNDArray combined(final PtNDArray old, final PtNDArray update, final String reduction) {
		return switch (reduction) {
			case "add" -> JniUtils.add(old, update);
			case "mul" -> JniUtils.mul(old, update);
			case "max" -> JniUtils.max(old, update);
			case "min" -> JniUtils.min(old, update);
			default -> throw new UnsupportedNetworkException("Scatter with reduction '" + reduction + "' is not supported.");
		};
	}

	/** Which values are put in which round: the n-th for a place in the n-th. */
	private static List<long[]> rounds(final long[] places) {
		final int[] met = new int[1 + (int) Arrays.stream(places).max().orElse(0)];
		final List<LongStream.Builder> rounds = new ArrayList<>();
		for (int i = 0; i < places.length; i++) {
			final int round = met[(int) places[i]]++;
			if (round == rounds.size()) rounds.add(LongStream.builder());
			rounds.get(round).add(i);
		}
		return rounds.stream().map(b -> b.build().toArray()).toList();
	}
}
