package io.glassbox.graph.io;

import io.glassbox.graph.Operator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Samples in what is joined along another axis: rows that are the same for all of them are repeated for each. */
final class JoinedSamples {

	private JoinedSamples() {}

	static void register(final Map<String, SampleRule> table) {
		table.put("Concat", JoinedSamples::concat);
	}

	private static SampleLayout concat(final SampleStep s) {
		final String samples = s.node().inputs().stream().filter(v -> s.layout(v) != null).findFirst().orElseThrow();
		final SampleLayout x = s.layout(samples);
		final int rank = s.shape(samples).length;
		s.apart(Shapes.axis(s.attributes().integer("axis", 0), rank) != x.axis());
		final List<String> operands = new ArrayList<>(s.node().inputs());
		for (int i = 0; i < operands.size(); i++) {
			final String v = operands.get(i);
			s.require(s.layout(v) == null || s.layout(v).equals(x), "joins samples that lie at different places");
			if (s.layout(v) != null) continue;
			final int[] rows = s.shape(v);
			s.require(rows.length == rank && rows[x.axis()] == 1, "joins samples to a fixed number of rows");
			final long[] ones = new long[rank];
			Arrays.fill(ones, 1);
			operands.set(i, s.made("row" + i, Operator.of("Expand"), v, s.extents("row" + i + ".shape", samples, x.axis(),
				ones)));
		}
		s.replace(operands);
		return x;
	}
}
