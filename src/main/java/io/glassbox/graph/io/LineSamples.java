package io.glassbox.graph.io;

import io.glassbox.graph.Attributes;

import java.util.Map;
import java.util.Set;

/** Samples in what works along axes: those must be others than theirs. */
final class LineSamples {

	private static final Set<String> LAST_BY_DEFAULT = Set.of("Softmax", "LogSoftmax", "Hardmax", "LpNormalization", "TopK");
	private static final Set<String> REDUCTIONS = Set.of("ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd",
		"ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare");

	private LineSamples() {}

	static void register(final Map<String, SampleRule> table) {
		for (final String type : LAST_BY_DEFAULT)
			BatchOpening.unary(table, type, (s, x) -> along(s, x, s.attributes().integer("axis", -1)));
		for (final String type : REDUCTIONS)
			BatchOpening.unary(table, type, LineSamples::reduced);
		BatchOpening.unary(table, "Split", (s, x) -> along(s, x, s.attributes().integer("axis", 0)));
		BatchOpening.unary(table, "CumSum", (s, x) -> along(s, x, s.longs(1)[0]));
		for (final String type : Set.of("ArgMax", "ArgMin"))
			BatchOpening.unary(table, type, (s, x) -> without(s, x, s.attributes().integer("keepdims", 1) == 1, s.attributes()
				.integer("axis", 0)));
		BatchOpening.unary(table, "LayerNormalization", (s, x) -> {
			s.apart(Shapes.axis(s.attributes().integer("axis", -1), s.rank(0)) > x.axis());
			return x;
		});
	}

	private static SampleLayout along(final SampleStep s, final SampleLayout x, final long axis) {
		s.apart(Shapes.axis(axis, s.rank(0)) != x.axis());
		return x;
	}

	private static SampleLayout reduced(final SampleStep s, final SampleLayout x) {
		final Attributes a = s.attributes();
		final long[] axes = s.has(1) ? s.longs(1) : a.integers("axes", null);
		s.apart(axes != null);
		return without(s, x, a.integer("keepdims", 1) == 1, axes);
	}

	/** After other axes are gone, or, if they are kept, have another extent. */
	static SampleLayout without(final SampleStep s, final SampleLayout x, final boolean kept, final long... axes) {
		final int rank = s.rank(0);
		int axis = x.axis();
		for (final long each : axes) {
			final int gone = Shapes.axis(each, rank);
			s.apart(gone != x.axis());
			if (gone < x.axis() && !kept) axis--;
		}
		return x.at(axis);
	}
}
