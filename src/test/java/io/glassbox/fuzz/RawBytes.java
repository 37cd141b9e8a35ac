package io.glassbox.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Damage that knows nothing of the format: flipped bits, other bytes, cuts, repetitions, wrong numbers. */
final class RawBytes {

	private RawBytes() {}

	static byte[] damaged(final byte[] sound, final SplittableRandom random) {
		byte[] bytes = sound;
		for (int i = random.nextInt(1, 4); i > 0 && bytes.length > 8; i--)
			bytes = once(bytes.clone(), random);
		return bytes;
	}

	private static byte[] once(final byte[] b, final SplittableRandom random) {
		final int at = place(b, random);
		switch (random.nextInt(8)) {
			case 0, 1:
				b[at] ^= (byte) (1 << random.nextInt(8));
				return b;
			case 2:
				b[at] = (byte) random.nextInt();
				return b;
			case 3:
				return Arrays.copyOf(b, at);
			case 4:
				return joined(Arrays.copyOf(b, at), Arrays.copyOfRange(b, Math.min(b.length, at + random.nextInt(1, 64)),
					b.length));
			case 5:
				final int end = Math.min(b.length, at + random.nextInt(1, 256));
				return joined(Arrays.copyOf(b, end), Arrays.copyOfRange(b, at, b.length));
			case 6:
				final long odd = Mutations.oddLong(random);
				final int width = 1 << random.nextInt(4);
				for (int i = 0; i < width && at + i < b.length; i++)
					b[at + i] = (byte) (odd >> 8 * i);
				return b;
			default:
				final int other = place(b, random);
				for (int i = 0; i < 16 && Math.max(at, other) + i < b.length; i++) {
					final byte swapped = b[at + i];
					b[at + i] = b[other + i];
					b[other + i] = swapped;
				}
				return b;
		}
	}

	/** Often near an end of the file, where lengths and directories are. */
	private static int place(final byte[] b, final SplittableRandom random) {
		return switch (random.nextInt(4)) {
			case 0 -> random.nextInt(Math.min(b.length, 256));
			case 1 -> b.length - 1 - random.nextInt(Math.min(b.length, 2048));
			default -> random.nextInt(b.length);
		};
	}

	private static byte[] joined(final byte[] a, final byte[] b) {
		final ByteArrayOutputStream out = new ByteArrayOutputStream();
		out.writeBytes(a);
		out.writeBytes(b);
		return out.toByteArray();
	}
}
