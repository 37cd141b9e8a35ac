package io.glassbox.command;

import io.glassbox.explain.Progress;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Names;
import io.glassbox.model.InputSettings;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What to explain and how: the same for dialog, macro, script and command line.
 *
 * @param method the method of explanation
 * @param model the network's file
 * @param target what is explained, as people write it: {@code top}, an index, a class name, {@code a - b}
 * @param region over which the scores of a network that scores every place are added up: {@code auto} for the pixels
 *          predicted as the class, {@code all}, {@code roi}, {@code x,y}, or a mask; networks that score the image as a whole
 *          have none
 * @param mean whether those scores are averaged rather than added up
 * @param box which box of a network that detects: {@code auto}, {@code top}, {@code roi} or its number; others have none
 * @param probability whether the probability is explained rather than the score before it
 * @param slices which part of a stack a 2D network explains
 * @param blocks how an image is seen that is too large for the network: {@code auto}, {@code off}, or the size of blocks, see {@link
 *          LargeImage}
 * @param views pictures of the stack as a whole that are wanted of the result: refused beforehand where a single slice is explained
 * @param device {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:1}
 * @param input how the image becomes the network's input, where that differs from the model's description
 * @param others what the network takes beside the image, see {@link OtherInputs}; empty for nothing
 * @param settings of the method, by name; what is not named has its default
 * @param watcher is offered the explanation as it is so far, of methods whose map grows with each sample
 */
public record ExplainRequest(Method method, Path model, String target, String region, boolean mean,
	String box, boolean probability, Slices slices, String blocks, Views views, String device, InputSettings input,
	String others, Map<String, Object> settings, Progress progress, Consumer<Supplier<Explanation>> watcher)
{

	/** What is explained by default: the score before any softmax or sigmoid. */
	static final String LOGIT = "logit";

	/** What that makes of it. */
	static final String PROBABILITY = "probability";

	/** Which slices of a stack a 2D network is asked about. */
	public enum Slices {
			CURRENT, ALL;

		static Slices parse(final String text) {
			for (final Slices s : values())
				if (s.name().equalsIgnoreCase(text.trim())) return s;
			throw new GlassboxException(Names.unknown("choice of slices", text, List.of("current", "all")));
		}
	}

	public ExplainRequest {
		settings = new LinkedHashMap<>(settings);
	}

	/**
	 * Sorts options by where they belong: {@code target}, {@code region}, {@code pool}, {@code box}, {@code score}, {@code inputs},
	 * {@code slices}, {@code blocks}, {@code views}, {@code device}, the keys of
	 * {@link InputSettings}; everything else is a setting of the method.
	 */
	public static ExplainRequest of(final Method method, final Path model, final Map<String, ?> options,
		final Progress progress)
	{
		final Map<String, Object> rest = new LinkedHashMap<>();
		options.forEach((k, v) -> rest.put(k.toLowerCase(Locale.ROOT), v));
		final Map<String, String> input = new LinkedHashMap<>();
		for (final String key : InputSettings.KEYS)
			if (rest.containsKey(key)) input.put(key, String.valueOf(rest.remove(key)));
		final Object target = rest.remove("target");
		final Object region = rest.remove("region");
		final Object pool = rest.remove("pool");
		final Object score = rest.remove("score");
		final Object box = rest.remove("box");
		final Object others = rest.remove("inputs");
		final Object slices = rest.remove("slices");
		final Object blocks = rest.remove("blocks");
		final Object views = rest.remove("views");
		final Object device = rest.remove("device");
		return new ExplainRequest(method, model, target == null ? "top" : target.toString(), region == null ? TargetRegion.AUTO
			: region.toString(), mean(pool), box == null ? TargetBox.AUTO : box.toString(), probability(score), slices == null ? Slices.CURRENT
			: Slices.parse(slices.toString()), blocks == null ? LargeImage.AUTO : blocks.toString(), Views.parse(views), device == null ? "auto" : device.toString(), InputSettings.of(input), others == null ? ""
			: others.toString(), rest, progress, soFar -> {});
	}

	/** @throws GlassboxException if it is neither logit nor probability */
	public static boolean probability(final Object score) {
		final String text = score == null ? LOGIT : score.toString().trim();
		if (!text.equalsIgnoreCase(LOGIT) && !text.equalsIgnoreCase(PROBABILITY)) throw new GlassboxException(Names.unknown(
			"kind of score", text, List.of(LOGIT, PROBABILITY)));
		return text.equalsIgnoreCase(PROBABILITY);
	}

	/** @throws GlassboxException if it is neither sum nor mean */
	public static boolean mean(final Object pool) {
		final String text = pool == null ? "sum" : pool.toString().trim();
		if (!text.equalsIgnoreCase("sum") && !text.equalsIgnoreCase("mean")) throw new GlassboxException(Names.unknown(
			"way to join the scores of a region", text, List.of("sum", "mean")));
		return text.equalsIgnoreCase("mean");
	}
}
