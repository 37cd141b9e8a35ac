package io.glassbox.demo;

/**
 * Calcium: bright specks. A tight cluster of fine, uneven specks is suspicious, single ones scattered over
 * the breast are not. They are drawn larger than life, since true ones would be lost at this resolution.
 */
final class Calcifications {

	private static final double BRIGHT = 0.55;

	private Calcifications() {}

	/** Nine to sixteen specks of uneven size within a small oval, which is the lesion's extent. */
	static Lesion cluster(final Dice dice, final double cx, final double cy, final double reach) {
		final Lesion lesion = Lesion.none();
		final double flat = dice.between(0.6, 1);
		final double tilt = dice.between(0, Math.PI);
		final double cos = StrictMath.cos(tilt);
		final double sin = StrictMath.sin(tilt);
		final int specks = 9 + dice.below(8);
		for (int i = 0; i < specks; i++) {
			final double r = reach * Math.sqrt(dice.unit());
			final double angle = dice.between(0, 2 * Math.PI);
			final double p = r * StrictMath.cos(angle);
			final double q = flat * r * StrictMath.sin(angle);
			Mass.dot(lesion.shadow(), cx + cos * p - sin * q, cy + sin * p + cos * q, dice.between(0.42, 0.72), BRIGHT *
				dice.between(0.55, 1));
		}
		for (int y = 0; y < Field.SIZE; y++)
			for (int x = 0; x < Field.SIZE; x++) {
				final double p = cos * (x - cx) + sin * (y - cy);
				final double q = (cos * (y - cy) - sin * (x - cx)) / flat;
				if (p * p + q * q <= (reach + 1) * (reach + 1)) lesion.extent().set(x, y, 1);
			}
		return lesion;
	}

	/** One to three harmless single specks, far apart, that belong to no lesion. */
	static void scatter(final Dice dice, final Breast breast) {
		final int specks = 1 + dice.below(3);
		for (int i = 0; i < specks; i++) {
			final Field speck = new Field();
			final double x = dice.between(8, 0.9 * breast.outline.depth);
			final double y = breast.outline.nippleY + dice.between(-40, 40);
			if (breast.outline.inside(x, y) < 8) continue;
			Mass.dot(speck, x, y, dice.between(0.45, 0.8), BRIGHT * dice.between(0.5, 1));
			for (int k = 0; k < speck.values.length; k++)
				breast.attenuation.values[k] += speck.values[k];
		}
	}
}
