package io.glassbox.method;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.DenseScores;
import io.glassbox.explain.DetectorModel;
import io.glassbox.explain.Elements;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.PartProgress;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A map averaged over views of the image that show the same: itself and its mirror image, each multiplied by 1, 0.9 and 1.1.
 * <p>
 * What pytorch-grad-cam calls augmentation smoothing. It is the network's input that is multiplied, after normalisation. Each
 * map is turned back and scaled on the input's grid, to reach from 0 to 1 or, with negative evidence, so that its largest magnitude
 * is 1, before the mean is taken; so the result has no unit. The target is what it was for the image itself; the region of a
 * segmentation is mirrored with the image; boxes of a network that detects cannot be, and are refused. All inputs that are images are altered, others are not.
 * </p>
 *
 * @param inner the method whose maps are averaged
 */
record AugmentationSmoothing(Explainer inner) implements Explainer {

	/** The image itself first: its target is that of all. */
	private static final float[] FACTORS = { 1, 0.9f, 1.1f };

	@Override
	public Attribution explain(final Model model, final List<Tensor> inputs, final Target target,
		final Progress progress)
	{
		if (model instanceof DetectorModel) throw new GlassboxException(
			"Augmentation smoothing mirrors the image, where a network that detects has other boxes; choose augsmooth=false.");
		Attribution first = null;
		Tensor sum = null;
		final int views = 2 * FACTORS.length;
		for (int i = 0; i < views; i++) {
			progress.check();
			final boolean mirrored = i >= FACTORS.length;
			final Target same = first == null ? target : InputGradient.settled(seen(first.target(), mirrored));
			final Attribution a = inner.explain(model, view(inputs, mirrored, FACTORS[i % FACTORS.length]), same,
				new PartProgress(progress, i, views));
			if (first == null) first = a;
			final Tensor map = ActivationMap.scaled(a.map(), a.signed());
			sum = sum(sum, mirrored ? mirrored(map) : map, views);
		}
		final Map<String, String> facts = new LinkedHashMap<>(first.facts());
		facts.put("augmentation smoothing", "mean of " + views + " scaled maps: mirrored or not, times 1, 0.9, 1.1");
		final int[] shape = Elements.picture(inputs).shape();
		shape[1] = 1;
		return new Attribution(sum.reshape(shape), sum, first.signed(), first.target(), first.output(), facts);
	}

	private static List<Tensor> view(final List<Tensor> inputs, final boolean mirrored, final float factor) {
		final List<Tensor> view = new ArrayList<>();
		for (final Tensor t : inputs) {
			if (!t.isFloat() || t.rank() < 4) view.add(t);
			else view.add(times(mirrored ? mirrored(t) : t, factor));
		}
		return view;
	}

	private static Target.Resolved seen(final Target.Resolved target, final boolean mirrored) {
		return mirrored && DenseScores.are(target.seed()) ? new Target.Resolved(target.description(), target.score(), mirrored(
			target.seed())) : target;
	}

	private static Tensor times(final Tensor t, final float factor) {
		if (factor == 1) return t;
		final float[] v = t.floats().clone();
		for (int i = 0; i < v.length; i++)
			v[i] *= factor;
		return Tensor.of(v, t.shape());
	}

	/** Right and left changed: along the last axis. */
	private static Tensor mirrored(final Tensor t) {
		final int width = t.size(t.rank() - 1);
		final float[] v = new float[t.length()];
		for (int i = 0; i < v.length; i++)
			v[i] = t.floats()[i - i % width + width - 1 - i % width];
		return Tensor.of(v, t.shape());
	}

	private static Tensor sum(final Tensor sum, final Tensor map, final int parts) {
		final float[] v = sum == null ? new float[map.length()] : sum.floats();
		for (int i = 0; i < v.length; i++)
			v[i] += map.floats()[i] / parts;
		return Tensor.of(v, map.shape());
	}
}
