package io.glassbox.demo;

import java.util.Arrays;

/**
 * A healthy breast as X-rays see it: attenuation of skin, fat, glandular tissue, ligaments, vessels and
 * muscle, added up along the beam. Fat in full thickness counts about 0.3.
 */
final class Breast {

	private static final double SKIN = 1.2;

	final Outline outline;
	final Field attenuation = new Field();
	/** Share of glandular tissue, 0 to 1. */
	final Field glands = new Field();
	private final double falloff;

	Breast(final Dice dice, final Density density) {
		outline = new Outline(dice);
		falloff = dice.between(14, 22);
		final Field inside = new Field();
		final Field muscle = new Field();
		for (int y = 0; y < Field.SIZE; y++)
			for (int x = 0; x < Field.SIZE; x++) {
				inside.set(x, y, outline.inside(x, y));
				muscle.set(x, y, Field.smoothStep(-1.2, 1.2, outline.insideMuscle(x, y)));
			}
		fillGlands(dice, density, inside);
		final Field lobules = Texture.powerLaw(dice, 2.7, 32, 2);
		final Field grain = Texture.powerLaw(dice, 2.8, 64, 1);
		final Field ligaments = Texture.strands(dice, outline.depth, outline.nippleY, 0.12);
		final Field vessels = Texture.strands(dice, outline.depth, outline.nippleY, 0.05);
		for (int i = 0; i < attenuation.values.length; i++) {
			final double d = inside.values[i];
			if (d < -3) continue;
			final double thickness = thickness(d);
			final double gland = glands.values[i];
			final double fat = 0.24 + 0.025 * grain.values[i];
			final double tissue = gland * (0.24 + 0.065 * lobules.values[i] + 0.03 * ligaments.values[i]);
			final double lines = (1 - 0.7 * gland) * (0.055 * ligaments.values[i] + 0.05 * vessels.values[i]);
			final double flesh = 0.29 + 0.022 * grain.values[i];
			final double m = muscle.values[i];
			final double a = thickness * (fat + (1 - m) * (tissue + lines) + m * flesh);
			attenuation.values[i] = (float) Math.max(0, a + 0.09 * Field.bell((d - SKIN) / 0.9));
		}
	}

	/** Thickness at a distance from the skin, 1 where compression made it even. */
	private double thickness(final double d) {
		final double t = Math.min(1, Math.max(0, d / falloff));
		return Math.sqrt(1 - (1 - t) * (1 - t));
	}

	/** Glandular tissue: a cone behind the nipple, broken up by coarse noise until it covers the share asked for. */
	private void fillGlands(final Dice dice, final Density density, final Field inside) {
		final double cover = dice.between(density.leastCover, density.mostCover);
		final double centreX = outline.depth * dice.between(0.46, 0.56);
		final double centreY = outline.nippleY - (outline.oblique ? dice.between(2, 10) : dice.between(-4, 4));
		final Field noise = Texture.powerLaw(dice, 2.9, 64, 2);
		final Field rays = Texture.strands(dice, outline.depth, outline.nippleY, 0.7);
		final float[] inBreast = new float[Field.SIZE * Field.SIZE];
		int n = 0;
		for (int y = 0; y < Field.SIZE; y++)
			for (int x = 0; x < Field.SIZE; x++) {
				final double d = inside.at(x, y);
				final double dx = (x - centreX) / (0.5 * outline.depth);
				final double dy = (y - centreY) / 40;
				final double wish = noise.at(x, y) + 0.7 * rays.at(x, y) - 1.3 * (dx * dx + dy * dy) - 3 * Field.smoothStep(12,
					4, d);
				glands.set(x, y, wish);
				if (d > 0) inBreast[n++] = (float) wish;
			}
		Arrays.sort(inBreast, 0, n);
		final double threshold = inBreast[(int) ((1 - cover) * (n - 1))];
		for (int i = 0; i < glands.values.length; i++)
			glands.values[i] = (float) Field.smoothStep(threshold - 0.8, threshold + 1.6, glands.values[i]);
	}
}
