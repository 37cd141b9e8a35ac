package io.glassbox.rule;

import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.Optional;

/**
 * What a batch normalisation does to each channel in inference: multiply by a factor, add a summand.
 *
 * @param factor gamma / sqrt(variance + epsilon)
 * @param summand beta - mean factor
 */
record ChannelScaling(double[] factor, double[] summand) {

	/** Empty if a parameter is computed, if it normalises by its own input, or if the numbers leave what floats hold. */
	static Optional<ChannelScaling> of(final Node norm, final Network network) {
		if (norm.op().attributes().integer("training_mode", 0) != 0 || norm.outputs().stream().skip(1).anyMatch(v -> !v
			.isEmpty())) return Optional.empty();
		final Tensor[] p = new Tensor[4];
		for (int i = 0; i < p.length; i++) {
			p[i] = network.constant(norm.input(i + 1)).orElse(null);
			if (p[i] == null || !p[i].isFloat() || p[i].length() != p[0].length()) return Optional.empty();
		}
		final double epsilon = norm.op().attributes().number("epsilon", 1e-5f);
		final double[] factor = new double[p[0].length()];
		final double[] summand = new double[factor.length];
		for (int c = 0; c < factor.length; c++) {
			factor[c] = p[0].floats()[c] / Math.sqrt(p[3].floats()[c] + epsilon);
			summand[c] = p[1].floats()[c] - p[2].floats()[c] * factor[c];
		}
		final boolean finite = Arrays.stream(factor).allMatch(Double::isFinite) && Arrays.stream(summand).allMatch(
			Double::isFinite);
		return finite ? Optional.of(new ChannelScaling(factor, summand)) : Optional.empty();
	}

	boolean fits(final LinearLayer layer) {
		return factor.length == layer.channels();
	}

	/** What comes of a number per channel. */
	float[] of(final double[] values) {
		final float[] scaled = new float[values.length];
		for (int c = 0; c < scaled.length; c++)
			scaled[c] = (float) (values[c] * factor[c] + summand[c]);
		return scaled;
	}
}
