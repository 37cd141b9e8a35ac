package io.glassbox.method;

import io.glassbox.explain.Elements;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.SpatialLayers;
import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.List;

/**
 * The tokens of a vision transformer, laid out as the grid of patches they came from.
 * <p>
 * Tokens come row by row, behind one or two that stand for no place: the class token and, in DeiT, the distillation token.
 * The grid is the one whose proportions are the input's.
 * </p>
 */
final class TokenGrid {

	/** A class token and a distillation token, or four registers besides. */
	private static final int MOST_EXTRA = 5;

	private TokenGrid() {}

	/** Whether a value is a list of tokens of an image, 1 x tokens x channels. */
	static boolean holds(final Model model, final List<Tensor> inputs, final String value) {
		final int[] shape = model.shapes(inputs).get(value);
		return shape != null && shape.length == 3 && shape[0] == 1 && Elements.picture(inputs).rank() == 4 && SpatialLayers.channelAxis(
			model.network(), model.shapes(inputs), value) == 2;
	}

	/**
	 * What a layer gives, with its tokens laid out if it has any.
	 *
	 * @param t of the layer, or the derivative by it
	 * @return 1 x channels x spatial extents; the same tensor if it holds no tokens
	 */
	static Tensor unfolded(final Model model, final List<Tensor> inputs, final String value, final Tensor t) {
		return t.rank() == 3 && holds(model, inputs, value) ? unfolded(t, Elements.picture(inputs)) : t;
	}

	/**
	 * @param tokens 1 x tokens x channels
	 * @param input the network's input, 1 x channels x spatial extents
	 * @return 1 x channels x rows x columns
	 * @throws GlassboxException if the number of tokens fits no grid of the input's proportions
	 */
	static Tensor unfolded(final Tensor tokens, final Tensor input) {
		final int height = input.size(2);
		final int width = input.size(3);
		for (int extra = 0; extra <= MOST_EXTRA && extra < tokens.size(1); extra++) {
			final int places = tokens.size(1) - extra;
			final int rows = (int) Math.round(Math.sqrt((double) places * height / width));
			if (rows > 0 && places % rows == 0 && (long) rows * width == (long) places / rows * height) return laidOut(tokens,
				extra, rows, places / rows);
		}
		throw new GlassboxException("The layer has " + tokens.size(1) + " tokens (its output is " + Arrays.toString(tokens
			.shape()) + "), which make no grid of the proportions of the input, " + height + " x " + width +
			", with up to " + MOST_EXTRA + " tokens beside; choose another layer.");
	}

	private static Tensor laidOut(final Tensor tokens, final int extra, final int rows, final int columns) {
		final int channels = tokens.size(2);
		final float[] out = new float[channels * rows * columns];
		for (int i = 0; i < rows * columns; i++)
			for (int k = 0; k < channels; k++)
				out[k * rows * columns + i] = tokens.floats()[(i + extra) * channels + k];
		return Tensor.of(out, 1, channels, rows, columns);
	}
}
