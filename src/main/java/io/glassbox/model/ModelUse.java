package io.glassbox.model;

import java.util.List;

/**
 * What a network is loaded for, as far as it decides how its file is read.
 *
 * @param inputSize extents in space of the images to come, {@code [height, width]} or {@code [depth, height, width]};
 *          empty if nobody says. Some files are read for one size
 * @param axes what the axes of its input mean, {@code byxc}; empty if nobody says
 * @param scores the output that holds the scores; empty if nobody says
 */
public record ModelUse(List<Integer> inputSize, String axes, String scores) {

	/** Anything. */
	public static final ModelUse ANY = new ModelUse(List.of(), "", "");

	public ModelUse {
		inputSize = List.copyOf(inputSize);
	}

	/** For images of a certain size, by the model's description. */
	static ModelUse of(final List<Integer> inputSize, final ModelDescription description) {
		return new ModelUse(inputSize, description.axes().orElse(""), description.scores().orElse(""));
	}
}
