package io.glassbox.graph.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.glassbox.graph.Attributes;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.GraphDraft.Fixed;

/** Pooling and resampling: operators that change the extents in space. */
final class AtenPooling {

	private AtenPooling() {}

	static void addTo(final Map<String, AtenOperators.Translation> table) {
		for (int n = 1; n <= 3; n++) {
			final int axes = n;
			final String d = n + "d";
			table.put("max_pool" + d, (a, g) -> maxPool(a, g, axes));
			table.put("max_pool" + d + "_with_indices", (a, g) -> new ScriptTuple(Arrays.asList(maxPool(a, g, axes),
				Unknown.FAULT)));
			table.put("avg_pool" + d, (a, g) -> averagePool(a, g, axes));
			table.put("adaptive_avg_pool" + d, (a, g) -> adaptive(a, g, axes, "GlobalAveragePool", "AdaptiveAveragePool"));
			table.put("adaptive_max_pool" + d, (a, g) -> {
				final SymbolicTensor max = adaptive(a, g, axes, "GlobalMaxPool", "AdaptiveMaxPool");
				return new ScriptTuple(Arrays.asList(max, Unknown.FAULT));
			});
			table.put("upsample_nearest" + d, (a, g) -> resize(a, g, axes, "nearest", false, 2));
		}
		table.put("upsample_linear1d", (a, g) -> resize(a, g, 1, "linear", a.truth(2, false), 3));
		table.put("upsample_bilinear2d", (a, g) -> resize(a, g, 2, "linear", a.truth(2, false), 3));
		table.put("upsample_trilinear3d", (a, g) -> resize(a, g, 3, "linear", a.truth(2, false), 3));
	}

	// -- windows --

	private static SymbolicTensor maxPool(final Arguments a, final GraphDraft g, final int axes) {
		return pool(a, g, axes, "MaxPool", a.has(4) ? a.integers(4, axes) : ones(axes), a.truth(5, false), Attributes.NONE);
	}

	private static SymbolicTensor averagePool(final Arguments a, final GraphDraft g, final int axes) {
		if (a.has(6)) throw a.unsupported("with divisor_override");
		return pool(a, g, axes, "AveragePool", ones(axes), a.truth(4, false), Attributes.of("count_include_pad", a.truth(5,
			true)));
	}

	private static SymbolicTensor pool(final Arguments a, final GraphDraft g, final int axes, final String type,
		final long[] dilations, final boolean ceil, final Attributes more)
	{
		final SymbolicTensor x = a.tensor(0);
		x.extents().learnRank(x.value(), axes + 2);
		if (x.rank() != axes + 2) throw a.unsupported("of a single sample without batch axis");
		final long[] kernel = a.integers(1, axes);
		final long[] strides = a.has(2) && !a.list(2).isEmpty() ? a.integers(2, axes) : kernel;
		final long[] pads = a.has(3) ? a.integers(3, axes) : new long[axes];
		Attributes attributes = more.with("kernel_shape", kernel).with("strides", strides).with("pads", AtenConvolution
			.joined(pads, pads)).with("ceil_mode", ceil);
		if (type.equals("MaxPool")) attributes = attributes.with("dilations", dilations);
		final List<Object> sizes = new ArrayList<>(x.extents().list().subList(0, 2));
		for (int i = 0; i < axes; i++)
			sizes.add(x.extents().get(i + 2) instanceof Long n ? (Object) windows(n, kernel[i], strides[i], pads[i],
				dilations[i], ceil) : null);
		return g.emit(new Operator(type, attributes), x).sized(sizes);
	}

	/** Number of windows; one that would start in the padding at the end is left out. */
	private static long windows(final long n, final long kernel, final long stride, final long pad, final long dilation,
		final boolean ceil)
	{
		final long room = n + 2 * pad - dilation * (kernel - 1) - 1;
		final long count = Math.floorDiv(room + (ceil ? stride - 1 : 0), stride) + 1;
		return ceil && (count - 1) * stride >= n + pad ? count - 1 : count;
	}

	private static long[] ones(final int axes) {
		final long[] ones = new long[axes];
		Arrays.fill(ones, 1);
		return ones;
	}

	// -- to a given size --

	private static SymbolicTensor adaptive(final Arguments a, final GraphDraft g, final int axes, final String global,
		final String other)
	{
		final SymbolicTensor x = a.tensor(0);
		x.extents().learnRank(x.value(), axes + 2);
		if (x.rank() != axes + 2) throw a.unsupported("of a single sample without batch axis");
		final List<Object> wanted = new ArrayList<>(a.list(1));
		for (int i = 0; i < wanted.size(); i++)
			if (wanted.get(i) == null) wanted.set(i, x.extents().get(i + 2));
		if (!wanted.stream().allMatch(Long.class::isInstance)) throw a.unsupported("to a size known only at run time");
		final long[] size = wanted.stream().mapToLong(n -> (Long) n).toArray();
		final long[] outputSize = size.length == axes ? size : a.integers(1, axes);
		final List<Object> sizes = new ArrayList<>(x.extents().list().subList(0, 2));
		Arrays.stream(outputSize).forEach(sizes::add);
		if (sizes.equals(x.extents().list())) return x;
		return g.emit(Arrays.stream(outputSize).allMatch(n -> n == 1) ? Operator.of(global) : Operator.of(other,
			"output_size", outputSize), x).sized(sizes);
	}

	/**
	 * @param next the index of the first argument after the output size and, where there is one, align_corners: a list of
	 *          factors, or one factor for each axis
	 */
	private static SymbolicTensor resize(final Arguments a, final GraphDraft g, final int axes, final String mode,
		final boolean alignCorners, final int next)
	{
		final SymbolicTensor x = a.tensor(0);
		x.extents().learnRank(x.value(), axes + 2);
		Operator op = Operator.of("Resize", "mode", mode, "coordinate_transformation_mode", mode.equals("nearest")
			? "asymmetric" : alignCorners ? "align_corners" : "half_pixel");
		if (mode.equals("nearest")) op = new Operator("Resize", op.attributes().with("nearest_mode", "floor"));
		final List<Object> sizes = new ArrayList<>(x.extents().list().subList(0, 2));
		if (a.has(1)) {
			sizes.addAll(a.list(1));
			return g.emit(op, x, null, null, g.numbers("sizes", sizes)).sized(sizes);
		}
		final float[] scales = new float[axes + 2];
		Arrays.fill(scales, 1);
		final List<Object> factors = a.list(next);
		for (int i = 0; i < axes; i++) {
			final float factor = scales[i + 2] = ((Number) factors.get(i)).floatValue();
			sizes.add(x.extents().get(i + 2) instanceof Long n ? (Object) (long) Math.floor(n * (double) factor) : null);
		}
		return g.emit(op, x, null, new Fixed("scales", Tensor.of(scales, scales.length))).sized(sizes);
	}
}
