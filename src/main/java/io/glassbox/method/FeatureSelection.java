package io.glassbox.method;

import io.glassbox.explain.Cancellation;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Names;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** How a linear surrogate chooses the few features it speaks of, as in the LIME authors' program. */
public enum FeatureSelection {

		/** Forward selection of up to six features, highest weights of more. */
		AUTO {

			@Override
			int[] of(final WeightedSamples samples, final int most) {
				return (most <= 6 ? FORWARD_SELECTION : HIGHEST_WEIGHTS).of(samples, most);
			}
		},
		/** One at a time, each that makes the least-squares fit best. */
		FORWARD_SELECTION {

			@Override
			int[] of(final WeightedSamples samples, final int most) {
				int[] chosen = {};
				while (chosen.length < Math.min(most, samples.features())) {
					final int[] so = chosen;
					int best = -1;
					double highest = Double.NEGATIVE_INFINITY;
					for (int j = 0; j < samples.features(); j++) {
						Cancellation.check();
						final int candidate = j;
						if (Arrays.stream(so).anyMatch(k -> k == candidate)) continue;
						final double r2 = samples.ridge(with(so, j), 0).r2();
						if (r2 > highest) {
							highest = r2;
							best = j;
						}
					}
					chosen = with(so, best);
				}
				return chosen;
			}
		},
		/** Those with the largest coefficients in a fit of all, with a penalty of 0.01. */
		HIGHEST_WEIGHTS {

			@Override
			int[] of(final WeightedSamples samples, final int most) {
				final double[] all = samples.ridge(all(samples), 0.01).coefficients();
				return IntStream.range(0, all.length).boxed().sorted((a, b) -> Double.compare(Math.abs(all[b]), Math.abs(all[a])))
					.limit(most).mapToInt(i -> i).toArray();
			}
		},
		/** Those in use at the last point of the lasso's path that has no more of them: K-LASSO of the paper's algorithm 1. */
		LASSO_PATH {

			@Override
			int[] of(final WeightedSamples samples, final int most) {
				return LassoPath.last(samples, most);
			}
		},
		/** All of them. */
		NONE {

			@Override
			int[] of(final WeightedSamples samples, final int most) {
				return all(samples);
			}
		};

	/** As people write them. */
	public static final List<String> NAMES = Arrays.stream(values()).map(v -> v.name().toLowerCase(Locale.ROOT)).toList();

	/** @return numbers of the chosen features, in the order in which they were chosen */
	abstract int[] of(WeightedSamples samples, int most);

	/** @throws GlassboxException if there is no such selection */
	public static FeatureSelection parse(final String text) {
		final int found = NAMES.indexOf(text.trim().toLowerCase(Locale.ROOT).replace('-', '_').replace(' ', '_'));
		if (found < 0) throw new GlassboxException(Names.unknown("selection", text.trim(), NAMES));
		return values()[found];
	}

	private static int[] all(final WeightedSamples samples) {
		return IntStream.range(0, samples.features()).toArray();
	}

	private static int[] with(final int[] chosen, final int next) {
		final int[] more = Arrays.copyOf(chosen, chosen.length + 1);
		more[chosen.length] = next;
		return more;
	}
}
