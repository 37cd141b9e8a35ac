package io.glassbox.explain;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;

import java.util.List;

/**
 * Answers which parts of an input made a network give the score it gave.
 * <p>
 * An explainer is a small class whose fields are its settings. It knows neither images nor windows, so
 * it runs in a unit test. It leaves model and inputs as they were.
 * </p>
 */
@FunctionalInterface
public interface Explainer {

	/**
	 * Explains one sample.
	 *
	 * @param model the network; what the explainer needs of it beyond scoring is stated by the explainer
	 * @param inputs one tensor per input of the network, batch first with one sample, already
	 *          preprocessed; the first is the one explained unless the explainer says otherwise
	 * @param target what is explained
	 * @param progress told how far the work is, asked whether to go on
	 * @return the attribution, on the grid of the explained input
	 * @throws GlassboxException if the method does not work for this network, layer or target
	 * @throws java.util.concurrent.CancellationException if {@code progress} was cancelled
	 */
	Attribution explain(Model model, List<Tensor> inputs, Target target, Progress progress);
}
