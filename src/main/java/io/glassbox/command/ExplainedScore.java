package io.glassbox.command;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.DenseScores;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.PartProgress;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.FinalActivation;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;
import io.glassbox.model.ModelDescription;
import io.glassbox.perturb.SharedSamples;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Which number of a class an explanation is about: the logit, before any softmax or sigmoid, or the probability after it.
 * <p>
 * The logit is what papers explain, and the default: a probability near 1 hardly moves whatever the picture shows, and with a
 * softmax it also tells of the other classes. For the probability the activation becomes part of the network, so that every
 * method follows it along its whole path instead of at one point.
 * </p>
 */
public final class ExplainedScore {

	private final Model model;
	private final ModelDescription description;
	private final boolean probability;

	/** @param model as it is in its file, whatever it ends in */
	public ExplainedScore(final Model model, final ModelDescription description, final boolean probability) {
		this.model = model;
		this.description = description;
		this.probability = probability;
	}

	/**
	 * An explanation, and what the network says, as logits.
	 *
	 * @param logits the first output for the one sample, before a softmax or sigmoid
	 */
	public record Result(Attribution attribution, Tensor logits) {}

	/** Explains the target, stated of either, see {@link #explainAll}. */
	public Result explain(final Explainer explainer, final List<Tensor> inputs, final Target target,
		final Progress progress)
	{
		return explainAll(explainer, inputs, List.of(target), progress).get(0);
	}

	/**
	 * Explains several targets, stated of either; methods whose samples serve all of them take them once.
	 *
	 * @return an explanation for each target, in their order
	 * @throws GlassboxException if the probability is asked of a network that gives logits and is not read as a graph, or of one
	 *           that gives no scores of classes
	 */
	public List<Result> explainAll(final Explainer explainer, final List<Tensor> inputs, final List<Target> targets,
		final Progress progress)
	{
		if (!probability) return attributions(explainer, model.logits(), inputs, targets, progress).stream().map(a -> new Result(a, a
			.output())).toList();
		final Tensor logits = model.logits().score(inputs).get(0);
		final List<Target> ofProbabilities = targets.stream().<Target> map(t -> output -> ofProbability(t, output)).toList();
		return attributions(explainer, probabilities(logits), inputs, ofProbabilities, progress).stream().map(a -> new Result(a,
			logits)).toList();
	}

	/** Of a model as it is; methods whose samples serve all targets take them once. */
	static List<Attribution> attributions(final Explainer explainer, final Model model, final List<Tensor> inputs,
		final List<Target> targets, final Progress progress)
	{
		if (targets.size() > 1 && explainer instanceof SharedSamples shared) return shared.explain(model, inputs, targets, progress);
		return IntStream.range(0, targets.size()).mapToObj(i -> explainer.explain(model, inputs, targets.get(i), targets.size() == 1
			? progress : new PartProgress(progress, i, targets.size()))).toList();
	}

	private Model probabilities(final Tensor logits) {
		return switch (Prediction.Scale.of(model, description, Predictor.classes(logits))) {
			case SOFTMAX -> model.ending(FinalActivation.SOFTMAX);
			case SIGMOID -> model.ending(FinalActivation.SIGMOID);
			case VALUE -> throw new GlassboxException("Probabilities were asked for, but the description says that the network gives " +
				"values, no scores of classes; use score=logit.");
			default -> model;
		};
	}

	/** A place is predicted to be of a network's only class above one half, where the logit is above 0. */
	private static Target.Resolved ofProbability(final Target target, final Tensor output) {
		final boolean halved = DenseScores.are(output) && output.size(1) == 1;
		final Target.Resolved r = target.resolve(halved ? lessOneHalf(output) : output);
		final String what = "probability of " + r.description();
		return new Target.Resolved(what, halved ? dot(r.seed(), output) : r.score(), r.seed());
	}

	private static Tensor lessOneHalf(final Tensor output) {
		final float[] less = output.floats().clone();
		for (int i = 0; i < less.length; i++)
			less[i] -= 0.5f;
		return Tensor.of(less, output.shape());
	}

	/** The target's score, which is a linear function of the output. */
	private static double dot(final Tensor seed, final Tensor output) {
		double sum = 0;
		for (int i = 0; i < output.length(); i++)
			sum += (double) seed.floats()[i] * output.floats()[i];
		return sum;
	}
}
