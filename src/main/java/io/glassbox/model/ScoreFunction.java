package io.glassbox.model;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;

import java.util.List;

/**
 * What answers for a network that lives elsewhere: a function from images to scores, as a lambda or a closure of a script.
 * <p>
 * It may be called from several threads, but from one at a time for each explanation.
 * </p>
 */
@FunctionalInterface
public interface ScoreFunction {

	/**
	 * Scores some images.
	 *
	 * @param images the values of each, channels x [depth x] height x width, one after another, as the network would get them
	 * @param shape images, channels, [depth,] height, width
	 * @return an array or a list with as many rows as there are images, each an array or a list of numbers, one for each class;
	 *         or one number for each image
	 */
	Object scores(float[][] images, int[] shape);

	/**
	 * It as a model, opaque: methods that only score explain it.
	 *
	 * @param size of the images it takes, [depth,] height, width, 0 where it is open; empty for any
	 * @return a model that throws a {@link GlassboxException} when it scores, if the function answers with anything else than it should
	 */
	default Model model(final List<Integer> size) {
		return ScoreRows.model(size, batch -> List.of(ScoreRows.of(scores(ScoreRows.images(batch.get(0)), batch.get(0).shape()), batch
			.get(0).size(0), "The function", "; it is to give a row of numbers for each image")));
	}
}
