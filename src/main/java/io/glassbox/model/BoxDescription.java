package io.glassbox.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a model's own description says of the boxes a detector gives, under {@code boxes}.
 *
 * @param described whether there is such a section at all: then the network detects
 * @param centred {@code format}: {@code xywh} for centre, width and height, {@code xyxy} for two corners; empty if not said
 * @param normalised {@code units}: {@code normalised} for fractions of the input, {@code pixels} of it; empty if not said
 * @param objectness {@code objectness}: whether a box's fifth number tells if there is an object at all; empty if not said
 */
public record BoxDescription(boolean described, Optional<Boolean> centred, Optional<Boolean> normalised,
	Optional<Boolean> objectness)
{

	private enum Format {
			XYXY, XYWH
	}

	private enum Units {
			PIXELS, NORMALISED
	}

	/**
	 * @param model a model file, or a folder or zip that holds one
	 * @throws io.glassbox.graph.GlassboxException if what is said cannot be understood
	 */
	public static BoxDescription of(final Path model) {
		final Path file = ModelDescription.fileFor(ModelPackage.of(model).model());
		final Optional<Setting> boxes = Files.isRegularFile(file) ? Documents.own(file).at("boxes") : Optional.empty();
		return new BoxDescription(boxes.isPresent(), boxes.flatMap(b -> b.at("format")).map(s -> s.choice(
			Format.class) == Format.XYWH), boxes.flatMap(b -> b.at("units")).map(s -> s.choice(Units.class) == Units.NORMALISED),
			boxes.flatMap(b -> b.at("objectness")).map(Setting::flag));
	}
}
