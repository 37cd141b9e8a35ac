package io.glassbox.command;

import io.glassbox.graph.Tensor;
import io.glassbox.image.PlainImage;
import io.glassbox.image.Preprocessor;
import io.glassbox.model.Preprocessing;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

import ij.ImagePlus;

/**
 * What may stand in for an image: of an image file its first slice, or its volume; a colour of the image itself.
 *
 * @param image that is explained
 * @param how it is prepared for the network
 * @param preprocessor that does it, asked for when it is needed
 */
record ImageStandIns(ImagePlus image, Preprocessing how, Supplier<Preprocessor> preprocessor) implements StandIns {

	@Override
	public Tensor ofFile(final Path file) {
		return preprocessor.get().prepare(Images.file(file)).tensor();
	}

	@Override
	public List<Double> ofColour(final List<Double> values) {
		return PlainImage.inNetwork(image, values, how, preprocessor.get());
	}
}
