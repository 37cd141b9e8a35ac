package io.glassbox.graph;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Operators that move, cut, join or copy elements without computing with them. */
final class ShapeKernels {

	private static final int NEAREST = 0;
	private static final int LINEAR = 1;
	private static final int BILINEAR = 2;
	private static final int BICUBIC = 3;
	private static final int TRILINEAR = 4;

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
		Kernels.single(table, "Gather", ShapeKernels::gather);
		Kernels.single(table, "Pad", ShapeKernels::pad);
		Kernels.single(table, "Expand", ShapeKernels::expand);
		Kernels.single(table, "Tile", c -> JniUtils.tile(c.x(), c.longs(1)));
		Kernels.single(table, "Shape", c -> longs(c, c.x().getShape().getShape()));
		Kernels.single(table, "ConstantOfShape", ShapeKernels::constantOfShape);
		Kernels.single(table, "Cast", c -> JniUtils.to(c.x(), type(c.attributes().integer("to", 1)), c.x().getDevice()));
		Kernels.single(table, "Resize", ShapeKernels::resize);
		Kernels.single(table, "DepthToSpace", ShapeKernels::depthToSpace);
	}

	private static PtNDArray longs(final Kernel.Call c, final long... values) {
		return c.manager().create(LongBuffer.wrap(values), new Shape(values.length), DataType.INT64);
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

	private static PtNDArray gather(final Kernel.Call c) {
		final int axis = c.axis(c.attributes().integer("axis", 0));
		final long extent = c.size(axis);
		final long[] wanted = Arrays.stream(c.longs(1)).map(i -> i < 0 ? i + extent : i).toArray();
		final PtNDArray[] picked = new PtNDArray[wanted.length];
		for (int i = 0; i < wanted.length; i++)
			picked[i] = JniUtils.slice(c.x(), axis, wanted[i], wanted[i] + 1, 1);
		final PtNDArray joined = picked.length == 1 ? picked[0] : JniUtils.cat(picked, axis);
		final long[] shape = c.x().getShape().getShape();
		final long[] result = LongStream.concat(LongStream.concat(Arrays.stream(shape, 0, axis), Arrays.stream(c.get(1)
			.getShape().getShape())), Arrays.stream(shape, axis + 1, shape.length)).toArray();
		return JniUtils.reshape(joined, result);
	}

	private static PtNDArray pad(final Kernel.Call c) {
		final long[] pads = c.longs(1);
		final int n = pads.length / 2;
		final long[] begins = Arrays.copyOf(pads, n);
		final long[] ends = Arrays.copyOfRange(pads, n, 2 * n);
		final String mode = c.attributes().string("mode", "constant");
		if (mode.equals("constant")) return JniUtils.pad(c.x(), Window.torchOrder(begins, ends), c.has(2) ? c.number(2)
			: 0);
		PtNDArray x = c.x();
		for (int axis = 0; axis < n; axis++)
			if (begins[axis] != 0 || ends[axis] != 0) x = mirror(x, axis, begins[axis], ends[axis], mode);
		return x;
	}

	/** Padding with the image's own elements: reflected at the border, or the border repeated. */
	private static PtNDArray mirror(final PtNDArray x, final int axis, final long begin, final long end,
		final String mode)
	{
		final boolean reflect = mode.equals("reflect");
		if (!reflect && !mode.equals("edge")) throw new UnsupportedNetworkException("Pad with mode '" + mode +
			"' is not supported.");
		final long extent = x.getShape().get(axis);
		final PtNDArray[] parts = LongStream.range(-begin, extent + end).mapToObj(i -> {
			final long from = i < 0 ? reflect ? -i : 0 : i >= extent ? reflect ? 2 * (extent - 1) - i : extent - 1 : i;
			return JniUtils.slice(x, axis, from, from + 1, 1);
		}).toArray(PtNDArray[]::new);
		return JniUtils.cat(parts, axis);
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
			return c.manager().create(LongBuffer.wrap(filled), shape, DataType.INT64);
		}
		final float[] filled = new float[n];
		Arrays.fill(filled, value == null ? 0 : value.floats()[0]);
		return c.manager().create(FloatBuffer.wrap(filled), shape, DataType.FLOAT32);
	}

	/** ONNX element types. */
	private static DataType type(final long code) {
		return switch ((int) code) {
			case 1, 10, 11, 16 -> DataType.FLOAT32;
			case 2, 3, 4, 5, 6, 7, 12, 13 -> DataType.INT64;
			case 9 -> DataType.BOOLEAN;
			default -> throw new UnsupportedNetworkException("Cast to ONNX type " + code + " is not supported.");
		};
	}

	private static PtNDArray resize(final Kernel.Call c) {
		final String mode = c.attributes().string("mode", "nearest");
		final String coordinates = c.attributes().string("coordinate_transformation_mode", "half_pixel");
		final int n = c.rank() - 2;
		final long[] size = new long[n];
		if (c.has(3)) System.arraycopy(c.longs(3), 2, size, 0, n);
		else {
			final float[] scales = c.get(2).toFloatArray();
			for (int i = 0; i < n; i++)
				size[i] = (long) Math.floor(c.size(i + 2) * (double) scales[i + 2]);
		}
		final boolean corners = coordinates.equals("align_corners");
		final boolean half = coordinates.endsWith("half_pixel");
		final String rounding = c.attributes().string("nearest_mode", "round_prefer_floor");
		if (mode.equals("nearest")) {
			final boolean torch = coordinates.equals("asymmetric") && rounding.equals("floor");
			boolean whole = half && rounding.startsWith("round");
			for (int i = 0; i < n; i++)
				whole &= size[i] % c.size(i + 2) == 0;
			if (torch || whole) return JniUtils.interpolate(c.x(), size, NEAREST, false);
		}
		else if (corners || half) {
			final int torchMode = mode.equals("cubic") ? BICUBIC : n == 1 ? LINEAR : n == 2 ? BILINEAR : TRILINEAR;
			final boolean torchCubic = c.attributes().number("cubic_coeff_a", -0.75f) == -0.75f;
			if (corners && mode.equals("linear")) return resizeByCorners(c, size);
			if (!corners && (!mode.equals("cubic") || n == 2 && torchCubic)) return JniUtils.interpolate(c.x(), size, torchMode, false);
		}
		throw new UnsupportedNetworkException("Resize with mode '" + mode + "', coordinates '" + coordinates +
			"' and rounding '" + rounding + "' is not supported.");
	}

	/** Linear, the outermost pixels kept in place; DJL does not pass that wish on. One matrix product for each axis. */
	private static PtNDArray resizeByCorners(final Kernel.Call c, final long[] size) {
		PtNDArray x = c.x();
		for (int axis = 2; axis < c.rank(); axis++) {
			final int from = (int) c.size(axis);
			final int to = (int) size[axis - 2];
			final float[] weights = new float[from * to];
			for (int i = 0; i < to; i++) {
				final double at = to == 1 ? 0 : i * (from - 1.0) / (to - 1);
				final int low = (int) Math.min(at, Math.max(0, from - 2));
				weights[low * to + i] += (float) (1 - (at - low));
				if (at > low) weights[(low + 1) * to + i] += (float) (at - low);
			}
			final PtNDArray matrix = c.manager().create(FloatBuffer.wrap(weights), new Shape(from, to), DataType.FLOAT32);
			x = JniUtils.transpose(JniUtils.matmul(JniUtils.transpose(x, axis, c.rank() - 1), matrix), axis, c.rank() - 1);
		}
		return x;
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
}
