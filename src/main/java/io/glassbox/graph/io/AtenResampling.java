package io.glassbox.graph.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.GraphDraft.Fixed;
import io.glassbox.graph.io.SymbolicTensor.Kind;

/** What puts the elements in space on another grid: resizing, sampling, pixels out of channels, windows as columns. */
final class AtenResampling {

	private AtenResampling() {}

	static void addTo(final Map<String, AtenOperators.Translation> table) {
		for (int n = 1; n <= 3; n++) {
			final int axes = n;
			table.put("upsample_nearest" + n + "d", (a, g) -> resize(a, g, axes, "nearest", "asymmetric", 2));
			table.put("_upsample_nearest_exact" + n + "d", (a, g) -> resize(a, g, axes, "nearest", "half_pixel", 2));
		}
		table.put("upsample_linear1d", (a, g) -> resize(a, g, 1, "linear", coordinates(a), 3));
		table.put("upsample_bilinear2d", (a, g) -> resize(a, g, 2, "linear", coordinates(a), 3));
		table.put("upsample_trilinear3d", (a, g) -> resize(a, g, 3, "linear", coordinates(a), 3));
		table.put("upsample_bicubic2d", (a, g) -> resize(a, g, 2, "cubic", coordinates(a), 3));
		table.put("_upsample_bilinear2d_aa", (a, g) -> averaged(a, g, "linear"));
		table.put("_upsample_bicubic2d_aa", (a, g) -> averaged(a, g, "cubic"));
		table.put("grid_sampler", (a, g) -> {
			final SymbolicTensor x = a.tensor(0);
			final SymbolicTensor grid = a.tensor(1);
			final List<Object> sizes = new ArrayList<>(AtenShape.known(a, 0).list().subList(0, 2));
			if (grid.rank() > 0) sizes.addAll(grid.extents().list().subList(1, grid.rank() - 1));
			return g.emit(Operator.of("GridSample", "mode", List.of("bilinear", "nearest", "bicubic").get((int) a.integer(2,
				0)), "padding_mode", List.of("zeros", "border", "reflection").get((int) a.integer(3, 0)), "align_corners", a
					.truth(4, false)), x, grid).sized(sizes);
		});
		table.put("grid_sampler_2d", table.get("grid_sampler"));
		table.put("grid_sampler_3d", table.get("grid_sampler"));
		table.put("affine_grid_generator", AtenResampling::affineGrid);
		table.put("pixel_shuffle", AtenResampling::shuffled);
		table.put("pixel_unshuffle", AtenResampling::unshuffled);
		table.put("im2col", AtenResampling::columns);
		table.put("col2im", AtenResampling::image);
		table.put("unfold", AtenResampling::unfolded);
	}

	// -- resizing --

	private static String coordinates(final Arguments a) {
		return a.truth(2, false) ? "align_corners" : "half_pixel";
	}

	/** A smaller image averages over as many more elements; for cubic with a rounder kernel than PyTorch's other resizing. */
	private static SymbolicTensor averaged(final Arguments a, final GraphDraft g, final String mode) {
		if (a.truth(2, false)) throw a.unsupported("with align_corners");
		return resize(a, g, 2, Operator.of("Resize", "mode", mode, "coordinate_transformation_mode", "half_pixel", "antialias",
			1, "exclude_outside", 1, "cubic_coeff_a", -0.5f, "axes", new long[] { 2, 3 }), 3);
	}

	/**
	 * @param next the index of the first argument after the output size and, where there is one, align_corners: a list of
	 *          factors, or one factor for each axis
	 */
	private static SymbolicTensor resize(final Arguments a, final GraphDraft g, final int axes, final String mode,
		final String coordinates, final int next)
	{
		Operator op = Operator.of("Resize", "mode", mode, "coordinate_transformation_mode", coordinates);
		if (mode.equals("nearest")) op = new Operator("Resize", op.attributes().with("nearest_mode", coordinates.equals(
			"asymmetric") ? "floor" : "round_prefer_ceil"));
		if (mode.equals("cubic")) op = new Operator("Resize", op.attributes().with("cubic_coeff_a", -0.75f));
		return resize(a, g, axes, op, next);
	}

	private static SymbolicTensor resize(final Arguments a, final GraphDraft g, final int axes, final Operator op,
		final int next)
	{
		final SymbolicTensor x = a.tensor(0);
		x.extents().learnRank(x.value(), axes + 2);
		final List<Object> sizes = new ArrayList<>(x.extents().list().subList(0, 2));
		if (a.has(1)) {
			final List<Object> wanted = a.list(1);
			for (int i = 0; i < axes; i++)
				sizes.add(wanted.get(wanted.size() == 1 ? 0 : i));
			final List<Object> told = op.attributes().has("axes") ? sizes.subList(2, sizes.size()) : sizes;
			return g.emit(op, x, null, null, g.numbers("sizes", told)).sized(sizes);
		}
		final float[] scales = new float[axes + 2];
		Arrays.fill(scales, 1);
		final Object factors = a.get(next, "scale_factors");
		if (factors == null) throw a.unsupported("without a size");
		for (int i = 0; i < axes; i++) {
			final Object f = factors instanceof List<?> list ? list.get(list.size() == 1 ? 0 : i) : a.get(next + i);
			final float factor = scales[i + 2] = ((Number) f).floatValue();
			final Object n = x.extents().get(i + 2);
			sizes.add(n instanceof Long k ? (Object) (long) Math.floor(k * ((Number) f).doubleValue()) : factor == (long) factor
				? Extent.computed("Mul", n, (long) factor) : null);
		}
		final float[] told = op.attributes().has("axes") ? Arrays.copyOfRange(scales, 2, scales.length) : scales;
		return g.emit(op, x, null, new Fixed("scales", Tensor.of(told, told.length))).sized(sizes);
	}

	// -- sampling --

	/** Jaderberg et al. 2015: where each output pixel comes from, in coordinates from -1 to 1. */
	private static Object affineGrid(final Arguments a, final GraphDraft g) {
		final List<Object> size = a.list(1);
		final int axes = size.size() - 2;
		final long[] extents = size.subList(2, size.size()).stream().mapToLong(n -> n instanceof Long k ? k : 0).toArray();
		final long count = LongStream.of(extents).reduce(1, Math::multiplyExact);
		if (count < 1 || count > 1 << 24) throw a.unsupported("of an extent known only at run time");
		final boolean corners = a.truth(2, false);
		final float[] base = new float[(int) count * (axes + 1)];
		for (int i = 0; i < count; i++) {
			long rest = i;
			for (int axis = axes - 1; axis >= 0; axis--) {
				final long n = extents[axis];
				final long at = rest % n;
				rest /= n;
				base[i * (axes + 1) + axes - 1 - axis] = (float) (corners ? n == 1 ? 0 : 2.0 * at / (n - 1) - 1 : (2.0 * at + 1) /
					n - 1);
			}
			base[i * (axes + 1) + axes] = 1;
		}
		final SymbolicTensor theta = a.tensor(0);
		theta.extents().learnRank(theta.value(), 3);
		final SymbolicTensor grid = AtenMatrices.matmul(g, SymbolicTensor.constant(Tensor.of(base, (int) count, axes + 1),
			Kind.FLOAT), AtenShape.permute(g, theta, 0, 2, 1));
		final List<Object> shape = new ArrayList<>(List.of(AtenShape.size(g, theta, 0)));
		shape.addAll(size.subList(2, size.size()));
		shape.add((long) axes);
		return AtenShape.reshape(g, grid, shape);
	}

	// -- channels and pixels --

	/** Shi et al. 2016. */
	private static Object shuffled(final Arguments a, final GraphDraft g) {
		final SymbolicTensor x = a.tensor(0);
		final long r = a.integer(1);
		x.extents().learnRank(x.value(), 4);
		final List<Object> sizes = x.extents().list();
		sizes.set(1, Extent.computed("Div", sizes.get(1), r * r));
		for (int axis = 2; axis < 4; axis++)
			sizes.set(axis, Extent.computed("Mul", sizes.get(axis), r));
		return g.emit(Operator.of("DepthToSpace", "blocksize", r, "mode", "CRD"), x).sized(sizes);
	}

	private static Object unshuffled(final Arguments a, final GraphDraft g) {
		final SymbolicTensor x = a.tensor(0);
		final long r = a.integer(1);
		final List<Object> s = AtenShape.asked(g, x);
		final Object rows = Extent.computed("Div", s.get(2), r);
		final Object columns = Extent.computed("Div", s.get(3), r);
		final SymbolicTensor blocks = AtenShape.reshape(g, x, List.of(s.get(0), s.get(1), rows, r, columns, r));
		return AtenShape.reshape(g, AtenShape.permute(g, blocks, 0, 1, 3, 5, 2, 4), List.of(s.get(0), Extent.computed("Mul", s
			.get(1), r * r), rows, columns));
	}

	// -- windows as columns --

	/** Each window as a column: a convolution that copies one element of the window to each channel. */
	private static Object columns(final Arguments a, final GraphDraft g) {
		final SymbolicTensor x = a.tensor(0);
		x.extents().learnRank(x.value(), 4);
		final long[] kernel = a.integers(1, 2);
		final long[] dilations = a.integers(2, 2);
		final long[] pads = a.integers(3, 2);
		final long[] strides = a.integers(4, 2);
		final int channels = channels(a, x.extents().get(1));
		final SymbolicTensor copied = g.emit(Operator.of("Conv", "kernel_shape", kernel, "dilations", dilations, "pads",
			AtenConvolution.joined(pads, pads), "strides", strides, "group", channels), x, copies(channels, kernel));
		final Object[] size = new Object[2];
		for (int i = 0; i < 2; i++)
			size[i] = Extent.computed("Add", Extent.computed("Div", Extent.computed("Add", x.extents().get(i + 2), 2 * pads[i] -
				dilations[i] * (kernel[i] - 1) - 1), strides[i]), 1L);
		copied.sized(List.of(x.extents().get(0), channels * kernel[0] * kernel[1], size[0], size[1]));
		return AtenShape.reshape(g, copied, List.of(AtenShape.size(g, x, 0), channels * kernel[0] * kernel[1], -1L));
	}

	/** The columns summed up where their windows lie: the transpose of {@link #columns}. */
	private static Object image(final Arguments a, final GraphDraft g) {
		final SymbolicTensor x = a.tensor(0);
		final List<Object> size = a.list(1);
		final long[] kernel = a.integers(2, 2);
		final long[] dilations = a.integers(3, 2);
		final long[] pads = a.integers(4, 2);
		final long[] strides = a.integers(5, 2);
		if (AtenShape.known(a, 0).rank() != 3 || !(x.extents().get(1) instanceof Long columns)) throw a.unsupported(
			"of a tensor whose channels are unknown");
		final int channels = channels(a, columns / (kernel[0] * kernel[1]));
		final List<Object> shape = new ArrayList<>(List.of(AtenShape.size(g, x, 0), columns));
		final long[] rest = new long[2];
		for (int i = 0; i < 2; i++) {
			final long reach = dilations[i] * (kernel[i] - 1) + 1 - 2 * pads[i];
			if (!(size.get(i) instanceof Long n)) throw a.unsupported("to a size known only at run time");
			shape.add((n - reach) / strides[i] + 1);
			rest[i] = (n - reach) % strides[i];
		}
		return g.emit(Operator.of("ConvTranspose", "kernel_shape", kernel, "dilations", dilations, "pads", AtenConvolution
			.joined(pads, pads), "strides", strides, "group", channels, "output_padding", rest), AtenShape.reshape(g, x, shape),
			copies(channels, kernel)).sized(List.of(x.extents().get(0), (long) channels, size.get(0), size.get(1)));
	}

	private static int channels(final Arguments a, final Object channels) {
		if (channels instanceof Long n && n > 0 && n < 1 << 16) return n.intValue();
		throw a.unsupported("of a tensor whose channels are unknown");
	}

	/** For each channel and each place in the window a kernel that is 1 there and 0 elsewhere. */
	private static Fixed copies(final int channels, final long[] kernel) {
		final int window = Math.toIntExact(Math.multiplyExact(kernel[0], kernel[1]));
		final float[] ones = new float[Math.multiplyExact(channels, Math.multiplyExact(window, window))];
		for (int i = 0; i < channels * window; i++)
			ones[i * window + i % window] = 1;
		return new Fixed("windows", Tensor.of(ones, channels * window, 1, (int) kernel[0], (int) kernel[1]));
	}

	/** {@code x.unfold(axis, size, step)}: the windows along an axis, their elements along a new last one. */
	private static Object unfolded(final Arguments a, final GraphDraft g) {
		final SymbolicTensor x = a.tensor(0);
		final int rank = AtenShape.known(a, 0).rank();
		final int axis = AtenShape.axis(a, 1, rank);
		final long size = a.integer(2);
		final long step = a.integer(3);
		if (!(x.extents().get(axis) instanceof Long n)) throw a.unsupported(
			"of an axis whose extent is known only at run time");
		if (size < 1 || step < 1 || size > n) throw a.unsupported("of windows of " + size + " in " + n);
		final int windows = Math.toIntExact((n - size) / step + 1);
		final long[] index = new long[Math.toIntExact(Math.multiplyExact(windows, size))];
		Arrays.setAll(index, i -> i / size * step + i % size);
		final List<Object> sizes = x.extents().list();
		sizes.set(axis, (long) windows);
		sizes.add(axis + 1, size);
		final SymbolicTensor picked = g.emit(Operator.of("Gather", "axis", axis), x, new Fixed("index", Tensor.ofLongs(index,
			windows, (int) size))).sized(sizes);
		return AtenShape.permute(g, picked, AtenShape.moved(rank + 1, new long[] { axis + 1 }, new long[] { rank }));
	}
}
