package io.glassbox.method;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.ChannelReduction;
import io.glassbox.explain.Target;
import io.glassbox.graph.Tensor;

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

	private static Tensor magnitudes(final Tensor raw) {
		final float[] v = raw.floats().clone();
		for (int i = 0; i < v.length; i++)
			v[i] = Math.abs(v[i]);
		return Tensor.of(v, raw.shape());
	}
}
