package io.glassbox.image;

import io.glassbox.graph.Element;
import io.glassbox.graph.Model;
import io.glassbox.graph.Port;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds the input of a network that an image goes into. */
public final class ImageInput {

	private ImageInput() {}

	/** The input that looks like an image's: the first with four or five axes. */
	public static Port likely(final Model model) {
		return model.inputs().stream().filter(ImageInput::isImage).findFirst().orElse(model.inputs().get(0));
	}

	/**
	 * The input that the image goes into where others are given: the first for images that is not; {@link #likely} if all are.
	 *
	 * @param given names of those that are given
	 */
	public static Port notOf(final Set<String> given, final Model model) {
		return model.inputs().stream().filter(p -> isImage(p) && !given.contains(p.name())).findFirst().orElseGet(() -> likely(
			model));
	}

	/** What the network takes beside an image, in a sentence; empty if nothing. */
	public static Optional<String> missing(final Model model) {
		final List<Port> inputs = model.inputs();
		if (inputs.size() == 1) return Optional.empty();
		final Port image = likely(model);
		final List<Port> others = inputs.stream().filter(p -> p != image).toList();
		return Optional.of("The network takes " + inputs.size() + " inputs: an image can go into " + text(image) +
			", the others have to be given beside it: " + others.stream().map(ImageInput::text).collect(Collectors.joining(", ")) +
			", as in inputs=[" + others.stream().map(p -> p.name() + "=…").collect(Collectors.joining("; ")) +
			"] (on the command line --other), with numbers and commas between, a .npy file, or another image.");
	}

	private static String text(final Port p) {
		return "'" + p.name() + "' (" + p.describe() + ")";
	}

	/** Whether an input takes images or volumes. */
	public static boolean isImage(final Port p) {
		return p.element() == Element.FLOAT && p.shape() != null && (p.shape().length == 4 || p.shape().length == 5);
	}
}
