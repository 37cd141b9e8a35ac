package io.glassbox.method;

import io.glassbox.explain.Progress;

/**
 * How well a mask does what it is wanted for, and how that changes with the mask.
 * <p>
 * The score of what is seen through the mask, less that of what is left without it, as far as the game asks. Scores are
 * told in units of the difference between the image and the wholly perturbed image, so that settings fit networks
 * whatever they score in.
 * </p>
 */
final class MaskReward {

	private final GradientSamples samples;
	private final Pyramid pyramid;
	private final MaskGame game;
	private final double unit;
	private final Progress progress;

	/**
	 * @param unit of scores
	 * @param progress is asked whether to go on, and told nothing
	 */
	MaskReward(final GradientSamples samples, final Pyramid pyramid, final MaskGame game, final double unit,
		final Progress progress)
	{
		this.samples = samples;
		this.pyramid = pyramid;
		this.game = game;
		this.unit = unit;
		this.progress = new Progress() {

			@Override
			public void update(final double fraction, final String status) {
				// one move of many
			}

			@Override
			public boolean isCancelled() {
				return progress.isCancelled();
			}
		};
	}

	/**
	 * The reward's derivative by the mask.
	 *
	 * @param byPlace it is added to this
	 * @param sign of what is added
	 * @return the reward
	 */
	double of(final double[] mask, final Jitter jitter, final double[] byPlace, final double sign) {
		final double[] reward = { 0 };
		final double[][] views = new double[game.views()][];
		for (int v = 0; v < views.length; v++)
			views[v] = game.isRest(v) ? rest(mask) : mask;
		samples.forEach(views.length, (v, to, at) -> {
			final float[] seen = jitter.moved(pyramid.seen(views[v]));
			System.arraycopy(seen, 0, to, at, seen.length);
		}, progress, "mask", (v, x, gradient, at, score) -> {
			final float[] one = new float[pyramid.levels().get(0).length];
			System.arraycopy(gradient, at, one, 0, one.length);
			final double[] by = pyramid.back(views[v], jitter.back(one));
			reward[0] += (game.isRest(v) ? -score : score) / unit;
			for (int k = 0; k < by.length; k++) // the rest falls as the mask rises, and counts against it: both signs are one
				byPlace[k] += sign * by[k] / unit;
			return true;
		});
		return reward[0];
	}

	private static double[] rest(final double[] mask) {
		final double[] rest = new double[mask.length];
		for (int k = 0; k < rest.length; k++)
			rest[k] = 1 - mask[k];
		return rest;
	}
}
