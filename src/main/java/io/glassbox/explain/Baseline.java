package io.glassbox.explain;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Names;
import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What "absent" means to a method that compares an input with one that says nothing.
 * <p>
 * None is neutral for every image: a pixel that is as the baseline has it gets no attribution from methods that multiply by
 * the difference. A black baseline is blind to black, a blurred one to what is smooth. Sturmfels, Lundberg and Lee,
 * <em>Visualizing the Impact of Feature Attribution Baselines</em>, Distill 2020, compare them.
 * </p>
 */
@FunctionalInterface
public interface Baseline {

	/** As people write them. */
	List<String> NAMES = List.of("zero", "mean", "min", "max", "blur", "noise");

	/** 0 in the network's input: black, or, of an input normalised by means, their grey. */
	Baseline ZERO = input -> Tensor.zeros(input.shape());

	/** Each channel's mean. */
	Baseline MEAN = input -> eachChannel(input, channel -> {
		double sum = 0;
		for (final float v : channel)
			sum += v;
		Arrays.fill(channel, (float) (sum / channel.length));
	});

	/** Each channel's smallest value: the darkest there is in the image. */
	Baseline MIN = input -> eachChannel(input, channel -> {
		float low = Float.POSITIVE_INFINITY;
		for (final float v : channel)
			low = Math.min(low, v);
		Arrays.fill(channel, low);
	});

	/** Each channel's largest value. */
	Baseline MAX = input -> eachChannel(input, channel -> {
		float high = Float.NEGATIVE_INFINITY;
		for (final float v : channel)
			high = Math.max(high, v);
		Arrays.fill(channel, high);
	});

	/** A tenth of the longest side: shapes are gone, the light is still where it was. */
	Sigma BLUR = Sigma.fraction(0.1);

	/**
	 * The baseline of an input.
	 *
	 * @param input 1 x channels x spatial extents; of any other rank, one channel
	 * @return shaped like it
	 * @throws GlassboxException if there is none for such an input
	 */
	Tensor of(Tensor input);

	/** The input with its details gone; values that lie in no space have no neighbours and stay as they are. */
	static Baseline blur(final Sigma sigma) {
		return input -> input.rank() < 3 ? input : GaussianBlur.of(input, sigma.of(input));
	}

	/**
	 * An input at hand, in the form in which the network takes it.
	 *
	 * @param name for messages
	 * @param tensor asked for when it is needed; shaped like the input that is explained, or without its axis of one sample
	 */
	static Baseline given(final String name, final Supplier<Tensor> tensor) {
		return input -> {
			final Tensor t = tensor.get();
			final int[] shape = input.shape();
			final boolean fits = Arrays.equals(t.shape(), shape) || Arrays.equals(t.shape(), Arrays.copyOfRange(shape, 1,
				shape.length));
			if (!t.isFloat() || !fits) throw new GlassboxException("The baseline " + name + " has " + (t.isFloat() ? "" : "integers, ") +
				"shape " + Arrays.toString(t.shape()) + "; what is explained has float32, shape " + Arrays.toString(shape) +
				", and a baseline must have the same.");
			for (final float v : t.floats())
				if (!Float.isFinite(v)) throw new GlassboxException("The baseline " + name + " holds " + v +
					"; finite values were expected.");
			return t.reshape(shape);
		};
	}

	/**
	 * Reads the name of a baseline: {@code zero}, {@code mean}, {@code min}, {@code max}; {@code blur}, with a sigma if need be, {@code
	 * blur 5}, {@code blur 10%}; {@code noise} or {@code noise gaussian}, with a seed if need be, {@code noise 7}.
	 *
	 * @return empty if it begins with none of these names
	 * @throws GlassboxException if what follows the name cannot be understood
	 */
	static Optional<Baseline> named(final String text) {
		final String[] words = text.trim().toLowerCase(Locale.ROOT).split("\\s+", 2);
		final String rest = words.length > 1 ? words[1] : "";
		if (!NAMES.contains(words[0])) return Optional.empty();
		if (words[0].equals("blur")) return Optional.of(blur(rest.isEmpty() ? BLUR : Sigma.parse(rest)));
		if (words[0].equals("noise")) return Optional.of(noise(rest));
		if (!rest.isEmpty()) throw new GlassboxException("The baseline '" + words[0] + "' takes nothing more, found '" + rest +
			"'.");
		return Optional.of(switch (words[0]) {
			case "zero" -> ZERO;
			case "mean" -> MEAN;
			case "min" -> MIN;
			default -> MAX;
		});
	}

	/** @throws GlassboxException if there is no such baseline; the message names those there are */
	static Baseline parse(final String text) {
		return named(text).orElseThrow(() -> new GlassboxException(unknown(text)));
	}

	/** One sentence on a baseline that does not exist. */
	static String unknown(final String text) {
		final String nearest = Names.nearest(text.trim(), NAMES).get(0);
		return "No baseline '" + text.trim() + "'. There are: " + String.join(", ", NAMES) + "; nearest: " + nearest + ".";
	}

	private static Baseline noise(final String settings) {
		final boolean gaussian = settings.startsWith("gaussian");
		final String seed = gaussian ? settings.substring("gaussian".length()).trim() : settings;
		if (!seed.matches("|-?\\d{1,18}")) throw new GlassboxException(
			"The baseline 'noise' takes a seed, 'noise 7', or 'noise gaussian', or both; found '" + settings + "'.");
		return new NoiseBaseline(gaussian, seed.isEmpty() ? 0 : Long.parseLong(seed));
	}

	/** A copy in which each channel was overwritten. */
	static Tensor eachChannel(final Tensor input, final Consumer<float[]> fill) {
		final int channels = input.rank() > 2 ? input.size(1) : 1;
		final float[] all = input.floats().clone();
		final int length = all.length / channels;
		for (int k = 0; k < channels; k++) {
			final float[] channel = Arrays.copyOfRange(all, k * length, (k + 1) * length);
			fill.accept(channel);
			System.arraycopy(channel, 0, all, k * length, length);
		}
		return Tensor.of(all, input.shape());
	}
}
