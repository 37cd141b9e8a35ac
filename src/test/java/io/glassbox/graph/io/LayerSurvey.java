package io.glassbox.graph.io;

import ai.djl.Device;

import io.glassbox.graph.AttentionBlocks;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.LayerPattern;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.SpatialLayers;
import io.glassbox.graph.Tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tells of each network, format by format, what a person is offered to choose from: the layer that CAM methods take when
 * told {@code auto}, the attention blocks with their heads, what a pattern picks; and how long the file takes to open.
 * <p>
 * {@code LayerSurvey FOLDER PATTERN [NAME ...]} reads what {@code src/test/python/export_coverage.py} has written into
 * FOLDER. Where formats differ in anything but time, or a name means outputs of different shapes, a row {@code DIFFERS} tells.
 * </p>
 */
public final class LayerSurvey {

	/** In the order of the table. */
	private static final Map<String, String> FORMATS = new TreeMap<>(Map.of("1 ONNX", "model.onnx", "2 trace", "model.pt",
		"3 script", "model.scripted.pt"));

	/** What one file offers. */
	private record Offer(String cam, String attention, String chosen, Map<String, String> shapes) {}

	private LayerSurvey() {}

	public static void main(final String[] args) throws IOException {
		final Path folder = Path.of(args[0]);
		final List<String> names;
		try (Stream<Path> networks = Files.list(folder)) {
			names = args.length > 2 ? List.of(args).subList(2, args.length) : networks.filter(n -> Files.exists(n.resolve(
				"errors.json"))).map(n -> n.getFileName().toString()).sorted().toList();
		}
		System.out.println("| network | format | opens in s | CAM default | attention | " + args[1] + " |");
		for (final String name : names) {
			final Set<Offer> offers = new LinkedHashSet<>();
			for (final Map.Entry<String, String> format : FORMATS.entrySet())
				if (Files.exists(folder.resolve(name).resolve(format.getValue()))) survey(folder.resolve(name), format, args[1],
					offers);
			final List<String> contradictions = contradictions(List.copyOf(offers));
			if (!contradictions.isEmpty() || offers.stream().map(o -> List.of(o.cam, o.attention, o.chosen)).distinct()
				.count() > 1) System.out.println("| " + name + " | DIFFERS | " + String.join("; ", contradictions) + " |");
		}
	}

	/** Names that mean outputs of one shape in one file and of another in another. */
	private static List<String> contradictions(final List<Offer> offers) {
		final Map<String, Set<String>> shapes = new TreeMap<>();
		for (final Offer o : offers)
			o.shapes.forEach((name, shape) -> shapes.computeIfAbsent(name, k -> new LinkedHashSet<>()).add(shape));
		return shapes.entrySet().stream().filter(e -> e.getValue().size() > 1).map(e -> e.getKey() + " " + e.getValue())
			.toList();
	}

	private static void survey(final Path network, final Map.Entry<String, String> format, final String pattern,
		final Set<Offer> offers)
	{
		final Tensor input = Npy.read(network.resolve("input.npy"));
		final List<Integer> size = Arrays.stream(input.shape()).skip(2).boxed().toList();
		final long start = System.nanoTime();
		try (Model model = ModelFile.open(network.resolve(format.getValue()), Device.cpu(), new Opening(size, true))) {
			final double seconds = (System.nanoTime() - start) / 1e9;
			final Offer offer = model.graph().isEmpty() ? new Offer("opaque", "", "", Map.of()) : offer(model, input, pattern);
			offers.add(offer);
			System.out.println(String.join(" | ", "| " + network.getFileName(), format.getKey().substring(2), String.format(
				Locale.ROOT, "%.1f", seconds), offer.cam, offer.attention, offer.chosen + " |"));
		}
		catch (final GlassboxException e) {
			System.out.println("| " + network.getFileName() + " | " + format.getKey().substring(2) + " | fails: " + e
				.getMessage() + " |");
		}
	}

	private static Offer offer(final Model model, final Tensor input, final String pattern) {
		final Network network = model.network();
		final Map<String, int[]> shapes = model.shapes(List.of(input));
		final List<AttentionBlocks.Block> blocks = AttentionBlocks.of(network);
		final String attention = blocks.isEmpty() ? "" : blocks.size() + ": " + blocks.stream().map(b -> b.layer() + " (" + b
			.heads(shapes) + ")").collect(Collectors.joining(", "));
		final Map<String, String> named = new TreeMap<>();
		network.layers().forEach((layer, value) -> named.put(layer, Arrays.toString(shapes.get(value))));
		network.operators().forEach((operator, value) -> named.put(operator, Arrays.toString(shapes.get(value))));
		return new Offer(cam(network, shapes), attention, chosen(network, pattern), named);
	}

	private static String cam(final Network network, final Map<String, int[]> shapes) {
		try {
			final String last = SpatialLayers.last(network, shapes);
			return SpatialLayers.name(network, last) + " " + Arrays.toString(shapes.get(last));
		}
		catch (final GlassboxException none) {
			return "none: " + none.getMessage();
		}
	}

	private static String chosen(final Network network, final String pattern) {
		try {
			return String.join(" ", LayerPattern.of(pattern).choose(network.layers().keySet()));
		}
		catch (final GlassboxException none) {
			return "";
		}
	}
}
