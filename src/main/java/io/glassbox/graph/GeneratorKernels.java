package io.glassbox.graph;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import java.util.Map;

/** Operators that make regular patterns: ranges, unit matrices, triangles. */
final class GeneratorKernels {

	private GeneratorKernels() {}

	static void register(final Map<String, Kernel> table) {
		Kernels.single(table, "Range", GeneratorKernels::range);
		Kernels.single(table, "EyeLike", GeneratorKernels::eyeLike);
		Kernels.single(table, "Trilu", GeneratorKernels::triangle);
	}

	private static PtNDArray range(final Kernel.Call c) {
		if (c.x().getDataType() == DataType.INT64) {
			final long start = c.longs(0)[0];
			final long delta = c.longs(2)[0];
			final long[] values = new long[count(Math.ceil((double) (c.longs(1)[0] - start) / delta))];
			for (int i = 0; i < values.length; i++)
				values[i] = start + i * delta;
			return Indexing.longs(c.manager(), values);
		}
		final float start = c.number(0);
		final float delta = c.number(2);
		final float[] values = new float[count(Math.ceil((c.number(1) - start) / (double) delta))];
		for (int i = 0; i < values.length; i++)
			values[i] = start + i * delta;
		return Indexing.floats(c.manager(), values, values.length);
	}

	private static int count(final double n) {
		if (Double.isNaN(n) || n > Integer.MAX_VALUE) throw new GlassboxException("Range would have " + n + " elements.");
		return (int) Math.max(0, n);
	}

	/** Ones along a diagonal. */
	private static PtNDArray eyeLike(final Kernel.Call c) {
		final int rows = Math.toIntExact(c.size(0));
		final int columns = Math.toIntExact(c.size(1));
		final long k = c.attributes().integer("k", 0);
		final float[] values = new float[Math.multiplyExact(rows, columns)];
		for (int i = 0; i < rows; i++)
			if (i + k >= 0 && i + k < columns) values[(int) (i * (long) columns + i + k)] = 1;
		final PtNDArray eye = Indexing.floats(c.manager(), values, rows, columns);
		final DataType type = c.attributes().has("dtype") ? ShapeKernels.type(c.attributes().integer("dtype", 1)) : c.x()
			.getDataType();
		return JniUtils.to(eye, type, eye.getDevice());
	}

	/** The upper, or the lower, triangle of each matrix; zero elsewhere. */
	private static PtNDArray triangle(final Kernel.Call c) {
		final boolean upper = c.attributes().integer("upper", 1) != 0;
		final long k = c.has(1) ? c.longs(1)[0] : 0;
		final int rows = Math.toIntExact(c.size(c.rank() - 2));
		final int columns = Math.toIntExact(c.size(c.rank() - 1));
		final long[] kept = new long[Math.multiplyExact(rows, columns)];
		for (int i = 0; i < rows; i++)
			for (int j = 0; j < columns; j++)
				if (upper ? j - i >= k : j - i <= k) kept[i * columns + j] = 1;
		final PtNDArray where = Indexing.longs(c.manager(), kept, rows, columns);
		return JniUtils.where(JniUtils.to(where, DataType.BOOLEAN, where.getDevice()), c.x(), (PtNDArray) c.x()
			.zerosLike());
	}
}
