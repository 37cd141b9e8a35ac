package io.glassbox.graph.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.glassbox.graph.Attributes;
import io.glassbox.graph.Operator;

/** Pooling: over windows, and to a given size. */
final class AtenPooling {

	/** Windows that are written down one by one. */
	private static final int MOST_WINDOWS = 256;

	private AtenPooling() {}

	static void addTo(final Map<String, AtenOperators.Translation> table) {
		for (int n = 1; n <= 3; n++) {
			final int axes = n;
			final String d = n + "d";
			table.put("max_pool" + d, (a, g) -> maxPool(a, g, axes, 1).get(0));
			table.put("max_pool" + d + "_with_indices", (a, g) -> withIndices(a, g, axes));
			table.put("avg_pool" + d, (a, g) -> averagePool(a, g, axes));
			table.put("adaptive_avg_pool" + d, (a, g) -> adaptive(a, g, axes, "GlobalAveragePool", "AdaptiveAveragePool"));
			table.put("adaptive_max_pool" + d, (a, g) -> {
				final SymbolicTensor max = adaptive(a, g, axes, "GlobalMaxPool", "");
				return new ScriptTuple(Arrays.asList(max, Unknown.FAULT));
			});
			table.put("max_unpool" + d, (a, g) -> unpooled(a, g));
		}
	}

	// -- windows --

	private static List<SymbolicTensor> maxPool(final Arguments a, final GraphDraft g, final int axes,
		final int results)
	{
		return pool(a, g, axes, "MaxPool", a.has(4) && !a.list(4).isEmpty() ? a.integers(4, axes) : ones(axes), a.truth(5,
			false), Attributes.NONE, results);
	}

	/** ONNX counts indices through the whole tensor, PyTorch within each channel. */
	private static Object withIndices(final Arguments a, final GraphDraft g, final int axes) {
		final List<SymbolicTensor> both = maxPool(a, g, axes, 2);
		final SymbolicTensor x = a.tensor(0);
		Object plane = 1L;
		for (int axis = 2; axis < axes + 2; axis++)
			plane = Extent.computed("Mul", plane, AtenShape.size(g, x, axis));
		return new ScriptTuple(List.of(both.get(0), g.binary("Mod", both.get(1), g.number(plane)).shaped(both.get(0)
			.extents())));
	}

	/** Elements back to where they were pooled from, zero elsewhere. */
	private static Object unpooled(final Arguments a, final GraphDraft g) {
		final SymbolicTensor x = a.tensor(0);
		final List<Object> flat = new ArrayList<>(AtenShape.asked(g, x).subList(0, 2));
		flat.add(-1L);
		final List<Object> shape = new ArrayList<>(AtenShape.asked(g, x).subList(0, 2));
		final List<Object> plane = new ArrayList<>(shape);
		final List<Object> size = a.list(2);
		shape.addAll(size);
		plane.add(size.stream().reduce(1L, (p, q) -> Extent.computed("Mul", p, q)));
		final SymbolicTensor empty = g.emit(Operator.of("Expand"), GraphDraft.scalar(0), g.numbers("shape", plane)).sized(
			plane);
		final SymbolicTensor filled = g.emit(Operator.of("ScatterElements", "axis", 2), empty, AtenShape.reshape(g, a.tensor(
			1), flat), AtenShape.reshape(g, x, flat)).sized(plane);
		return AtenShape.reshape(g, filled, shape);
	}

	private static SymbolicTensor averagePool(final Arguments a, final GraphDraft g, final int axes) {
		final boolean padded = a.has(6) || a.truth(5, true);
		final SymbolicTensor mean = pool(a, g, axes, "AveragePool", ones(axes), a.truth(4, false), Attributes.of(
			"count_include_pad", padded), 1).get(0);
		if (!a.has(6)) return mean;
		if (a.truth(4, false)) throw a.unsupported("with divisor_override and ceil_mode");
		final double window = Arrays.stream(a.integers(1, axes)).reduce(1, (p, q) -> p * q);
		return g.binary("Mul", mean, GraphDraft.scalar(window / a.integer(6)));
	}

	private static List<SymbolicTensor> pool(final Arguments a, final GraphDraft g, final int axes, final String type,
		final long[] dilations, final boolean ceil, final Attributes more, final int results)
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
				dilations[i], ceil) : kept(x.extents().get(i + 2), strides[i], 2 * pads[i] - dilations[i] * (kernel[i] - 1)));
		if (sizes.stream().anyMatch(n -> n instanceof Long k && k < 1)) throw a.unsupported("of an input smaller than its window");
		final List<SymbolicTensor> pooled = g.emitSeveral(new Operator(type, attributes), results, x);
		pooled.forEach(p -> p.sized(sizes));
		return pooled;
	}

	/** An open extent, if as many windows as elements fit in, else null. */
	private static Object kept(final Object extent, final long stride, final long spare) {
		return stride == 1 && spare == 0 ? extent : null;
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
		if (sizes.equals(x.extents().list())) return x.copy();
		if (Arrays.stream(outputSize).allMatch(n -> n == 1)) return g.emit(Operator.of(global), x).sized(sizes);
		if (other.isEmpty()) return maxima(a, g, outputSize);
		return g.emit(Operator.of(other, "output_size", outputSize), x).sized(sizes);
	}

	/** The largest of each window, axis by axis; windows overlap where the size does not divide the extent. */
	private static SymbolicTensor maxima(final Arguments a, final GraphDraft g, final long[] size) {
		SymbolicTensor x = a.tensor(0);
		for (int i = 0; i < size.length; i++) {
			final int axis = i + 2;
			if (!(x.extents().get(axis) instanceof Long n)) throw a.unsupported(
				"of an axis whose extent is known only at run time");
			if (n == size[i]) continue;
			if (size[i] < 1 || size[i] > MOST_WINDOWS) throw a.unsupported("to " + size[i] + " elements");
			final List<SymbolicTensor> windows = new ArrayList<>();
			for (long k = 0; k < size[i]; k++)
				windows.add(AtenReduction.reduced(g, "ReduceMax", AtenSlicing.slice(g, x, axis, k * n / size[i], ((k + 1) * n +
					size[i] - 1) / size[i], 1), new long[] { axis }, true));
			x = AtenJoining.concat(g, windows, axis);
		}
		return x;
	}
}
