package io.glassbox.graph.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.glassbox.graph.Attributes;
import io.glassbox.graph.Operator;

/** Convolutions, plain and transposed, over one to three axes. */
final class AtenConvolution {

	/** Stride, padding, dilation, output padding and groups of a convolution over some axes. */
	private record Geometry(long[] strides, long[] before, long[] after, long[] dilations, long[] outputPadding,
		long groups)
	{}

	private AtenConvolution() {}

	static void addTo(final Map<String, AtenOperators.Translation> table) {
		table.put("_convolution", (a, g) -> {
			final int axes = axes(a);
			final long[] pad = a.integers(4, axes);
			return convolution(a, g, a.truth(6, false), new Geometry(a.integers(3, axes), pad, pad, a.integers(5, axes), a
				.integers(7, axes), a.integer(8)));
		});
		table.put("_convolution_mode", AtenConvolution::plain);
		for (final String n : List.of("1d", "2d", "3d")) {
			table.put("conv" + n, AtenConvolution::plain);
			table.put("conv_transpose" + n, (a, g) -> {
				final int axes = axes(a);
				final long[] pad = integers(a, 4, axes, 0);
				return convolution(a, g, true, new Geometry(integers(a, 3, axes, 1), pad, pad, integers(a, 7, axes, 1),
					integers(a, 5, axes, 0), a.integer(6, 1)));
			});
		}
		table.put("convolution", table.get("_convolution"));
	}

	// -- convolution --

	private static Object plain(final Arguments a, final GraphDraft g) {
		final int axes = axes(a);
		final long[] dilations = integers(a, 5, axes, 1);
		final long[][] pads = a.get(4) instanceof String mode ? named(a, mode, dilations) : new long[][] { integers(a, 4,
			axes, 0), integers(a, 4, axes, 0) };
		return convolution(a, g, false, new Geometry(integers(a, 3, axes, 1), pads[0], pads[1], dilations, new long[axes],
			a.integer(6, 1)));
	}

	/** Padding by name; an odd rest of {@code same} goes to the end. */
	private static long[][] named(final Arguments a, final String mode, final long[] dilations) {
		final long[][] pads = new long[2][dilations.length];
		if (mode.equals("valid")) return pads;
		final Extents kernel = a.tensor(1).extents();
		for (int i = 0; i < dilations.length; i++) {
			final long total = dilations[i] * ((Long) kernel.get(i + 2) - 1);
			pads[0][i] = total / 2;
			pads[1][i] = total - total / 2;
		}
		return pads;
	}

	private static SymbolicTensor convolution(final Arguments a, final GraphDraft g, final boolean transposed,
		final Geometry geometry)
	{
		final SymbolicTensor x = a.tensor(0);
		final SymbolicTensor weight = a.tensor(1);
		final int axes = axes(a);
		x.extents().learnRank(x.value(), axes + 2);
		if (x.rank() != axes + 2) throw a.unsupported("of a single sample without batch axis");
		final Extents w = weight.extents();
		final Object channelsIn = transposed ? w.get(0) : Extent.computed("Mul", w.get(1), geometry.groups);
		if (channelsIn instanceof Long channels) {
			if (x.extents().get(1) instanceof Long found && !found.equals(channels)) throw a.unsupported("of " + found +
				" channels, expected " + channels);
			x.extents().learn(1, channels);
		}
		final List<Object> sizes = new ArrayList<>(List.of(x.extents().get(0), transposed ? Extent.computed("Mul", w.get(
			1), geometry.groups) : w.get(0)));
		for (int i = 0; i < axes; i++)
			sizes.add(extent(x.extents().get(i + 2), w.get(i + 2), geometry, i, transposed));
		if (sizes.stream().anyMatch(n -> n instanceof Long k && k < 1)) throw a.unsupported("of an input smaller than its kernel");
		return g.emit(operator(transposed, w, geometry), x, weight, a.optionalTensor(2)).sized(sizes);
	}

	private static Operator operator(final boolean transposed, final Extents weight, final Geometry geometry) {
		final List<Object> kernel = weight.list().subList(2, weight.rank());
		Attributes attributes = Attributes.of("strides", geometry.strides, "pads", joined(geometry.before, geometry.after),
			"dilations", geometry.dilations, "group", geometry.groups);
		if (kernel.stream().allMatch(Long.class::isInstance)) attributes = attributes.with("kernel_shape", kernel.stream()
			.mapToLong(n -> (Long) n).toArray());
		return transposed ? new Operator("ConvTranspose", attributes.with("output_padding", geometry.outputPadding))
			: new Operator("Conv", attributes);
	}

	/** The extent after a convolution, or null if it is known only when the network runs. */
	private static Object extent(final Object in, final Object kernel, final Geometry p, final int i,
		final boolean transposed)
	{
		if (!(kernel instanceof Long k)) return null;
		final long reach = p.dilations[i] * (k - 1);
		final long pads = p.before[i] + p.after[i];
		if (!(in instanceof Long n)) return !transposed && p.strides[i] == 1 && pads == reach ? in : null;
		return transposed ? (n - 1) * p.strides[i] - pads + reach + p.outputPadding[i] + 1 : Math.floorDiv(n + pads -
			reach - 1, p.strides[i]) + 1;
	}

	/** Number of axes the kernel runs over. */
	private static int axes(final Arguments a) {
		final int rank = a.tensor(1).rank();
		if (rank < 3) throw a.unsupported("with a kernel of unknown shape");
		return rank - 2;
	}

	private static long[] integers(final Arguments a, final int index, final int axes, final long absent) {
		if (a.has(index)) return a.integers(index, axes);
		final long[] same = new long[axes];
		Arrays.fill(same, absent);
		return same;
	}

	static long[] joined(final long[] before, final long[] after) {
		final long[] both = Arrays.copyOf(before, before.length + after.length);
		System.arraycopy(after, 0, both, before.length, after.length);
		return both;
	}
}
