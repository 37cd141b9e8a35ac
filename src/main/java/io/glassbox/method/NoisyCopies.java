package io.glassbox.method;

import io.glassbox.explain.Elements;
import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Copies of an input with Gaussian noise; each has a stream of random numbers of its own, so that it is the same however they
 * are batched.
 */
final class NoisyCopies implements GradientSamples.Copies {

	private final float[] clean;
	private final double[] sigma;
	private final long seed;

	/** @param fraction standard deviation as a fraction of each input's range, largest minus smallest value */
	NoisyCopies(final Elements elements, final double fraction, final long seed) {
		clean = elements.joined();
		sigma = new double[clean.length];
		this.seed = seed;
		int from = 0;
		for (final Tensor part : elements.split(clean)) {
			Arrays.fill(sigma, from, from + part.length(), fraction * range(part.floats()));
			from += part.length();
		}
	}

	private static double range(final float[] values) {
		float low = Float.POSITIVE_INFINITY;
		float high = Float.NEGATIVE_INFINITY;
		for (final float v : values) {
			low = Math.min(low, v);
			high = Math.max(high, v);
		}
		return (double) high - low;
	}

	@Override
	public void write(final int i, final float[] to, final int at) {
		final SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + i);
		for (int k = 0; k < clean.length; k++)
			to[at + k] = (float) (clean[k] + sigma[k] * random.nextGaussian());
	}
}
