package io.glassbox.explain;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Names;
import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How a map on a layer's coarse grid comes onto the finer grid of the input. */
public enum Upsampling {

		/** Each place of the layer as a block: what the layer gave, and nothing more. */
		NEAREST {

			@Override
			Tensor to(final int[] extents, final Tensor map, final Tensor picture) {
				return Interpolation.nearest(map, extents);
			}
		},
		/** Bilinear for images, trilinear for volumes. */
		LINEAR {

			@Override
			Tensor to(final int[] extents, final Tensor map, final Tensor picture) {
				return Interpolation.linear(map, extents);
			}
		},
		/** Bicubic for images, likewise for volumes: smoother, with values beyond the largest near peaks. */
		CUBIC {

			@Override
			Tensor to(final int[] extents, final Tensor map, final Tensor picture) {
				return Interpolation.cubic(map, extents);
			}
		},
		/**
		 * Linear, then drawn to the edges of the image by a {@link GuidedFilter} whose windows are as large as one place of the
		 * layer. The detail this adds is the image's: the network did not give it.
		 */
		GUIDED {

			@Override
			Tensor to(final int[] extents, final Tensor map, final Tensor picture) {
				final int[] radius = new int[extents.length - 2];
				for (int axis = 0; axis < radius.length; axis++)
					radius[axis] = (int) Math.max(1, Math.round(0.5 * extents[axis + 2] / map.size(axis + 2)));
				return GuidedFilter.of(Interpolation.linear(map, extents), picture, radius, EPSILON);
			}

			@Override
			public Optional<String> caveat() {
				return Optional.of("guided by the image's edges: detail finer than the layer is the image's, not the network's");
			}
		};

	/** As people write them. */
	public static final List<String> NAMES = List.of("nearest", "bilinear", "bicubic", "guided");

	/** Edges weaker than some three percent of the image's range are smoothed over; within what the authors use, 0.1^2 to 0.02^2. */
	private static final double EPSILON = 1e-3;

	abstract Tensor to(int[] extents, Tensor map, Tensor picture);

	/** What has to be told of a map that came this way; empty if nothing. */
	public Optional<String> caveat() {
		return Optional.empty();
	}

	/**
	 * @param map 1 x 1 x spatial extents
	 * @param picture the input it is drawn on, 1 x channels x spatial extents, as many
	 * @return 1 x 1 x the spatial extents of the picture; the map itself if it has those
	 */
	public Tensor of(final Tensor map, final Tensor picture) {
		final int[] extents = picture.shape();
		extents[1] = 1;
		return Arrays.equals(extents, map.shape()) ? map : to(extents, map, picture);
	}

	/**
	 * Reads {@code nearest}, {@code bilinear} or {@code trilinear} or {@code linear}, likewise for cubic, or {@code guided}.
	 *
	 * @throws GlassboxException if there is no such upsampling
	 */
	public static Upsampling parse(final String text) {
		final String name = text.trim().toLowerCase(Locale.ROOT).replaceFirst("^(bi|tri)", "");
		for (final Upsampling u : values())
			if (u.name().equalsIgnoreCase(name)) return u;
		throw new GlassboxException(Names.unknown("upsampling", text, NAMES));
	}

	@Override
	public String toString() {
		return NAMES.get(ordinal());
	}
}
