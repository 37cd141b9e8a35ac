package io.glassbox.perturb;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;

import java.util.List;

/** A method whose altered copies serve several targets at once: explaining five classes costs the passes of one. */
public interface SharedSamples extends Explainer {

	/**
	 * Explains one sample for several targets, as {@link #explain(Model, List, Target, Progress)} does for each.
	 *
	 * @return an attribution for each target, in their order
	 */
	List<Attribution> explain(Model model, List<Tensor> inputs, List<Target> targets, Progress progress);

	@Override
	default Attribution explain(final Model model, final List<Tensor> inputs, final Target target,
		final Progress progress)
	{
		return explain(model, inputs, List.of(target), progress).get(0);
	}
}
