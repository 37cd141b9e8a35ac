package io.glassbox.method;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Names;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How near LIME holds a copy to the image, by how many of the features it still has. */
public enum LimeKernel {

		/** {@code 1 - cos} of the angle between who is there and all, as in the authors' program; 1 if nobody is there. */
		COSINE {

			@Override
			double distance(final int present, final int all) {
				return 1 - Math.sqrt((double) present / all);
			}
		},
		/** The Euclidean distance, as a fraction of the largest there is. */
		L2 {

			@Override
			double distance(final int present, final int all) {
				return Math.sqrt((double) (all - present) / all);
			}
		};

	/** As people write them. */
	public static final List<String> NAMES = Arrays.stream(values()).map(v -> v.name().toLowerCase(Locale.ROOT)).toList();

	/** From 0, of the image itself, to 1. */
	abstract double distance(int present, int all);

	/** The exponential kernel of the authors' program: {@code sqrt(exp(-d^2 / width^2))}. */
	double weight(final int present, final int all, final double width) {
		final double d = distance(present, all) / width;
		return Math.sqrt(Math.exp(-d * d));
	}

	/** @throws GlassboxException if there is no such distance */
	public static LimeKernel parse(final String text) {
		final int found = NAMES.indexOf(text.trim().toLowerCase(Locale.ROOT));
		if (found < 0) throw new GlassboxException(Names.unknown("distance", text.trim(), NAMES));
		return values()[found];
	}
}
