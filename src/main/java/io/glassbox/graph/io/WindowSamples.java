package io.glassbox.graph.io;

import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Samples in what looks at pictures through windows, or resizes them: one picture after another along the first axis. */
final class WindowSamples {

	/** Each element of the first axis on its own, all other operands alike for all. */
	private static final Set<String> IMAGES = Set.of("Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool",
		"GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool", "AdaptiveAveragePool", "BatchNormalization",
		"InstanceNormalization", "GroupNormalization", "LRN", "DepthToSpace", "SpaceToDepth");

	private WindowSamples() {}

	static void register(final Map<String, SampleRule> table) {
		for (final String type : IMAGES)
			BatchOpening.unary(table, type, WindowSamples::images);
		BatchOpening.unary(table, "Resize", WindowSamples::resize);
	}

	private static SampleLayout images(final SampleStep s, final SampleLayout x) {
		s.apart(x.axis() == 0);
		s.require(s.node().outputs().size() == 1, "tells places in the whole batch");
		return x;
	}

	/** Sizes along all axes tell the number of samples too; those along some leave it alone, if they may. */
	private static SampleLayout resize(final SampleStep s, final SampleLayout x) {
		final int rank = s.shape(0).length;
		final long[] axes = s.attributes().integers("axes", null);
		if (axes != null) {
			s.apart(Arrays.stream(axes).noneMatch(i -> Shapes.axis(i, rank) == x.axis()));
			return x;
		}
		s.apart(x.axis() == 0);
		if (!s.has(3)) {
			final Tensor scales = s.constant(2);
			s.apart(scales != null && scales.isFloat() && scales.length() > 0 && scales.floats()[0] == 1);
			return x;
		}
		final long[] sizes = s.longs(3);
		s.apart(sizes[0] == s.shape(0)[0]);
		final String wanted = s.extents("sizes", s.node().input(0), 0, sizes);
		s.replace(List.of(s.node().input(0), s.node().input(1), s.node().input(2), wanted));
		return x;
	}
}
