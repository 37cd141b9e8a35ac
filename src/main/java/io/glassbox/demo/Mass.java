package io.glassbox.demo;

/**
 * Masses as BI-RADS describes them: <em>circumscribed</em>, round or oval with a sharp smooth margin, or
 * <em>spiculated</em>, an irregular core of high density from which lines radiate.
 */
final class Mass {

	private Mass() {}

	/** A circumscribed mass; it bulges like a lens, so that it is bright up to near its margin. */
	static Lesion circumscribed(final Dice dice, final double cx, final double cy, final double radius) {
		final double elongation = dice.between(1, 1.3);
		final double tilt = dice.between(0, Math.PI);
		final double contrast = dice.between(0.18, 0.28);
		final double lobes = dice.between(0, 0.03);
		final double phase = dice.between(0, 2 * Math.PI);
		final double sin = StrictMath.sin(tilt);
		final double cos = StrictMath.cos(tilt);
		final Lesion lesion = Lesion.none();
		for (int y = 0; y < Field.SIZE; y++)
			for (int x = 0; x < Field.SIZE; x++) {
				final double p = (cos * (x - cx) + sin * (y - cy)) / Math.sqrt(elongation);
				final double q = (cos * (y - cy) - sin * (x - cx)) * Math.sqrt(elongation);
				final double r = Math.sqrt(p * p + q * q);
				if (r > 1.4 * radius) continue;
				final double edge = radius * (1 + lobes * StrictMath.sin(3 * StrictMath.atan2(q, p) + phase));
				final double within = Field.smoothStep(0.8, -0.8, r - edge);
				final double lens = Math.sqrt(Math.max(0, 1 - r * r / (edge * edge)));
				// A thin dark rim, the halo sign, sets many benign masses off from the tissue around them.
				final double halo = 0.03 * Field.bell((r - edge - 1.8) / 0.8);
				lesion.shadow().add(x, y, contrast * within * (0.4 + 0.6 * lens) - halo);
				lesion.extent().set(x, y, within);
			}
		return lesion;
	}

	/** A spiculated mass: an irregular core and 11 to 18 tapering, slightly bent spicules. */
	static Lesion spiculated(final Dice dice, final double cx, final double cy, final double radius) {
		final double contrast = dice.between(0.20, 0.30);
		final double[] amplitude = new double[5];
		final double[] phase = new double[5];
		for (int i = 0; i < amplitude.length; i++) {
			amplitude[i] = dice.between(-0.16, 0.16);
			phase[i] = dice.between(0, 2 * Math.PI);
		}
		final Lesion lesion = Lesion.none();
		for (int y = 0; y < Field.SIZE; y++)
			for (int x = 0; x < Field.SIZE; x++) {
				final double dx = x - cx;
				final double dy = y - cy;
				final double r = Math.sqrt(dx * dx + dy * dy);
				if (r > 2.2 * radius) continue;
				final double angle = StrictMath.atan2(dy, dx);
				double edge = radius;
				for (int i = 0; i < amplitude.length; i++)
					edge += radius * amplitude[i] * StrictMath.sin((i + 2) * angle + phase[i]);
				final double within = Field.smoothStep(1.3, -1.3, r - edge);
				final double haze = 0.07 * Field.bell(r / (1.1 * radius));
				lesion.shadow().add(x, y, contrast * within * (0.8 + 0.2 * Math.max(0, 1 - r / edge)) + haze);
				lesion.extent().set(x, y, within);
			}
		final int spicules = 11 + dice.below(8);
		final Field lines = new Field();
		for (int i = 0; i < spicules; i++) {
			final double angle = 2 * Math.PI * (i + dice.between(-0.35, 0.35)) / spicules;
			spicule(dice, lines, cx, cy, angle, radius);
		}
		for (int i = 0; i < lines.values.length; i++) {
			lesion.shadow().values[i] += (float) (0.75 * contrast * lines.values[i] * (1 - lesion.extent().values[i]));
			lesion.extent().values[i] = Math.max(lesion.extent().values[i], lines.values[i] > 0.3f ? 1 : 0);
		}
		return lesion;
	}

	private static void spicule(final Dice dice, final Field lines, final double cx, final double cy,
		final double direction, final double radius)
	{
		final double length = radius * dice.between(1.4, 2.7);
		final double weight = dice.between(0.55, 1);
		final double bend = dice.between(-0.25, 0.25);
		final double step = 0.25;
		for (double s = 0.6 * radius; s < length; s += step) {
			final double along = (s - 0.6 * radius) / (length - 0.6 * radius);
			final double angle = direction + bend * along;
			final double width = 1.0 - 0.5 * along;
			final double strength = weight * (1 - 0.7 * along);
			dot(lines, cx + s * StrictMath.cos(angle), cy + s * StrictMath.sin(angle), width, strength);
		}
	}

	/** A soft round dot, kept where it is brighter than what is there. */
	static void dot(final Field field, final double cx, final double cy, final double sigma, final double strength) {
		final int reach = (int) (3 * sigma) + 1;
		for (int y = Math.max(0, (int) cy - reach); y <= Math.min(Field.SIZE - 1, (int) cy + reach + 1); y++)
			for (int x = Math.max(0, (int) cx - reach); x <= Math.min(Field.SIZE - 1, (int) cx + reach + 1); x++) {
				final double dx = x - cx;
				final double dy = y - cy;
				field.raise(x, y, strength * Field.bell(Math.sqrt(dx * dx + dy * dy) / sigma));
			}
	}
}
