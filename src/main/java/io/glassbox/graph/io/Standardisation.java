package io.glassbox.graph.io;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Node;
import io.glassbox.graph.Tensor;

import java.util.Optional;

/**
 * Batch normalisation of constants by their own mean and variance, worked out once.
 * <p>
 * Networks without normalisation of what they see standardise the weights of each filter instead, each time they use them
 * (Brock et al. 2021, NF-ResNet). Exporters write that as a BatchNormalization in training mode whose channels are the filters.
 * </p>
 */
final class Standardisation {

	private Standardisation() {}

	/**
	 * What the node makes.
	 *
	 * @return empty if an operand is computed
	 */
	static Optional<Tensor> of(final Node n, final Draft draft) {
		final Tensor x = draft.constant(n.input(0)).orElse(null);
		final Tensor scale = draft.constant(n.input(1)).orElse(null);
		final Tensor shift = draft.constant(n.input(2)).orElse(null);
		if (x == null || scale == null || shift == null) return Optional.empty();
		if (x.rank() < 2 || x.length() == 0 || scale.length() != x.size(1) || shift.length() != x.size(1))
			throw new GlassboxException("The BatchNormalization '" + n.label() + "' of constants has " + scale.length() +
				" scales and " + shift.length() + " shifts for constants of shape " + x + ". The file is damaged, export it again.");
		return Optional.of(standardised(x, scale.floats(), shift.floats(), n.op().attributes().number("epsilon", 1e-5f)));
	}

	private static Tensor standardised(final Tensor x, final float[] scale, final float[] shift, final double epsilon) {
		final int channels = x.size(1);
		final int run = x.length() / x.size(0) / channels;
		final float[] from = x.floats();
		final float[] to = new float[from.length];
		for (int c = 0; c < channels; c++) {
			double sum = 0;
			for (int at = c * run; at < from.length; at += channels * run)
				for (int i = at; i < at + run; i++)
					sum += from[i];
			final double mean = sum * channels / from.length;
			double squares = 0;
			for (int at = c * run; at < from.length; at += channels * run)
				for (int i = at; i < at + run; i++)
					squares += (from[i] - mean) * (from[i] - mean);
			final double factor = scale[c] / Math.sqrt(squares * channels / from.length + epsilon);
			for (int at = c * run; at < from.length; at += channels * run)
				for (int i = at; i < at + run; i++)
					to[i] = (float) ((from[i] - mean) * factor + shift[c]);
		}
		return Tensor.of(to, x.shape());
	}
}
