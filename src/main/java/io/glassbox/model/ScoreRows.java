package io.glassbox.model;

import io.glassbox.graph.FunctionModel;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;

import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;

/** What people's own functions get and give: images as arrays of numbers, and rows of scores. */
final class ScoreRows {

	private ScoreRows() {}

	/**
	 * A function as a model.
	 *
	 * @param size of the images, [depth,] height, width, 0 where it is open; empty if it is not known
	 */
	static Model model(final List<Integer> size, final UnaryOperator<List<Tensor>> function) {
		final int[] shape = new int[size.size() == 3 ? 5 : 4];
		Arrays.fill(shape, Port.ANY);
		for (int a = 0; a < size.size(); a++)
			if (size.get(a) > 0) shape[2 + a] = size.get(a);
		return new FunctionModel(List.of(new Port("images", shape)), function);
	}

	/** The values of each image, channels x [depth x] height x width, one after another. */
	static float[][] images(final Tensor batch) {
		final int samples = batch.size(0);
		final int each = batch.length() / samples;
		final float[][] rows = new float[samples][];
		Arrays.setAll(rows, i -> Arrays.copyOfRange(batch.floats(), i * each, (i + 1) * each));
		return rows;
	}

	/**
	 * Rows of numbers as a tensor, samples x classes.
	 *
	 * @param scores an array or collection, of numbers or of rows of numbers; or a tensor, which is taken as it is
	 * @param who gave them, for people
	 * @param expected what they were to be, for people: {@code ; it is to give …}
	 * @throws GlassboxException if they are not as many rows of numbers as there are samples, all as long
	 */
	static Tensor of(final Object scores, final int samples, final String who, final String expected) {
		if (scores instanceof Tensor t) return t;
		final Object[] rows = elements(scores);
		if (rows == null || rows.length != samples) throw wrong(scores, samples, who, expected);
		float[] all = null;
		int classes = 0;
		for (int i = 0; i < samples; i++) {
			final Object[] row = rows[i] instanceof Number ? new Object[] { rows[i] } : elements(rows[i]);
			if (row == null || row.length == 0 || all != null && row.length != classes) throw wrong(scores, samples, who, expected);
			if (all == null) all = new float[samples * (classes = row.length)];
			for (int k = 0; k < classes; k++) {
				if (!(row[k] instanceof Number n)) throw wrong(scores, samples, who, expected);
				all[i * classes + k] = n.floatValue();
			}
		}
		return Tensor.of(all, samples, classes);
	}

	private static GlassboxException wrong(final Object scores, final int samples, final String who, final String expected) {
		final Object[] rows = elements(scores);
		final String given = scores == null ? "nothing" : rows == null ? scores.getClass().getSimpleName() : rows.length + " rows: " +
			Arrays.deepToString(rows).replaceAll("(?s)(.{80}).*", "$1…");
		return new GlassboxException(who + " answered " + given + " to " + samples + " images" + expected + ".");
	}

	/** Of an array of anything, or a collection; null if it is neither. */
	private static Object[] elements(final Object list) {
		if (list instanceof Collection<?> c) return c.toArray();
		if (list == null || !list.getClass().isArray()) return null;
		final Object[] elements = new Object[Array.getLength(list)];
		for (int i = 0; i < elements.length; i++)
			elements[i] = Array.get(list, i);
		return elements;
	}
}
