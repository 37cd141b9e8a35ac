package io.glassbox.demo;

/**
 * The shape of a compressed breast on film, chest wall at the left edge.
 * <p>
 * Two views are drawn: craniocaudal, half an ellipse, and mediolateral oblique, which runs out of the
 * picture at the top towards the armpit and shows the pectoral muscle as a bright triangle.
 * </p>
 */
final class Outline {

	/** Directions the skin line is tabulated in, from straight up to straight down. */
	private static final int DIRECTIONS = 512;

	/** Whether this is the oblique view. */
	final boolean oblique;
	/** Height of the nipple. */
	final double nippleY;
	/** Distance of the nipple from the chest wall. */
	final double depth;
	private final double[] skin = new double[DIRECTIONS + 1];
	private final double muscleTop;
	private final double muscleBottom;

	Outline(final Dice dice) {
		oblique = dice.chance(0.5);
		nippleY = oblique ? dice.between(70, 80) : dice.between(59, 69);
		depth = dice.between(68, 94);
		final double up = oblique ? dice.between(90, 120) : dice.between(46, 55);
		final double down = oblique ? dice.between(40, 48) : dice.between(46, 55);
		final double[] waves = new double[4];
		for (int i = 0; i < waves.length; i++)
			waves[i] = dice.between(-0.025, 0.025);
		final double nipple = dice.between(1.5, 3.5);
		for (int i = 0; i <= DIRECTIONS; i++) {
			final double angle = Math.PI * ((double) i / DIRECTIONS - 0.5);
			final double along = StrictMath.cos(angle) / depth;
			final double across = StrictMath.sin(angle) / (angle < 0 ? up : down);
			double wave = 1;
			for (int k = 0; k < waves.length; k++)
				wave += waves[k] * StrictMath.sin((k + 2) * angle + k);
			skin[i] = wave / Math.sqrt(along * along + across * across) + nipple * Field.bell(angle * depth / 3);
		}
		muscleTop = dice.between(30, 48);
		muscleBottom = dice.between(60, 92);
	}

	/**
	 * How far a place lies inside the skin, in pixels; negative outside. Near the skin it is the distance to it,
	 * deeper inside it is somewhat more.
	 */
	double inside(final double x, final double y) {
		final double dy = y - nippleY;
		final double radius = Math.sqrt(x * x + dy * dy);
		final double direction = (StrictMath.atan2(dy, x) / Math.PI + 0.5) * DIRECTIONS;
		final int k = Math.min(DIRECTIONS - 1, Math.max(0, (int) direction));
		final double edge = skin[k] + (direction - k) * (skin[k + 1] - skin[k]);
		final double slope = (skin[k + 1] - skin[k]) * DIRECTIONS / (Math.PI * edge);
		return (edge - radius) / Math.sqrt(1 + slope * slope);
	}

	/** How far a place lies inside the pectoral muscle, in pixels; negative outside. */
	double insideMuscle(final double x, final double y) {
		if (!oblique) return -Field.SIZE;
		final double bulge = 3 * StrictMath.sin(Math.PI * Math.min(1, Math.max(0, y / muscleBottom)));
		final double edge = muscleTop * (1 - y / muscleBottom) + bulge;
		return (edge - x) * muscleBottom / Math.sqrt(muscleTop * muscleTop + muscleBottom * muscleBottom);
	}
}
