package io.glassbox.method;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.ChannelReduction;
import io.glassbox.explain.Elements;
import io.glassbox.explain.Target;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What all methods that attribute to the elements of the input share. */
final class InputMap {

	private InputMap() {}

	/**
	 * The answer of such a method.
	 *
	 * @param raw one value for each element of the input, shaped like it
	 * @param absolute whether magnitudes are taken, before channels are joined
	 */
	static Attribution of(final Tensor raw, final boolean absolute, final ChannelReduction channels,
		final Target.Resolved target, final Tensor output, final Map<String, String> facts)
	{
		final Tensor shown = absolute ? magnitudes(raw) : raw;
		return new Attribution(shown, channels.of(shown), !absolute && channels.keepsSign(), target, output, facts);
	}

	/**
	 * The answer of a method that attributes to the elements of several inputs: one of them is drawn, the others are given
	 * beside it.
	 *
	 * @param raw one value for each element
	 */
	static Attribution of(final Elements elements, final float[] raw, final Model model, final boolean absolute,
		final ChannelReduction channels, final Target.Resolved target, final Tensor output, final Map<String, String> facts)
	{
		final List<Tensor> parts = elements.split(raw);
		final int drawn = elements.drawn();
		if (parts.size() == 1) return of(parts.get(0), absolute, channels, target, output, facts);
		final Map<String, Tensor> others = new LinkedHashMap<>();
		for (int k = 0; k < parts.size(); k++)
			if (k != drawn) others.put(elements.names(model).get(k), absolute ? magnitudes(parts.get(k)) : parts.get(k));
		final Attribution one = of(parts.get(drawn), absolute, channels, target, output, facts);
		return new Attribution(one.raw(), one.map(), one.signed(), target, output, others, facts);
	}

	private static Tensor magnitudes(final Tensor raw) {
		final float[] v = raw.floats().clone();
		for (int i = 0; i < v.length; i++)
			v[i] = Math.abs(v[i]);
		return Tensor.of(v, raw.shape());
	}
}
