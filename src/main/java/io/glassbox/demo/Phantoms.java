package io.glassbox.demo;

/**
 * Draws mammogram-like phantoms of {@value Field#SIZE} x {@value Field#SIZE} pixels whose truth is known.
 * <p>
 * Breast, tissue and view depend on the seed, so does the lesion. The same arguments give the same pixels on
 * every Java. What counts as malignant is what a radiologist would send to biopsy: in 60 % a spiculated mass
 * alone, in 25 % one with a cluster of fine microcalcifications, in 15 % such a cluster alone. Every
 * sixth breast, whatever its class, has one to three harmless scattered calcifications. These are pictures to try
 * explanations on, not a model of disease.
 * </p>
 */
public final class Phantoms {

	private static final int ATTEMPTS = 400;

	private Phantoms() {}

	/**
	 * One phantom.
	 *
	 * @param marker whether a lead letter, R or L, lies in the corner of the film
	 */
	public static Phantom of(final Label label, final Density density, final boolean marker, final long seed) {
		final Dice dice = new Dice(seed);
		final Dice markerDice = dice.split();
		final Dice noiseDice = dice.split();
		final boolean right = dice.chance(0.5);
		final Breast breast = new Breast(dice.split(), density);
		final Lesion lesion = lesion(dice.split(), label, breast.outline);
		final Dice specks = dice.split();
		if (specks.chance(1 / 6.0)) Calcifications.scatter(specks, breast);
		final Field attenuation = breast.attenuation;
		for (int i = 0; i < attenuation.values.length; i++)
			attenuation.values[i] += lesion.shadow().values[i];
		final Field lead = marker ? Film.marker(markerDice, right) : new Field();
		// A right breast hangs with its chest wall at the right.
		final Field seen = right ? attenuation.mirrored() : attenuation;
		final Field extent = right ? lesion.extent().mirrored() : lesion.extent();
		final byte[] pixels = Film.develop(noiseDice, seen, lead);
		return new Phantom(Field.SIZE, Field.SIZE, pixels, mask(extent), mask(lead), label, density, seed);
	}

	private static Lesion lesion(final Dice dice, final Label label, final Outline outline) {
		if (label == Label.NORMAL) return Lesion.none();
		if (label == Label.BENIGN) {
			final double radius = dice.between(6, 12);
			final double[] at = place(dice, outline, radius + 3);
			return Mass.circumscribed(dice, at[0], at[1], radius);
		}
		final double kind = dice.unit();
		if (kind < 0.15) {
			final double reach = dice.between(4.5, 7);
			final double[] at = place(dice, outline, reach + 5);
			return Calcifications.cluster(dice, at[0], at[1], reach);
		}
		final double radius = dice.between(4.5, 7.5);
		final double[] at = place(dice, outline, 2 * radius + 1);
		final Lesion mass = Mass.spiculated(dice, at[0], at[1], radius);
		return kind < 0.75 ? mass : mass.and(Calcifications.cluster(dice, at[0] + dice.between(-2, 2), at[1] + dice
			.between(-2, 2), 0.8 * radius));
	}

	/** A place for a lesion: as far as {@code clearance} from skin, muscle, chest wall and film edge. */
	private static double[] place(final Dice dice, final Outline outline, final double clearance) {
		double[] best = {};
		double room = Double.NEGATIVE_INFINITY;
		for (int i = 0; i < ATTEMPTS && room < clearance; i++) {
			final double x = dice.between(0.1 * outline.depth, 0.9 * outline.depth);
			final double y = dice.between(12, Field.SIZE - 12);
			final double free = Math.min(Math.min(x, Math.min(y, Field.SIZE - y)), Math.min(outline.inside(x, y), -outline
				.insideMuscle(x, y)));
			if (free > room) {
				room = free;
				best = new double[] { x, y };
			}
		}
		return best;
	}

	private static byte[] mask(final Field field) {
		final byte[] mask = new byte[field.values.length];
		for (int i = 0; i < mask.length; i++)
			mask[i] = (byte) (field.values[i] >= 0.5f ? 255 : 0);
		return mask;
	}
}
