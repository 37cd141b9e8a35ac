package io.glassbox.graph;

import java.util.Arrays;
import java.util.Map;

/** Shapes of sums, means, extremes along axes, and of where the extremes are. */
final class ReductionShapes {

	private ReductionShapes() {}

	static void register(final Map<String, ShapeRule> table) {
		for (final String type : new String[] { "Sum", "Mean", "Prod", "SumSquare", "L1", "L2", "LogSum", "LogSumExp", "Max",
			"Min" })
			ResultShapes.single(table, "Reduce" + type, ReductionShapes::reduced);
		for (final String type : new String[] { "ArgMax", "ArgMin" })
			ResultShapes.single(table, type, c -> Axes.without(c.shape(0), new long[] { c.attributes().integer("axis", 0) },
				keep(c)));
		ResultShapes.single(table, "TopK", c -> Axes.replaced(c.shape(0), Axes.axis(c.attributes().integer("axis", -1), c
			.shape(0).length), c.elements(1)[0]));
	}

	private static long[] reduced(final ShapeRule.Call c) {
		if (c.has(1)) return Axes.without(c.shape(0), axesOrAll(c, c.elements(1)), keep(c));
		return Axes.without(c.shape(0), axesOrAll(c, c.attributes().integers("axes", new long[0])), keep(c));
	}

	private static boolean keep(final ShapeRule.Call c) {
		return c.attributes().integer("keepdims", 1) != 0;
	}

	private static long[] axesOrAll(final ShapeRule.Call c, final long[] axes) {
		if (axes.length > 0 || c.attributes().integer("noop_with_empty_axes", 0) != 0) return axes;
		final long[] all = new long[c.shape(0).length];
		Arrays.setAll(all, i -> i);
		return all;
	}
}
