package io.glassbox.graph;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Operators that move, cut, join or copy elements without computing with them. */
final class ShapeKernels {

	private ShapeKernels() {}

	static void register(final Map<String, Kernel> table) {
		Kernels.single(table, "Identity", Kernel.Call::x);
		Kernels.single(table, "Flatten", ShapeKernels::flatten);
		Kernels.single(table, "Reshape", ShapeKernels::reshape);
		Kernels.single(table, "Transpose", c -> JniUtils.permute(c.x(), c.attributes().integers("perm", LongStream.range(0,
			c.rank()).map(i -> c.rank() - 1 - i).toArray())));
		Kernels.single(table, "Squeeze", ShapeKernels::squeeze);
		Kernels.single(table, "Unsqueeze", ShapeKernels::unsqueeze);
		Kernels.single(table, "Concat", c -> JniUtils.cat(c.in(), c.axis(c.attributes().integer("axis", 0))));
		Kernels.single(table, "Slice", ShapeKernels::slice);
		table.put("Split", ShapeKernels::split);
		Kernels.single(table, "Pad", PadKernel::pad);
		Kernels.single(table, "Expand", ShapeKernels::expand);
		Kernels.single(table, "Tile", ShapeKernels::tile);
		Kernels.single(table, "Shape", ShapeKernels::shape);
		Kernels.single(table, "Size", c -> JniUtils.reshape(longs(c, c.x().size()), new long[0]));
		Kernels.single(table, "ConstantOfShape", ShapeKernels::constantOfShape);
		Kernels.single(table, "Cast", c -> JniUtils.to(c.x(), type(c.attributes().integer("to", 1)), c.x().getDevice()));
		Kernels.single(table, "Resize", ResizeKernel::resize);
		Kernels.single(table, "DepthToSpace", ShapeKernels::depthToSpace);
		Kernels.single(table, "SpaceToDepth", ShapeKernels::spaceToDepth);
	}

	/** libtorch would add axes in front for more repeats than the operand has axes, and so make much more than foreseen. */
	private static PtNDArray tile(final Kernel.Call c) {
		final long[] repeats = c.longs(1);
		if (repeats.length != c.rank()) throw new GlassboxException("Tile repeats a value of shape " + Arrays.toString(Indexing
			.shape(c.x())) + " " + Arrays.toString(repeats) + " times; expected one number for each of its axes.");
		return JniUtils.tile(c.x(), repeats);
	}

	private static PtNDArray longs(final Kernel.Call c, final long... values) {
		return NativeArrays.array(c.manager(), values, new Shape(values.length));
	}

	/** The extents, or some of them. */
	private static PtNDArray shape(final Kernel.Call c) {
		final long[] shape = c.x().getShape().getShape();
		final int start = bounded(c.attributes().integer("start", 0), shape.length);
		final int end = bounded(c.attributes().integer("end", shape.length), shape.length);
		return longs(c, Arrays.copyOfRange(shape, start, Math.max(start, end)));
	}

	private static int bounded(final long axis, final int rank) {
		return (int) Math.max(0, Math.min(rank, axis < 0 ? axis + rank : axis));
	}

	private static PtNDArray flatten(final Kernel.Call c) {
		final int axis = c.axis(c.attributes().integer("axis", 1));
		long rows = 1;
		for (int i = 0; i < axis; i++)
			rows *= c.size(i);
		return JniUtils.reshape(c.x(), new long[] { rows, rows == 0 ? 0 : c.x().size() / rows });
	}

	private static PtNDArray reshape(final Kernel.Call c) {
		final long[] shape = c.longs(1);
		if (c.attributes().integer("allowzero", 0) == 0) for (int i = 0; i < shape.length; i++)
			if (shape[i] == 0) shape[i] = c.size(i);
		return JniUtils.reshape(c.x(), shape);
	}

	private static PtNDArray squeeze(final Kernel.Call c) {
		if (!c.has(1)) return JniUtils.squeeze(c.x());
		final long[] axes = Arrays.stream(c.longs(1)).map(c::axis).sorted().toArray();
		PtNDArray x = c.x();
		for (int i = axes.length - 1; i >= 0; i--)
			x = JniUtils.squeeze(x, axes[i]);
		return x;
	}

	private static PtNDArray unsqueeze(final Kernel.Call c) {
		final long[] axes = c.longs(1);
		final int rank = c.rank() + axes.length;
		PtNDArray x = c.x();
		for (final long axis : Arrays.stream(axes).map(a -> a < 0 ? a + rank : a).sorted().toArray())
			x = JniUtils.unsqueeze(x, axis);
		return x;
	}

	private static PtNDArray slice(final Kernel.Call c) {
		final long[] starts = c.longs(1);
		final long[] ends = c.longs(2);
		final long[] axes = c.has(3) ? c.longs(3) : LongStream.range(0, starts.length).toArray();
		final long[] steps = c.has(4) ? c.longs(4) : new long[0];
		PtNDArray x = c.x();
		for (int i = 0; i < starts.length; i++) {
			final int axis = c.axis(axes[i]);
			final long extent = x.getShape().get(axis);
			final long step = steps.length == 0 ? 1 : steps[i];
			if (step > 0) x = JniUtils.slice(x, axis, bound(starts[i], extent, 0, extent), bound(ends[i], extent, 0, extent),
				step);
			else { // backwards: the same elements, counted from the other end
				final long first = bound(starts[i], extent, -1, extent - 1);
				final long last = bound(ends[i], extent, -1, extent - 1);
				final PtNDArray flipped = JniUtils.flip(x, new long[] { axis });
				x = JniUtils.slice(flipped, axis, extent - 1 - first, extent - 1 - last, -step);
			}
		}
		return x;
	}

	private static long bound(final long at, final long extent, final long low, final long high) {
		final long front = at < 0 ? at + extent : at;
		return Math.max(low, Math.min(high, front));
	}

	private static PtNDArray[] split(final Kernel.Call c) {
		final int axis = c.axis(c.attributes().integer("axis", 0));
		final long extent = c.size(axis);
		final long parts = c.results();
		final long even = (extent + parts - 1) / parts;
		final long[] sizes = c.has(1) ? c.longs(1) : LongStream.range(0, parts).map(i -> Math.min(even, extent - i * even))
			.toArray();
		final NDList list = JniUtils.split(c.x(), sizes, axis);
		return list.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new);
	}

	private static PtNDArray expand(final Kernel.Call c) {
		final long[] wanted = c.longs(1);
		final int rank = Math.max(wanted.length, c.rank());
		final long[] shape = IntStream.range(0, rank).mapToLong(i -> {
			final int mine = i - (rank - c.rank());
			final int theirs = i - (rank - wanted.length);
			final long own = mine < 0 ? 1 : c.size(mine);
			return own == 1 && theirs >= 0 ? wanted[theirs] : own;
		}).toArray();
		return JniUtils.broadcast(c.x(), new Shape(shape));
	}

	private static PtNDArray constantOfShape(final Kernel.Call c) {
		final Tensor value = c.attributes().tensor("value");
		final Shape shape = new Shape(c.longs(0));
		final int n = Math.toIntExact(shape.size());
		if (value != null && !value.isFloat()) {
			final long[] filled = new long[n];
			Arrays.fill(filled, value.longs()[0]);
			return NativeArrays.array(c.manager(), filled, shape);
		}
		final float[] filled = new float[n];
		Arrays.fill(filled, value == null ? 0 : value.floats()[0]);
		return NativeArrays.array(c.manager(), filled, shape);
	}

	/** ONNX element types. */
	static DataType type(final long code) {
		return switch ((int) code) {
			case 1, 10, 11, 16 -> DataType.FLOAT32;
			case 2, 3, 4, 5, 6, 7, 12, 13 -> DataType.INT64;
			case 9 -> DataType.BOOLEAN;
			default -> throw new UnsupportedNetworkException("Cast to ONNX type " + code + " is not supported.");
		};
	}

	private static PtNDArray depthToSpace(final Kernel.Call c) {
		final long b = c.attributes().integer("blocksize", 1);
		final boolean crd = c.attributes().string("mode", "DCR").equals("CRD");
		final long n = c.size(0);
		final long depth = c.size(1) / (b * b);
		final long h = c.size(2);
		final long w = c.size(3);
		final PtNDArray split = JniUtils.reshape(c.x(), crd ? new long[] { n, depth, b, b, h, w } : new long[] { n, b, b,
			depth, h, w });
		final PtNDArray moved = JniUtils.permute(split, crd ? new long[] { 0, 1, 4, 2, 5, 3 } : new long[] { 0, 3, 4, 1, 5,
			2 });
		return JniUtils.reshape(moved, new long[] { n, depth, h * b, w * b });
	}

	private static PtNDArray spaceToDepth(final Kernel.Call c) {
		final long b = c.attributes().integer("blocksize", 1);
		final long[] s = c.x().getShape().getShape();
		final PtNDArray split = JniUtils.reshape(c.x(), new long[] { s[0], s[1], s[2] / b, b, s[3] / b, b });
		final PtNDArray moved = JniUtils.permute(split, new long[] { 0, 3, 5, 1, 2, 4 });
		return JniUtils.reshape(moved, new long[] { s[0], s[1] * b * b, s[2] / b, s[3] / b });
	}
}
