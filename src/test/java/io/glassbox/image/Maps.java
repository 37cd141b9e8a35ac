package io.glassbox.image;

import ij.ImagePlus;
import io.glassbox.explain.Attribution;
import io.glassbox.explain.Target;
import io.glassbox.graph.Tensor;
import io.glassbox.model.Preprocessing.Resize;

import java.util.Map;

/** Relevance maps made by hand. */
final class Maps {

	private Maps() {}

	static Attribution attribution(final boolean signed, final float[] map, final int... extents) {
		final Tensor t = Tensor.of(map, extents);
		final Tensor output = Tensor.of(new float[] { 1 }, 1, 1);
		return new Attribution(t, t, signed, new Target.Resolved("class 0", 1, output), output, Map.of());
	}

	static Explained explained(final boolean signed, final float[] map, final Geometry geometry, final Place place) {
		final int[] extents = geometry.spans().stream().mapToInt(Geometry.Span::network).toArray();
		return new Explained(attribution(signed, map, extents), geometry, place);
	}

	/** A map on the image's own pixels. */
	static RelevanceMap map(final boolean signed, final int width, final int height, final float... values) {
		return RelevanceMap.of(explained(signed, values, Geometry.fit(Resize.STRETCH, new int[] { height, width },
			new int[] { height, width }), Place.FIRST));
	}

	/** A map with a bump of height {@code strength} in a round patch, 0 elsewhere. */
	static RelevanceMap disc(final ImagePlus image, final double x, final double y, final double radius,
		final float strength)
	{
		final int width = image.getWidth();
		final float[] values = new float[width * image.getHeight()];
		for (int i = 0; i < values.length; i++)
			if (Math.hypot(i % width + 0.5 - x, i / width + 0.5 - y) <= radius) values[i] = strength;
		return map(strength < 0, width, image.getHeight(), values);
	}
}
