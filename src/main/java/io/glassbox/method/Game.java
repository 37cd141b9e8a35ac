package io.glassbox.method;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.ChannelReduction;
import io.glassbox.explain.Elements;
import io.glassbox.explain.FeatureValues;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.perturb.Absence;
import io.glassbox.perturb.AbsentPlaces;
import io.glassbox.perturb.Coalitions;
import io.glassbox.perturb.FeatureCopies;
import io.glassbox.perturb.Features;
import io.glassbox.perturb.Perturbation;
import io.glassbox.perturb.ScoreLog;
import io.glassbox.perturb.Segmentation;
import io.glassbox.perturb.Segments;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The game whose players are features: segments of the image and single values of the other inputs. A coalition is worth the
 * score of the copy that has its features, all others being absent.
 *
 * @param absent what elements are that are gone
 * @param output the network's first output for the sample itself
 * @param scorer scores coalitions
 * @param log keeps their scores
 */
record Game(Model model, List<Tensor> inputs, Segments segments, Features features, AbsentPlaces absent, Tensor output,
	List<Target.Resolved> targets, Perturbation scorer, ScoreLog log)
{

	/**
	 * @throws GlassboxException if the first input with floats is no image, or the segments do not fit it
	 */
	static Game of(final Model model, final List<Tensor> inputs, final Segmentation segmentation, final Absence absence,
		final List<Target> targets)
	{
		final Tensor picture = Elements.image(inputs, "Segments are of");
		final Tensor output = model.score(inputs).get(0);
		final List<Target.Resolved> resolved = targets.stream().map(t -> t.resolve(output)).toList();
		final Segments segments = segmentation.of(picture);
		final Features features = Features.of(inputs, segments);
		final AbsentPlaces absent = AbsentPlaces.of(absence, features.elements(), segments, model.inputs().stream().map(Port::name)
			.toList());
		final ScoreLog log = new ScoreLog();
		return new Game(model, inputs, segments, features, absent, output, resolved, new Perturbation(model, inputs, resolved, log), log);
	}

	int players() {
		return features.count();
	}

	/** What people call another image, {@code prior}, or a value of another input, {@code clinical [2]}; empty of a segment, which has no name but its rank. */
	Optional<String> name(final int feature) {
		int element = feature - segments.count();
		for (final int i : features.elements().explained()) {
			if (element < 0) return Optional.empty();
			if (inputs.get(i) == Elements.picture(inputs)) continue;
			final int length = Elements.features(inputs.get(i));
			if (element < length) return Optional.of(model.inputs().get(i).name() + (length == 1 ? "" : " [" + element + "]"));
			element -= length;
		}
		return Optional.empty();
	}

	/** Scores coalitions number 0 to {@code count} - 1, see {@link Perturbation#run}. */
	void play(final int count, final Coalitions coalitions, final Progress progress, final String status,
		final Perturbation.Receiver receiver)
	{
		score(count, new FeatureCopies(features, absent, coalitions), progress, status, receiver);
	}

	/** Scores copies from which other parts than features are gone. */
	void score(final int count, final Perturbation.Copies copies, final Progress progress, final String status,
		final Perturbation.Receiver receiver)
	{
		scorer.run(count, copies, progress, status, receiver);
	}

	/**
	 * What features contributed as an attribution: every pixel bears the value of its segment.
	 *
	 * @param target its number
	 * @param values one for each feature
	 * @param errors their standard errors, if they are known
	 */
	Attribution attribution(final int target, final double[] values, final Optional<double[]> errors,
		final boolean absolute, final Map<String, String> facts)
	{
		final FeatureValues found = new FeatureValues(labels(), values, errors);
		return InputMap.of(features.elements(), features.spread(values), model, absolute, ChannelReduction.MEAN, targets.get(
			target), output, facts).withFeatures(found).withError(errors.map(segments::painted))
			.withScores(log.of(target));
	}

	/**
	 * What elements contributed as an attribution: a pixel's channels add up to its value.
	 *
	 * @param values one for each element
	 */
	Attribution attribution(final int target, final double[] values, final boolean absolute,
		final Map<String, String> facts)
	{
		final float[] raw = new float[values.length];
		for (int k = 0; k < raw.length; k++)
			raw[k] = (float) values[k];
		return InputMap.of(features.elements(), raw, model, absolute, ChannelReduction.SUM, targets.get(target), output, facts)
			.withScores(log.of(target));
	}

	private Tensor labels() {
		return segments.painted(IntStream.range(0, segments.count()).asDoubleStream().toArray());
	}
}
