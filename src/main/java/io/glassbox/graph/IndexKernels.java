package io.glassbox.graph;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Operators that read or write elements at computed positions, and those that tell positions. */
final class IndexKernels {

	/** 256 MB of floats: more than any mask of an image takes. */
	private static final long MOST_ONE_HOT = 1L << 26;

	private IndexKernels() {}

	static void register(final Map<String, Kernel> table) {
		Kernels.single(table, "Gather", IndexKernels::gather);
		Kernels.single(table, "GatherElements", IndexKernels::gatherElements);
		Kernels.single(table, "GatherND", IndexKernels::gatherND);
		Kernels.single(table, "ScatterElements", IndexKernels::scatterElements);
		Kernels.single(table, "ScatterND", IndexKernels::scatterND);
		Kernels.single(table, "Compress", IndexKernels::compress);
		Kernels.single(table, "OneHot", IndexKernels::oneHot);
		Kernels.single(table, "NonZero", c -> JniUtils.transpose(JniUtils.nonZeros(c.x()), 0, 1));
		Kernels.single(table, "ReverseSequence", IndexKernels::reverseSequence);
	}

	/** One position, as when a query is picked from a stack, is a slice; several are rows of a table. */
	private static PtNDArray gather(final Kernel.Call c) {
		final int axis = c.axis(c.attributes().integer("axis", 0));
		final long extent = c.size(axis);
		final PtNDArray index = c.get(1);
		if (index.size() != 1) return Indexing.take(c.x(), axis, Indexing.fromFront(index, extent));
		final long at = c.longs(1)[0];
		final long front = at < 0 ? at + extent : at;
		if (front < 0 || front >= extent) throw new GlassboxException("Gather reads position " + at + " of " + extent +
			" along axis " + axis + ".");
		final long[] shape = Indexing.shape(c.x());
		final long[] result = LongStream.concat(LongStream.concat(Arrays.stream(shape, 0, axis), Arrays.stream(Indexing
			.shape(index))), Arrays.stream(shape, axis + 1, shape.length)).toArray();
		return JniUtils.reshape(JniUtils.slice(c.x(), axis, front, front + 1, 1), result);
	}

	private static PtNDArray gatherElements(final Kernel.Call c) {
		final int axis = c.axis(c.attributes().integer("axis", 0));
		return JniUtils.gather(c.x(), Indexing.fromFront(c.get(1), c.size(axis)), axis);
	}

	/** Slices by tuples of positions; the first axes may be a batch of such questions. */
	private static PtNDArray gatherND(final Kernel.Call c) {
		final int batch = (int) c.attributes().integer("batch_dims", 0);
		final long[] shape = Indexing.shape(c.x());
		final long[] index = Indexing.shape(c.get(1));
		final int depth = (int) index[index.length - 1];
		final int tuples = (int) (c.get(1).size() / Math.max(1, depth));
		final long perBatch = Indexing.product(index, batch, index.length - 1);
		final long[] extents = Arrays.copyOfRange(shape, batch, batch + depth);
		final long[] rows = rows(c.longs(1), extents, tuples);
		for (int i = 0; i < rows.length; i++)
			rows[i] += i / perBatch * Indexing.product(extents, 0, depth);
		final long rest = Indexing.product(shape, batch + depth, shape.length);
		final PtNDArray table = JniUtils.reshape(c.x(), new long[] { Indexing.product(shape, 0, batch + depth), rest });
		final long[] result = LongStream.concat(Arrays.stream(index, 0, index.length - 1), Arrays.stream(shape, batch + depth,
			shape.length)).toArray();
		return JniUtils.reshape(JniUtils.embedding(Indexing.longs(c.manager(), rows), table, false), result);
	}

	/** For each tuple of positions along axes of these extents the number of the slice it means. */
	private static long[] rows(final long[] positions, final long[] extents, final int tuples) {
		final long[] strides = Indexing.strides(extents);
		final long[] rows = new long[tuples];
		for (int i = 0; i < tuples; i++)
			for (int k = 0; k < extents.length; k++)
				rows[i] += front(positions[i * extents.length + k], extents[k]) * strides[k];
		return rows;
	}

	private static long front(final long at, final long extent) {
		final long front = at < 0 ? at + extent : at;
		if (front < 0 || front >= extent) throw new GlassboxException("There is no position " + at + " along an axis of " +
			extent + ".");
		return front;
	}

	private static PtNDArray scatterElements(final Kernel.Call c) {
		final int axis = c.axis(c.attributes().integer("axis", 0));
		final long[] shape = Indexing.shape(c.x());
		final long[] strides = Indexing.strides(shape);
		final long[] index = Indexing.shape(c.get(1));
		final long[] own = Indexing.strides(index);
		final long[] places = c.longs(1);
		for (int i = 0; i < places.length; i++) {
			long place = front(places[i], shape[axis]) * strides[axis];
			for (int k = 0; k < index.length; k++)
				if (k != axis) place += i / own[k] % index[k] * strides[k];
			places[i] = place;
		}
		return scattered(c, places);
	}

	private static PtNDArray scattered(final Kernel.Call c, final long[] places) {
		final PtNDArray flat = JniUtils.reshape(c.x(), new long[] { c.x().size() });
		return JniUtils.reshape(Indexing.scatter(c.manager(), flat, places, c.get(2), c.attributes().string("reduction",
			"none")), Indexing.shape(c.x()));
	}

	private static PtNDArray scatterND(final Kernel.Call c) {
		final long[] shape = Indexing.shape(c.x());
		final long[] index = Indexing.shape(c.get(1));
		final int depth = (int) index[index.length - 1];
		final long[] rows = rows(c.longs(1), Arrays.copyOf(shape, depth), (int) (c.get(1).size() / Math.max(1, depth)));
		final int rest = (int) Indexing.product(shape, depth, shape.length);
		final long[] places = new long[rows.length * rest];
		Arrays.setAll(places, i -> rows[i / rest] * rest + i % rest);
		return scattered(c, places);
	}

	/** The slices along an axis, or without one the elements, for which a condition holds. */
	private static PtNDArray compress(final Kernel.Call c) {
		final boolean flat = !c.attributes().has("axis");
		final PtNDArray x = flat ? JniUtils.reshape(c.x(), new long[] { c.x().size() }) : c.x();
		final long[] chosen = c.longs(1);
		return Indexing.take(c.manager(), x, flat ? 0 : c.axis(c.attributes().integer("axis", 0)), IntStream.range(0,
			chosen.length).filter(i -> chosen[i] != 0).asLongStream().toArray());
	}

	/** Along a new axis the second of two values where the position is the index, elsewhere the first. */
	private static PtNDArray oneHot(final Kernel.Call c) {
		final int rank = c.rank() + 1;
		final long given = c.attributes().integer("axis", -1);
		final int axis = (int) (given < 0 ? given + rank : given);
		final long depth = depth(c);
		final long[] line = new long[rank];
		Arrays.fill(line, 1);
		line[axis] = depth;
		final PtNDArray positions = Indexing.longs(c.manager(), LongStream.range(0, depth).toArray(), line);
		final PtNDArray wanted = JniUtils.unsqueeze(Indexing.fromFront(c.x(), depth), axis);
		final PtNDArray off = JniUtils.reshape(JniUtils.slice(c.get(2), 0, 0, 1, 1), new long[0]);
		final PtNDArray on = JniUtils.reshape(JniUtils.slice(c.get(2), 0, 1, 2, 1), new long[0]);
		return JniUtils.where(JniUtils.eq(wanted, positions), on, off);
	}

	/** How many classes there are, which may be given as a float; such a one is not foreseen, so it is checked here. */
	private static long depth(final Kernel.Call c) {
		final long depth = c.get(1).getDataType().isFloating() ? (long) c.number(1) : c.longs(1)[0];
		if (depth < 1 || (double) depth * c.x().size() > MOST_ONE_HOT) throw new GlassboxException("OneHot is to make " + depth +
			" classes of each of " + c.x().size() + " elements; expected at least one, and " + MOST_ONE_HOT +
			" elements in all at most. The file is damaged, export it again.");
		return depth;
	}

	/** The first elements of each sequence of a batch in reverse, the others as they are. */
	private static PtNDArray reverseSequence(final Kernel.Call c) {
		final int time = (int) c.attributes().integer("time_axis", 0);
		final int batch = (int) c.attributes().integer("batch_axis", 1);
		final long[] lengths = c.longs(1);
		final long[] shape = Indexing.shape(c.x());
		final long[] strides = Indexing.strides(shape);
		final long[] at = new long[Math.toIntExact(c.x().size())];
		for (int i = 0; i < at.length; i++) {
			final long t = i / strides[time] % shape[time];
			final long length = lengths[(int) (i / strides[batch] % shape[batch])];
			at[i] = t < length ? length - 1 - t : t;
		}
		return JniUtils.gather(c.x(), NativeArrays.array(c.manager(), at, new Shape(shape)),
			time);
	}
}
