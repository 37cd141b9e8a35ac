package io.glassbox.fuzz;

import java.util.SplittableRandom;

/**
 * Damaged copies of seeds, by number: the same number always gives the same file.
 * <p>
 * A third are damaged byte by byte, blindly. The rest are taken apart first, damaged where it hurts, and put together
 * again so that checksums and lengths fit: messages and fields of ONNX, entries, pickles and code of TorchScript.
 * </p>
 */
final class Mutations {

	private Mutations() {}

	static byte[] of(final Seed seed, final byte[] sound, final int number) {
		final SplittableRandom random = new SplittableRandom(31L * seed.file().hashCode() + 1_000_003L * number);
		if (random.nextInt(3) == 0) return RawBytes.damaged(sound, random);
		return seed.isOnnx() ? OnnxStructure.damaged(sound, random) : TorchStructure.damaged(sound, random);
	}

	/** A whole number that programs tend to forget. */
	static long oddLong(final SplittableRandom random) {
		return switch (random.nextInt(12)) {
			case 0 -> 0;
			case 1 -> -1;
			case 2 -> 1;
			case 3 -> Long.MIN_VALUE;
			case 4 -> Long.MAX_VALUE;
			case 5 -> Integer.MAX_VALUE + (long) random.nextInt(3) - 1;
			case 6 -> Integer.MIN_VALUE + (long) random.nextInt(3) - 1;
			case 7 -> 1L << random.nextInt(63);
			case 8 -> -(1L << random.nextInt(63));
			case 9 -> random.nextInt(-20, 20);
			case 10 -> random.nextInt(2, 100_000);
			default -> random.nextLong();
		};
	}

	static double oddDouble(final SplittableRandom random) {
		final double[] odd = { 0, -0.0, 1, -1, 1e30, -1e30, 1e-30, 1e9, 4096.5, Double.NaN, Double.POSITIVE_INFINITY,
			Double.NEGATIVE_INFINITY };
		return odd[random.nextInt(odd.length)];
	}
}
