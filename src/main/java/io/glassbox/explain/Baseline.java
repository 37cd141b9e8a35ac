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
	List<String> NAMES = List.of("zero", "mean", "min", "max", "blur", "noise", "value");

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
	 * The same values everywhere, in the units of the network's input.
	 *
	 * @param values one for all channels of images and for all other inputs; or one for each channel of an image, other inputs
	 *          being 0
	 */
	static Baseline value(final List<Double> values) {
		final List<Double> given = List.copyOf(values);
		return input -> {
			if (given.size() > 1 && input.rank() < 4) return Tensor.zeros(input.shape());
			final int channels = input.rank() > 2 ? input.size(1) : 1;
			if (given.size() > 1 && given.size() != channels) throw new GlassboxException("The baseline 'value' has " + given.size() +
				" values, the network's input has " + channels + (channels == 1 ? " channel" : " channels") +
				": give one for each, or a single one for all.");
			final int[] channel = { 0 };
			return eachChannel(input, v -> Arrays.fill(v, given.get(Math.min(channel[0]++, given.size() - 1)).floatValue()));
		};
	}

	/**
	 * Reads numbers with spaces or commas between.
	 *
	 * @param name of what they are for, for the message
	 * @throws GlassboxException if there are none, or others than finite numbers
	 */
	static List<Double> numbers(final String name, final String text) {
		final String trimmed = text.trim();
		final String number = "-?(\\d+(\\.\\d*)?|\\.\\d+)(e-?\\d{1,2})?";
		if (!trimmed.matches(number + "((\\s*,\\s*|\\s+)" + number + ")*")) throw new GlassboxException("The baseline '" + name +
			"' takes a number, '" + name + " 0.5', or one for each channel, '" + name + " 0.1 0.2 0.3'; found '" + trimmed + "'.");
		return Arrays.stream(trimmed.split("[\\s,]+")).map(Double::valueOf).toList();
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
	 * Reads the name of a baseline: {@code zero}, {@code mean}, {@code min}, {@code max}; {@code blur}, with a sigma if
	 * need be, {@code blur 5}, {@code blur 10%}; {@code noise} or {@code noise gaussian}, with a seed if need be,
	 * {@code noise 7}; {@code value 0.5}, see {@link #value}.
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
		if (words[0].equals("value")) return Optional.of(value(numbers("value", rest)));
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
