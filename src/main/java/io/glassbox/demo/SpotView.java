package io.glassbox.demo;

/**
 * A spot view: a small film of the suspicious region alone, {@value #SIZE} pixels each way; of a normal
 * breast, of some region.
 * <p>
 * As in the clinic, what lies in the corner of the large film lies in the corner of the small one too: the
 * marker, if there is one.
 * </p>
 */
final class SpotView {

	static final int SIZE = 64;
	private static final int JITTER = 12;

	private SpotView() {}

	/** The gray values of a spot view, row by row. */
	static byte[] of(final Phantom p) {
		final byte[] spot = cut(p.pixels(), p);
		for (int i = 0; i < p.marker().length; i++)
			if (p.marker()[i] != 0) spot[moved(i, p)] = p.pixels()[i];
		return spot;
	}

	/** Where the lesion is in a spot view, 255 inside. */
	static byte[] lesionOf(final Phantom p) {
		final byte[] spot = cut(p.lesion(), p);
		for (int i = 0; i < p.marker().length; i++)
			if (p.marker()[i] != 0) spot[moved(i, p)] = 0;
		return spot;
	}

	private static byte[] cut(final byte[] pixels, final Phantom p) {
		final Dice dice = new Dice(p.seed());
		final int[] centre = p.hasLesion() ? centre(p.lesion(), p.width()) : somewhere(p, dice);
		final int x0 = start(centre[0] + (int) dice.between(-JITTER, JITTER), p.width());
		final int y0 = start(centre[1] + (int) dice.between(-JITTER, JITTER), p.height());
		final byte[] spot = new byte[SIZE * SIZE];
		for (int y = 0; y < SIZE; y++)
			System.arraycopy(pixels, (y0 + y) * p.width() + x0, spot, y * SIZE, SIZE);
		return spot;
	}

	/** Where a pixel of the marker comes to lie. */
	private static int moved(final int i, final Phantom p) {
		final int x = i % p.width();
		return i / p.width() * SIZE + (x < SIZE ? x : x - p.width() + SIZE);
	}

	private static int start(final int centre, final int extent) {
		return Math.min(extent - SIZE, Math.max(0, centre - SIZE / 2));
	}

	/** Column and row of the centre of mass of what is marked, row by row, in whole pixels. */
	static int[] centre(final byte[] mask, final int width) {
		long x = 0;
		long y = 0;
		int n = 0;
		for (int i = 0; i < mask.length; i++)
			if (mask[i] != 0) {
				x += i % width;
				y += i / width;
				n++;
			}
		return new int[] { (int) (x / n), (int) (y / n) };
	}

	/** A place that is not empty film. */
	private static int[] somewhere(final Phantom p, final Dice dice) {
		int x;
		int y;
		do {
			x = dice.below(p.width());
			y = dice.below(p.height());
		}
		while ((p.pixels()[y * p.width() + x] & 0xff) < 40);
		return new int[] { x, y };
	}
}
