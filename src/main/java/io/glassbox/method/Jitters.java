package io.glassbox.method;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Random jitters of an image, one after another. */
final class Jitters {

	private final int[] extents;
	private final int most;
	private final SplittableRandom random;

	/** @param most how far, as a fraction of the longest side */
	Jitters(final int[] extents, final double most, final long seed) {
		this.extents = extents;
		this.most = (int) Math.round(most * Arrays.stream(extents).max().orElseThrow());
		random = new SplittableRandom(seed);
	}

	Jitter next() {
		return Jitter.of(extents, Arrays.stream(extents).map(e -> random.nextInt(-most, most + 1)).toArray());
	}
}
