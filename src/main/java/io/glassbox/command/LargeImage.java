package io.glassbox.command;

import io.glassbox.explain.Elements;
import io.glassbox.graph.BlockedModel;
import io.glassbox.graph.Forecast;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.MachineMemory;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Port;
import io.glassbox.graph.ReceptiveField;
import io.glassbox.graph.Tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a network sees an image that may be too large for it: at once, in blocks if it is fully convolutional, or resized.
 * <p>
 * What counts is all that a backward pass keeps, every value inside the network. Up to a quarter of the computer's memory an
 * image is explained at once, so that the same image on the same machine always is.
 * </p>
 *
 * @param setting {@code auto}, {@code off}, or the size of blocks: {@code 256}, {@code 256x256}, {@code 32x256x256} with depth first
 * @param memory what values may take, in bytes
 */
record LargeImage(String setting, double memory) {

	/** Blocks where they are needed. */
	static final String AUTO = "auto";

	/** Never blocks. */
	static final String OFF = "off";

	/** Extents at which a network is looked at, multiples of all strides there are. */
	private static final int PROBE = 64;

	/** Smaller blocks are all margin. */
	private static final int SMALLEST = 16;

	private static final Logger LOG = LoggerFactory.getLogger(LargeImage.class);

	LargeImage(final String setting) {
		this(setting == null || setting.isBlank() ? AUTO : setting.trim().toLowerCase(Locale.ROOT), MachineMemory.physical() / 4);
	}

	/**
	 * How an image is seen.
	 *
	 * @param model that sees it, if its size is right
	 * @param extents to resize it to, if it must be, [depth,] height, width
	 * @param told for the record
	 */
	record Seen(Model model, Optional<int[]> extents, Map<String, String> told) {}

	/**
	 * @param inputs one sample, a tensor for each input
	 * @param afterBlock told after each block
	 * @throws GlassboxException if blocks were asked for, and the network cannot be run in blocks; the message says why
	 */
	Seen seen(final Model model, final List<Tensor> inputs, final BlockedModel.Watch afterBlock) {
		final Seen atOnce = new Seen(model, Optional.empty(), Map.of());
		final Tensor picture = Elements.picture(inputs);
		if (setting.equals(OFF) || picture.rank() < 4) return atOnce;
		final boolean asked = !setting.equals(AUTO);
		final String fixed = whyFixed(model, inputs);
		if (!fixed.isEmpty()) {
			if (asked) throw new GlassboxException("Blocks of " + setting + " were asked for, but " + fixed + "; use blocks=auto.");
			return atOnce;
		}
		final double needed = needed(model.network(), inputs);
		if (!asked && needed <= memory) return atOnce;
		final int[] extents = Arrays.copyOfRange(picture.shape(), 2, picture.rank());
		final Optional<Map<String, long[]>> shapes = probe(model.network(), inputs, extents);
		if (shapes.isEmpty()) {
			if (asked) throw new GlassboxException("Blocks of " + setting + " were asked for, but the network works for no other " +
				"size than " + text(extents) + ", or that cannot be told; use blocks=auto.");
			return atOnce;
		}
		final ReceptiveField.Found found = ReceptiveField.of(model.network(), name(model, inputs), shapes.get());
		final double each = bytes(shapes.get()) / Math.pow(PROBE, extents.length);
		if (found.field().isPresent()) return inBlocks(model, extents, each, found.field().get(), afterBlock);
		if (asked) throw new GlassboxException("Blocks of " + setting + " were asked for, but the network is not fully " +
			"convolutional: " + found.why() + ". Use blocks=auto.");
		return resized(model, extents, each, found.why());
	}

	/** What all values inside the network take, in bytes; more than there is if the computer could not hold them. */
	private static double needed(final Network network, final List<Tensor> inputs) {
		try {
			return bytes(Forecast.of(network, inputs).shapes());
		}
		catch (final GlassboxException e) {
			LOG.debug("At once the image cannot be seen: {}", e.getMessage()); // if not for its size, whoever runs it says why
			return Double.POSITIVE_INFINITY;
		}
	}

	private static double bytes(final Map<String, long[]> shapes) {
		return 4 * shapes.values().stream().mapToDouble(s -> Arrays.stream(s).asDoubleStream().reduce(1, (a, b) -> a * b)).sum();
	}

	/** Shapes of all values for an image of another size; empty of a network that does not work for it. */
	private static Optional<Map<String, long[]>> probe(final Network network, final List<Tensor> inputs,
		final int[] extents)
	{
		try {
			final Forecast forecast = Forecast.of(network, probed(inputs, extents));
			return forecast.complete() ? Optional.of(forecast.shapes()) : Optional.empty();
		}
		catch (final GlassboxException e) {
			LOG.debug("The network takes no other size: {}", e.getMessage());
			return Optional.empty();
		}
	}

	/** Why a network takes the image only as it is; empty if it takes any size. */
	private static String whyFixed(final Model model, final List<Tensor> inputs) {
		if (model.graph().isEmpty()) return "the network is a black box, of which nobody knows how far it sees";
		final Port port = model.inputs().get(inputs.indexOf(Elements.picture(inputs)));
		if (port.shape() == null) return "";
		for (int a = 2; a < port.shape().length; a++)
			if (port.shape()[a] != Port.ANY) return "the network takes images of one size only, " + Arrays.toString(port.shape());
		return "";
	}

	private static String name(final Model model, final List<Tensor> inputs) {
		return model.inputs().get(inputs.indexOf(Elements.picture(inputs))).name();
	}

	/** The inputs with an image of the probe's size. */
	private static List<Tensor> probed(final List<Tensor> inputs, final int[] extents) {
		final List<Tensor> probed = new ArrayList<>();
		for (final Tensor t : inputs) {
			final boolean image = t.rank() == extents.length + 2 && Arrays.equals(Arrays.copyOfRange(t.shape(), 2, t.rank()), extents);
			final int[] shape = t.shape();
			for (int a = 2; image && a < shape.length; a++)
				shape[a] = PROBE;
			probed.add(image ? Tensor.zeros(shape) : t);
		}
		return probed;
	}

	/** @param each what values take for each pixel, in bytes */
	private Seen inBlocks(final Model model, final int[] extents, final double each, final ReceptiveField field,
		final BlockedModel.Watch afterBlock)
	{
		final boolean asked = !setting.equals(AUTO);
		int[] core = asked ? sizes(extents.length) : extents.clone();
		BlockedModel blocked = BlockedModel.of(model, extents, core, field, afterBlock);
		while (!asked && each * places(blocked.largestBlock()) > memory) {
			final int[] next = halved(core, field.stride());
			if (Arrays.equals(next, core)) break;
			core = next;
			blocked = BlockedModel.of(model, extents, core, field, afterBlock);
		}
		return new Seen(blocked, Optional.empty(), Map.of("Blocks", blocked.count() + " of at most " + text(blocked
			.largestBlock()) + " pixels, put together where each is right; the network sees " + text(field.reach()) + " pixels far"));
	}

	private int[] sizes(final int axes) {
		final String[] parts = setting.split("\\s*x\\s*");
		if (parts.length != 1 && parts.length != axes || !Arrays.stream(parts).allMatch(p -> p.matches("[1-9]\\d{0,5}")))
			throw new GlassboxException("Blocks are auto, off, or a size in pixels of the network's input, 256 or " + (axes == 3
				? "32x256x256 (depth first)" : "256x256") + "; found '" + setting + "'.");
		final int[] sizes = new int[axes];
		Arrays.setAll(sizes, a -> Integer.parseInt(parts[parts.length == 1 ? 0 : a]));
		return sizes;
	}

	/** Half as long along the longest axis, if that leaves more than margin. */
	private static int[] halved(final int[] core, final int[] stride) {
		int longest = 0;
		for (int a = 1; a < core.length; a++)
			if (core[a] > core[longest]) longest = a;
		final int[] next = core.clone();
		final int half = (core[longest] / 2 + stride[longest] - 1) / stride[longest] * stride[longest];
		if (half >= SMALLEST) next[longest] = half;
		return next;
	}

	private static double places(final int[] extents) {
		return Arrays.stream(extents).asDoubleStream().reduce(1, (a, b) -> a * b);
	}

	private Seen resized(final Model model, final int[] extents, final double each, final String why) {
		final double needed = each * places(extents);
		final double factor = Math.pow(memory / needed, 1.0 / extents.length);
		final int[] smaller = new int[extents.length];
		Arrays.setAll(smaller, a -> Math.max(1, (int) (extents[a] * factor) / SMALLEST * SMALLEST));
		return new Seen(model, Optional.of(smaller), Map.of("Resized", "from " + text(extents) + " to " + text(smaller) +
			" pixels: the network would need " + String.format(Locale.ROOT, "%.1f GB", needed / 1e9) +
			" for the whole image, and cannot see it in blocks, for " + why));
	}

	static String text(final int[] extents) {
		return Arrays.stream(extents).mapToObj(Integer::toString).collect(Collectors.joining("x"));
	}
}
