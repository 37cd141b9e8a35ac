package io.glassbox.graph.io;

import io.glassbox.graph.Operator;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Samples in what gives elements another shape, order or surroundings. */
final class ViewSamples {

	private ViewSamples() {}

	static void register(final Map<String, SampleRule> table) {
		BatchOpening.unary(table, "Reshape", ViewSamples::reshape);
		BatchOpening.unary(table, "Flatten", ViewSamples::flattened);
		BatchOpening.unary(table, "Transpose", (s, x) -> x.at(transposed(s, x.axis())));
		BatchOpening.unary(table, "Squeeze", (s, x) -> LineSamples.without(s, x, false, s.longs(1)));
		BatchOpening.unary(table, "Unsqueeze", ViewSamples::unsqueezed);
		BatchOpening.unary(table, "Expand", ViewSamples::expand);
		BatchOpening.unary(table, "Gather", ViewSamples::gathered);
		BatchOpening.unary(table, "Tile", (s, x) -> {
			s.require(s.longs(1)[x.axis()] == 1, "repeats samples");
			return x;
		});
		BatchOpening.unary(table, "Slice", (s, x) -> LineSamples.without(s, x, true, s.has(3) ? s.longs(3) : LongStream.range(0,
			s.longs(1).length).toArray()));
		BatchOpening.unary(table, "Pad", (s, x) -> {
			final long[] pads = s.longs(1);
			s.require(!s.has(3) && pads[x.axis()] == 0 && pads[pads.length / 2 + x.axis()] == 0, "pads samples");
			return x;
		});
	}

	private static SampleLayout reshaped(final SampleStep s, final SampleLayout x) {
		final SampleLayout made = x.reshaped(s.shape(0), s.shape(s.node().output()));
		s.require(made != null, "tears samples apart");
		return made;
	}

	/** The one row that a sample becomes, its own axis with it, is a row for each of several. */
	private static SampleLayout flattened(final SampleStep s, final SampleLayout x) {
		final SampleLayout made = reshaped(s, x);
		if (Shapes.axis(s.attributes().integer("axis", 1), s.rank(0)) > 0) return made;
		s.require(x.axis() == 0, "joins samples");
		s.replace(Operator.of("Flatten", "axis", 1), s.node().inputs());
		return made;
	}

	/** To its shape for one sample, with the axis of the samples left open. */
	private static SampleLayout reshape(final SampleStep s, final SampleLayout x) {
		final SampleLayout made = reshaped(s, x);
		final long[] wanted = Arrays.stream(s.shape(s.node().output())).asLongStream().toArray();
		s.require(Arrays.stream(wanted).noneMatch(e -> e == 0), "makes nothing");
		wanted[made.axis()] = -1;
		s.replace(Operator.of("Reshape"), List.of(s.node().input(0), s.constant("shape.open", wanted)));
		return made;
	}

	private static int transposed(final SampleStep s, final int axis) {
		final long[] perm = s.attributes().integers("perm", null);
		final int rank = s.rank(0);
		if (perm == null) return rank - 1 - axis;
		for (int i = 0; i < perm.length; i++)
			if (Shapes.axis(perm[i], rank) == axis) return i;
		throw s.fixed("loses the samples");
	}

	private static SampleLayout unsqueezed(final SampleStep s, final SampleLayout x) {
		final long[] axes = s.longs(1);
		final int rank = s.rank(0) + axes.length;
		final boolean[] fresh = new boolean[rank];
		for (final long axis : axes)
			fresh[Shapes.axis(axis, rank)] = true;
		int old = -1;
		for (int i = 0; i < rank; i++)
			if (!fresh[i] && ++old == x.axis()) return x.at(i);
		throw s.fixed("loses the samples");
	}

	/** Keeps an extent where it reads 1. */
	private static SampleLayout expand(final SampleStep s, final SampleLayout x) {
		final long[] wanted = s.longs(1).clone();
		final int[] own = s.shape(0);
		final int at = wanted.length - own.length + x.axis();
		final SampleLayout made = x.at(x.axis() + Math.max(0, wanted.length - own.length));
		if (at < 0 || wanted[at] == 1) return made;
		s.require(wanted[at] == own[x.axis()], "repeats samples");
		wanted[at] = 1;
		s.replace(List.of(s.node().input(0), s.constant("shape.open", wanted)));
		return made;
	}

	private static SampleLayout gathered(final SampleStep s, final SampleLayout x) {
		final int axis = Shapes.axis(s.attributes().integer("axis", 0), s.rank(0));
		s.apart(axis != x.axis());
		return axis > x.axis() ? x : x.at(x.axis() - 1 + s.rank(1));
	}
}
