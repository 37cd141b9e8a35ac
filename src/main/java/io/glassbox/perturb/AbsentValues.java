package io.glassbox.perturb;

import io.glassbox.explain.Baseline;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What values beside an image are that are absent: clinical ones, say. Nothing about the sample itself tells, as the mean of an image
 * does; it is 0, or what a person says, the means of the patients the network was trained on, best.
 *
 * @param all of every input that is not named
 * @param named by the names of inputs: a value for each element, or one for all
 */
public record AbsentValues(double all, Map<String, List<Double>> named) {

	public static final AbsentValues ZERO = new AbsentValues(0, Map.of());

	/**
	 * As people write them: {@code 0}, or {@code clinical=60, 0, 1; dose=0.5}.
	 *
	 * @throws GlassboxException if these are no numbers
	 */
	public static AbsentValues parse(final String text) {
		double all = 0;
		final Map<String, List<Double>> named = new LinkedHashMap<>();
		for (final String part : text.split(";")) {
			if (part.isBlank()) continue;
			final int equals = part.indexOf('=');
			final List<Double> values = Baseline.numbers("absent", part.substring(equals + 1));
			if (equals >= 0) named.put(part.substring(0, equals).trim(), values);
			else if (values.size() == 1) all = values.get(0);
			else throw new GlassboxException("Of which input are the absent values '" + part.trim() +
				"'? Name it, 'clinical=60, 0, 1'; one number, '0', is of all.");
		}
		return new AbsentValues(all, named);
	}

	/**
	 * @param inputs names of those there are that are no images
	 * @throws GlassboxException if one that is named is none of them
	 */
	void requireKnown(final List<String> inputs) {
		for (final String name : named.keySet())
			if (!inputs.contains(name)) throw new GlassboxException("There are absent values of '" + name + "', but " + (inputs.isEmpty()
				? "the network takes no values beside images." : "the inputs of values are " + String.join(", ", inputs) + ".") +
				" Images are absent as the baseline says.");
	}

	/**
	 * @param input its name
	 * @param value as it is in the sample
	 * @return shaped like it
	 * @throws GlassboxException if there are more or fewer values than the input has
	 */
	Tensor of(final String input, final Tensor value) {
		final List<Double> given = named.getOrDefault(input, List.of(all));
		if (given.size() != 1 && given.size() != value.length()) throw new GlassboxException("The input '" + input + "' has " + value
			.length() + " values, found " + given.size() + " absent ones: give one for each, or one for all.");
		final float[] values = new float[value.length()];
		for (int k = 0; k < values.length; k++)
			values[k] = given.get(given.size() == 1 ? 0 : k).floatValue();
		return Tensor.of(values, value.shape());
	}
}
