package io.glassbox.graph;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Resizes an image along any of its axes.
 * <p>
 * Where libtorch resizes in just the way that is asked for, it does; else each axis is multiplied with a matrix of
 * weights, or, for the nearest element, elements are taken by position, see {@link Interpolation}.
 * </p>
 */
final class ResizeKernel {

	private static final int NEAREST = 0;
	private static final int BILINEAR = 2;

	private final Kernel.Call c;
	private final Attributes a;
	private final String mode;
	private final String coordinates;
	private final String rounding;
	private final int[] axes;
	private final long[] size;
	private final double[] scales;
	private final float[] roi;

	private ResizeKernel(final Kernel.Call c) {
		this.c = c;
		a = c.attributes();
		mode = a.string("mode", "nearest");
		coordinates = a.string("coordinate_transformation_mode", "half_pixel");
		rounding = a.string("nearest_mode", "round_prefer_floor");
		axes = Arrays.stream(a.integers("axes", LongStream.range(0, c.rank()).toArray())).mapToInt(c::axis).toArray();
		size = new long[axes.length];
		scales = new double[axes.length];
		if (given(3)) bySize();
		else if (given(2)) byScale();
		else throw new GlassboxException("Resize has neither scales nor sizes.");
		checkExtents();
		roi = given(1) && coordinates.equals("tf_crop_and_resize") ? c.get(1).toType(DataType.FLOAT32, false)
			.toFloatArray() : null;
	}

	static PtNDArray resize(final Kernel.Call c) {
		return new ResizeKernel(c).result();
	}

	private boolean given(final int operand) {
		return c.has(operand) && c.get(operand).size() > 0;
	}

	private void byScale() {
		final float[] given = c.get(2).toFloatArray();
		checkCount(given.length, "scales");
		for (int i = 0; i < axes.length; i++) {
			scales[i] = given[i];
			size[i] = (long) Math.floor(c.size(axes[i]) * scales[i]);
		}
	}

	private void bySize() {
		final long[] given = c.longs(3);
		checkCount(given.length, "sizes");
		final String policy = a.string("keep_aspect_ratio_policy", "stretch");
		if (!policy.equals("stretch")) keepAspect(given, policy);
		for (int i = 0; i < axes.length; i++) {
			if (policy.equals("stretch")) {
				size[i] = given[i];
				scales[i] = (double) given[i] / c.size(axes[i]);
			}
		}
	}

	/** All axes by one factor, the one that just fits, or just fills, the sizes given. */
	private void keepAspect(final long[] given, final String policy) {
		final var ratios = IntStream.range(0, axes.length).mapToDouble(i -> (double) given[i] / c.size(axes[i]));
		final double scale = (policy.equals("not_larger") ? ratios.min() : ratios.max()).orElse(1);
		for (int i = 0; i < axes.length; i++) {
			scales[i] = scale;
			size[i] = (long) Math.floor(scale * c.size(axes[i]) + 0.5);
		}
	}

	private void checkExtents() {
		for (int i = 0; i < axes.length; i++)
			if (!(scales[i] > 0) || Double.isInfinite(scales[i]) || size[i] < 1) throw new GlassboxException("Resize makes " +
				size[i] + " places of the " + c.size(axes[i]) + " along axis " + axes[i] + ", by a scale of " + scales[i] +
				"; expected one place or more, and a positive scale. The file is damaged, export it again.");
	}

	private void checkCount(final int count, final String what) {
		if (count != axes.length) throw new GlassboxException("Resize has " + count + " " + what + " for " + axes.length +
			" axes.");
	}

	private PtNDArray result() {
		final Integer fast = libtorchMode();
		if (fast != null) return JniUtils.interpolate(c.x(), spatialSize(), fast, false);
		PtNDArray x = c.x();
		for (int i = 0; i < axes.length; i++)
			if (size[i] != c.size(axes[i]) || scales[i] != 1 || roi != null) x = along(x, i);
		return x;
	}

	private long[] spatialSize() {
		final long[] spatial = Arrays.copyOfRange(Indexing.shape(c.x()), 2, c.rank());
		for (int i = 0; i < axes.length; i++)
			if (axes[i] > 1) spatial[axes[i] - 2] = size[i];
		return spatial;
	}

	/**
	 * The mode in which libtorch gives the same, or null if there is none. It takes scales from the sizes; and DJL has it
	 * average over several elements where a result is smaller, and always for cubic, and fail for linear in 1D and 3D.
	 */
	private Integer libtorchMode() {
		final int n = c.rank() - 2;
		if (n < 1 || n > 3 || c.x().getDataType() != DataType.FLOAT32 || a.integer("antialias", 0) != 0) return null;
		boolean whole = true;
		boolean larger = true;
		for (int i = 0; i < axes.length; i++) {
			final long extent = c.size(axes[i]);
			if (axes[i] < 2 && size[i] != extent || Math.abs(scales[i] * extent - size[i]) > 1e-3) return null;
			whole &= size[i] % extent == 0;
			larger &= size[i] >= extent;
		}
		final boolean half = coordinates.equals("half_pixel") || coordinates.equals("pytorch_half_pixel") && Arrays.stream(
			spatialSize()).allMatch(s -> s > 1);
		return switch (mode) {
			case "nearest" -> coordinates.equals("asymmetric") && rounding.equals("floor") || whole && half && rounding
				.startsWith("round") ? NEAREST : null;
			case "linear" -> half && larger && n == 2 ? BILINEAR : null;
			default -> null;
		};
	}

	private PtNDArray along(final PtNDArray x, final int i) {
		final int axis = axes[i];
		final long from = c.size(axis);
		final Interpolation way = new Interpolation(coordinates, from, size[i], scales[i], roi == null ? 0 : roi[i],
			roi == null ? 1 : roi[i + axes.length]);
		final PtNDArray resized = switch (mode) {
			case "nearest" -> Indexing.take(c.manager(), x, axis, way.nearest(rounding));
			case "linear", "cubic" -> product(x, axis, from, size[i], way.weights(mode.equals("cubic"), a.number(
				"cubic_coeff_a", -0.75f), a.integer("exclude_outside", 0) != 0, a.integer("antialias", 0) != 0));
			default -> throw new UnsupportedNetworkException("Resize with mode '" + mode + "' is not supported.");
		};
		final boolean[] outside = way.outside();
		return outside == null ? resized : extrapolated(resized, axis, outside);
	}

	private PtNDArray product(final PtNDArray x, final int axis, final long from, final long to, final float[] weights) {
		final PtNDArray matrix = NativeArrays.array(c.manager(), weights, new Shape(from, to));
		final int last = c.rank() - 1;
		if (axis == last) return JniUtils.matmul(x, matrix);
		return JniUtils.transpose(JniUtils.matmul(JniUtils.transpose(x, axis, last), matrix), axis, last);
	}

	private PtNDArray extrapolated(final PtNDArray x, final int axis, final boolean[] outside) {
		final long[] line = new long[c.rank()];
		Arrays.fill(line, 1);
		line[axis] = outside.length;
		final long[] flags = IntStream.range(0, outside.length).mapToLong(i -> outside[i] ? 1 : 0).toArray();
		final PtNDArray where = JniUtils.to(Indexing.longs(c.manager(), flags, line), DataType.BOOLEAN, x.getDevice());
		return JniUtils.where(where, c.scalar(a.number("extrapolation_value", 0)), x);
	}
}
