package io.glassbox.explain;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;

import java.util.Locale;

/**
 * How far a Gaussian blur reaches: its standard deviation, in pixels of the network's input or as a fraction of the input's
 * longest side.
 *
 * @param value pixels, or a fraction: 0.1 is a tenth of the longest side
 * @param relative whether it is a fraction
 */
public record Sigma(double value, boolean relative) {

	public Sigma {
		if (!(value > 0) || Double.isInfinite(value)) throw new GlassboxException("The sigma of a blur is above 0, found " +
			value + ".");
	}

	public static Sigma pixels(final double value) {
		return new Sigma(value, false);
	}

	public static Sigma fraction(final double value) {
		return new Sigma(value, true);
	}

	/**
	 * Reads what people write: {@code 5} for pixels, {@code 10%} of the longest side.
	 *
	 * @throws GlassboxException if it is neither, or not above 0
	 */
	public static Sigma parse(final String text) {
		final String t = text.trim();
		final boolean percent = t.endsWith("%");
		try {
			final double number = Double.parseDouble(percent ? t.substring(0, t.length() - 1) : t);
			return percent ? fraction(number / 100) : pixels(number);
		}
		catch (final NumberFormatException e) {
			throw new GlassboxException("The sigma of a blur is a number of pixels, '5', or a part of the longest side, '10%'; found '" +
				t + "'.", e);
		}
	}

	/**
	 * In pixels of an input.
	 *
	 * @param input batch x channels x spatial extents
	 * @throws GlassboxException if it has no spatial extents
	 */
	public double of(final Tensor input) {
		GaussianBlur.requireSpace(input);
		int longest = 1;
		for (int axis = 2; axis < input.rank(); axis++)
			longest = Math.max(longest, input.size(axis));
		return relative ? value * longest : value;
	}

	@Override
	public String toString() {
		return relative ? String.format(Locale.ROOT, "%.4g%%", 100 * value) : String.format(Locale.ROOT, "%.4g", value);
	}
}
