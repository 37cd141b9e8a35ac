package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.Upsampling;

import org.scijava.ItemVisibility;
import org.scijava.plugin.Parameter;

/** The settings that all class activation maps share, see {@link CamSettings}. */
abstract class ActivationMapCommand extends ExplainCommand {

	@Parameter(label = "ReLU", persist = false, description = "Drop negative evidence.")
	private boolean relu = reluByDefault();

	@Parameter(label = "Upsampling", persist = false, choices = { "nearest", "bilinear", "bicubic", "guided" },
		description = "How the layer's map becomes as fine as the image; guided follows the image's edges, with detail that the " +
			"network did not give.")
	private String upsampling = "bilinear";

	@Parameter(label = "Eigen smoothing", persist = false,
		description = "Show the first principal component of the weighted channels instead of their sum: less noise.")
	private boolean eigensmooth;

	@Parameter(label = "Augmentation smoothing", persist = false,
		description = "Average the scaled maps of the image and its mirror image, each also darker and brighter by a tenth.")
	private boolean augsmooth;

	@Parameter(label = "SmoothGrad samples", persist = false, min = "0", max = "10000",
		visibility = ItemVisibility.INVISIBLE,
		description = "Average over so many noisy copies of the image; 0 for the image alone.")
	private int smooth;

	@Parameter(label = "SmoothGrad noise", persist = false, min = "0", max = "1", stepSize = "0.05",
		visibility = ItemVisibility.INVISIBLE,
		description = "Standard deviation of the noise, as a fraction of the input's range.")
	private double noise = SmoothGrad.NOISE;

	@Parameter(label = "Upsample raw map", persist = false, visibility = ItemVisibility.INVISIBLE,
		description = "Give the raw map on the input's grid instead of the layer's.")
	private boolean upsample;

	/** Whether negative evidence is dropped unless chosen otherwise. */
	protected boolean reluByDefault() {
		return true;
	}

	/** The layer setting, of methods that have one. */
	protected String layers() {
		return AUTO;
	}

	/** The method with its settings, without what smoothes by repeating it. */
	protected abstract Explainer explainer(CamSettings settings);

	@Override
	protected final Explainer explainer() {
		final Explainer one = explainer(new CamSettings(layers(), relu, upsample, eigensmooth, Upsampling.parse(upsampling)));
		final Explainer augmented = augsmooth ? new AugmentationSmoothing(one) : one;
		return smooth == 0 ? augmented : new SmoothGrad(augmented, smooth, noise, SmoothGrad.Statistic.MEAN, 0, 0);
	}
}
