package io.glassbox.model;

import io.glassbox.graph.GlassboxException;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a model file does not tell about itself: how an image becomes its input and what its outputs
 * are called.
 * <p>
 * It lies beside the model file, as {@code <model>.glassbox.yaml}: {@code mammo.glassbox.yaml} belongs
 * to {@code mammo.onnx}. The keys are documented in {@code docs/model-description.md}.
 * </p>
 *
 * @param name for people; the file's name without its ending if nothing else is said
 * @param text a sentence or two on what the model was made for; may be empty
 * @param preprocessing how an image becomes the input
 * @param axes what the axes of the input mean, one letter each: {@code bcyx} or {@code bczyx}, with x first
 *          {@code bcxy} or {@code bcxyz}, or with channels last {@code byxc} or {@code bzyxc}; empty if not said, which
 *          means one of the first two unless the network itself shows otherwise
 * @param output what the numbers that come out are
 * @param scores which output they are, by name, where the network has several; empty if not said
 * @param boxes how a network that detects writes its boxes; {@link BoxDescription#NONE} if nothing is said of them
 * @param classes names of the classes in output order; empty if unknown
 * @param classFile the yaml or text file those names come from; empty if from none
 * @param layer the layer CAM methods use when not told otherwise; empty for the last with spatial extent
 * @param source where all this was found, for people: {@code mammo.glassbox.yaml, classes from synset.txt}
 */
public record ModelDescription(String name, String text, Preprocessing preprocessing, Optional<String> axes,
	Output output, Optional<String> scores, BoxDescription boxes, List<String> classes, Optional<Path> classFile,
	Optional<String> layer, String source)
{

	/** What a network's output numbers are. */
	public enum Output {
			/** Scores without bounds; a softmax makes them probabilities. */
			LOGITS,
			/** Already between 0 and 1. */
			PROBABILITIES,
			/** Scores without bounds, independent of one another; a sigmoid makes each a probability. */
			SIGMOID,
			/** Quantities in units of their own, as a regression gives them: an age, a dose. Neither classes nor probabilities. */
			VALUES,
			/** The description does not say. */
			UNSTATED
	}

	private static final String ENDING = ".glassbox.yaml";

	public ModelDescription {
		classes = List.copyOf(classes);
	}

	/**
	 * The description of a model: what its own yaml and other projects' files beside it say together, see
	 * {@link Understanding}; defaults for the rest.
	 *
	 * @param model a model file, or a folder or zip that holds one
	 * @throws GlassboxException if one of those files cannot be understood, or they contradict one another where it matters
	 */
	public static ModelDescription of(final Path model) {
		return Understanding.of(model).settled();
	}

	/** Whether the input's spatial axes run x before y (before z), as MONAI reads images. */
	public boolean isXFirst() {
		return axes.filter(ModelDescription::isXFirst).isPresent();
	}

	static boolean isXFirst(final String axes) {
		return axes.indexOf('x') < axes.indexOf('y');
	}

	/** Whether nothing at all is known about the model: all is left to defaults. */
	public boolean isDefault() {
		return source.equals(Understanding.NO_FILE);
	}

	/** Where the description of a model file lies, or would lie. */
	public static Path fileFor(final Path model) {
		return model.resolveSibling(stem(model) + ENDING);
	}

	/** The file's name without its ending: {@code model.scripted} for {@code model.scripted.pt}. */
	static String stem(final Path model) {
		final String name = model.getFileName().toString();
		final int dot = name.lastIndexOf('.');
		return dot > 0 ? name.substring(0, dot) : name;
	}

	/**
	 * This description for the same network as Glassbox opens it: with channels first, whatever they were in its file.
	 */
	public ModelDescription channelsFirst() {
		final Optional<String> first = axes.map(a -> a.endsWith("c") ? "bc" + a.substring(1, a.length() - 1) : a);
		return new ModelDescription(name, text, preprocessing, first, output, scores, boxes, classes, classFile, layer,
			source);
	}

	/** The same description with another preprocessing. */
	public ModelDescription with(final Preprocessing other) {
		return new ModelDescription(name, text, other, axes, output, scores, boxes, classes, classFile, layer,
			source);
	}

	/**
	 * This description for a network of so many outputs: without class names if there are more or fewer of them and they
	 * come from a list that serves the whole folder ({@code synset.txt}, {@code classes.txt}), which may be meant for
	 * another network. That is logged once and said in the source.
	 *
	 * @throws GlassboxException if names given for this very network are more or fewer
	 */
	public ModelDescription checkedAgainst(final int outputs) {
		if (classes.isEmpty() || classes.size() == outputs) return this;
		final String found = count(classes.size(), "class name") + ", but the network has " + count(outputs, "output");
		final String file = classFile.map(Path::toString).orElse("The description of " + name);
		if (classFile.filter(ClassNames::servesFolder).isEmpty()) throw new GlassboxException(file + " gives " + found +
			": give one name for each output, in output order, or none at all.");
		ClassNames.warnOnce(file + " gives " + found + " (" + name + "), whose classes go by number: if the names are " +
			"meant for it, correct them in " + name + ".labels.txt.");
		return new ModelDescription(name, text, preprocessing, axes, output, scores, boxes, List.of(), Optional.empty(),
			layer, source + " (not used: " + found + ")");
	}

	private static String count(final int n, final String what) {
		return n + " " + what + (n == 1 ? "" : "s");
	}

	/** This description as a yaml file says it. What is left to defaults is left out. */
	public String yaml() {
		return DescriptionWriter.text(this);
	}

	/**
	 * Writes this description as a yaml file, all at once or not at all. What is left to defaults is left out.
	 *
	 * @throws GlassboxException if the file cannot be written
	 */
	public void write(final Path yaml) {
		write(yaml, List.of());
	}

	/** Like {@link #write(Path)}, with lines of comment above. */
	public void write(final Path yaml, final List<String> comment) {
		DescriptionWriter.write(this, yaml, comment);
	}
}
