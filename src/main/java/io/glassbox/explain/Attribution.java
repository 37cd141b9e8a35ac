package io.glassbox.explain;

import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The answer of an explainer: how much each place of the input spoke for (or against) the target.
 *
 * @param raw the values exactly as computed, before any scaling for display. For methods that attribute
 *          to the input: one value per input element, channels kept. For CAM methods: 1 x 1 x the
 *          layer's own spatial extents, or the input's if the method was asked to upsample.
 * @param map one value per place of the explained input: [height, width] or [depth, height, width] of
 *          the network's input
 * @param signed whether negative values mean evidence against the target; if not, all are at least 0
 * @param target what was explained, with its score
 * @param output the network's first output for this input, 1 x classes
 * @param others what the other inputs of the network spoke, by their names, shaped like them: a vector of clinical values, a
 *          second view; empty of methods that explain one input only
 * @param error the standard error of the map, shaped like it, of methods that sample and know it
 * @param features what each feature contributed, of methods that attribute to segments
 * @param scores the target's score of each altered copy, in the order in which they were scored, of methods that score such
 * @param facts what the method has to tell beside its settings, in order: the layer it used, the
 *          completeness gap …
 */
public record Attribution(Tensor raw, Tensor map, boolean signed, Target.Resolved target, Tensor output,
	Map<String, Tensor> others, Optional<Tensor> error, Optional<FeatureValues> features,
	Optional<double[]> scores, Map<String, String> facts)
{

	/** Of one input. */
	public Attribution(final Tensor raw, final Tensor map, final boolean signed, final Target.Resolved target,
		final Tensor output, final Map<String, String> facts)
	{
		this(raw, map, signed, target, output, Map.of(), facts);
	}

	/** Of several inputs, without an error. */
	public Attribution(final Tensor raw, final Tensor map, final boolean signed, final Target.Resolved target,
		final Tensor output, final Map<String, Tensor> others, final Map<String, String> facts)
	{
		this(raw, map, signed, target, output, others, Optional.empty(), Optional.empty(), Optional.empty(), facts);
	}

	public Attribution {
		others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
		facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
		if (map.rank() != 2 && map.rank() != 3) throw new IllegalArgumentException("A map has 2 or 3 axes, found " +
			map);
		if (error.isPresent() && !Arrays.equals(error.get().shape(), map.shape())) throw new IllegalArgumentException(
			"A standard error is shaped like the map, found " + error.get() + " and " + map);
	}

	/** The same with another answer to whether negative values speak against the target. */
	public Attribution signed(final boolean isSigned) {
		return new Attribution(raw, map, isSigned, target, output, others, error, features, scores, facts);
	}

	/** The same with a standard error. */
	public Attribution withError(final Optional<Tensor> known) {
		return new Attribution(raw, map, signed, target, output, others, known, features, scores, facts);
	}

	/** The standard error as a map of its own, which has no sign and no features; empty where it is not known. */
	public Optional<Attribution> errorMap() {
		return error.map(e -> new Attribution(raw, e, false, target, output, facts));
	}

	/** The same with what each feature contributed. */
	public Attribution withFeatures(final FeatureValues known) {
		return new Attribution(raw, map, signed, target, output, others, error, Optional.of(known), scores, facts);
	}

	/** The same with the scores of the copies it was made of. */
	public Attribution withScores(final double[] known) {
		return new Attribution(raw, map, signed, target, output, others, error, features, Optional.of(known), facts);
	}

	/** The same with other maps on another grid of the same places, or in another order of axes. */
	public Attribution onGrid(final UnaryOperator<Tensor> grid) {
		return new Attribution(raw, grid.apply(map), signed, target, output, others, error.map(grid), features.map(
			f -> f.onGrid(grid)), scores, facts);
	}

	/**
	 * What each input contributed to all there is, as a fraction of the sum of all magnitudes, by the inputs' names; the one that
	 * is drawn is {@code the image}. Empty if one input alone was explained.
	 */
	public Map<String, Double> shares() {
		final Map<String, Double> shares = new LinkedHashMap<>();
		if (others.isEmpty()) return shares;
		if (features.isPresent()) return sharesOfFeatures(features.get());
		final double all = magnitude(raw) + others.values().stream().mapToDouble(Attribution::magnitude).sum();
		shares.put("the image", all == 0 ? 0 : magnitude(raw) / all);
		others.forEach((name, t) -> shares.put(name, all == 0 ? 0 : magnitude(t) / all));
		return shares;
	}

	/** A segment counts once, however many pixels bear its value. */
	private Map<String, Double> sharesOfFeatures(final FeatureValues known) {
		final Map<String, Double> shares = new LinkedHashMap<>();
		shares.put("the image", known.shareOfSegments());
		int from = known.segments();
		for (final Map.Entry<String, Tensor> other : others.entrySet()) {
			final int to = from + Elements.features(other.getValue());
			shares.put(other.getKey(), known.share(from, to));
			from = to;
		}
		return shares;
	}

	private static double magnitude(final Tensor t) {
		double sum = 0;
		for (final float v : t.floats())
			sum += Math.abs(v);
		return sum;
	}

	/** What the method has to tell, and the shares of the inputs, as texts for people. */
	public Map<String, String> told() {
		final Map<String, String> told = new LinkedHashMap<>(facts);
		shares().forEach((name, share) -> told.put("share of " + name, String.format(Locale.ROOT, "%.3g %%", 100 * share)));
		return told;
	}

	/** Spatial extents of the map, height before width. */
	public List<Integer> extents() {
		return Arrays.stream(map.shape()).boxed().toList();
	}
}
