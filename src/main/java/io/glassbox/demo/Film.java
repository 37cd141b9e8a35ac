package io.glassbox.demo;

/**
 * The way from attenuation to gray values: the detector's blur, quantum noise, the tone curve, and the lead
 * letters that technicians lay on the cassette.
 */
final class Film {

	private static final double EMPTY = 0.025;
	/** Least distance of the marker from the film's edges, about 15 mm on a film of 24 cm. */
	private static final int MARGIN = 8;
	private static final int[] R = { 0b11110, 0b10001, 0b10001, 0b11110, 0b10100, 0b10010, 0b10001 };
	private static final int[] L = { 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b11111 };

	private Film() {}

	/** Gray values between 0 and 255. */
	static byte[] develop(final Dice dice, final Field attenuation, final Field lead) {
		final Field sharp = attenuation.blurred(0.10);
		final Field noise = new Field();
		for (int i = 0; i < noise.values.length; i++)
			noise.values[i] = (float) dice.gaussian();
		final Field grain = noise.blurred(0.12);
		final byte[] gray = new byte[noise.values.length];
		for (int i = 0; i < gray.length; i++) {
			final double a = sharp.values[i];
			double v = EMPTY + 1.1 * a * a / (a * a + 0.22);
			v += (0.008 + 0.028 * Math.sqrt(Math.max(0, v))) * grain.values[i];
			v = Math.max(v, lead.values[i] * (0.97 + 0.01 * grain.values[i]));
			gray[i] = (byte) Math.round(255 * Math.min(1, Math.max(0, v)));
		}
		return gray;
	}

	/** The letter R or L in the upper corner away from the chest wall, drawn for a film that is read as it is. */
	static Field marker(final Dice dice, final boolean right) {
		final int[] glyph = right ? R : L;
		final Field lead = new Field();
		final int pitch = 2;
		final int width = 5 * pitch;
		final int x0 = (right ? MARGIN : Field.SIZE - MARGIN - width) + (right ? 1 : -1) * dice.below(5);
		final int y0 = MARGIN + dice.below(5);
		for (int y = 0; y < 7 * pitch; y++)
			for (int x = 0; x < width; x++)
				if ((glyph[y / pitch] >> (4 - x / pitch) & 1) != 0) lead.set(x0 + x, y0 + y, 1);
		return lead;
	}
}
