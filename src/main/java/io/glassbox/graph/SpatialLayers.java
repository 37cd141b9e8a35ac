package io.glassbox.graph;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tells which values of a network still are pictures: descend from the input by operators that keep what
 * lies where, have as many axes as the input, the channels on the second, and more than one place.
 */
public final class SpatialLayers {

	/** These compute nothing new of a picture: a map of their input says the same, or more finely. */
	private static final Set<String> PASSING = Set.of("MaxPool", "AveragePool", "AdaptiveAveragePool", "Identity",
		"Dropout", "Transpose", "Softmax", "LogSoftmax", "Sigmoid", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Gather",
		"Slice", "Split", "Pad", "Expand", "Cast");

	/** Times that a default layer may be coarser than the input along each axis, as backbones of networks usually are. */
	private static final int COARSEST = 32;

	private SpatialLayers() {}

	/**
	 * Names of all values with spatial extent, the input included.
	 *
	 * @param shapes of all values, see {@link Model#shapes}
	 */
	public static Set<String> of(final Network network, final Map<String, int[]> shapes) {
		return of(network, shapes, pictures(network, shapes));
	}

	/** Names of the inputs that are pictures. */
	private static List<String> pictures(final Network network, final Map<String, int[]> shapes) {
		return network.inputs().stream().map(Port::name).filter(p -> shapes.get(p) != null && shapes.get(p).length >= 4).toList();
	}

	private static Set<String> of(final Network network, final Map<String, int[]> shapes, final List<String> pictures) {
		final Set<String> placed = new HashSet<>(pictures);
		final Set<String> spatial = new HashSet<>(pictures);
		final int rank = spatial.stream().mapToInt(v -> shapes.get(v).length).findFirst().orElse(4);
		final ChannelAxes channels = new ChannelAxes(network, shapes);
		for (final Node node : network.nodes()) {
			if (isMixing(network, node, channels, shapes) || node.inputs().stream().noneMatch(placed::contains)) continue;
			placed.addAll(node.outputs());
			node.outputs().stream().filter(v -> channels.of(v) == 1 && isPicture(shapes.get(v), rank)).forEach(spatial::add);
		}
		return spatial;
	}

	/**
	 * Whether an element's place after a node no longer says where in the picture it comes from. A linear layer on the
	 * channels of each place keeps the places.
	 */
	private static boolean isMixing(final Network network, final Node node, final ChannelAxes channels,
		final Map<String, int[]> shapes)
	{
		if (!node.is("MatMul")) return node.is("Gemm", "Einsum", "Shape");
		final int[] shape = shapes.get(node.input(0));
		return network.constant(node.input(1)).isEmpty() || shape == null || shape.length < 3 || channels.of(node.input(
			0)) != shape.length - 1;
	}

	/**
	 * The axis of a value on which its channels lie; negative if they are on none, or it cannot be told.
	 *
	 * @param shapes of all values, see {@link Model#shapes}
	 */
	public static int channelAxis(final Network network, final Map<String, int[]> shapes, final String value) {
		return new ChannelAxes(network, shapes).of(value);
	}

	private static boolean isPicture(final int[] shape, final int rank) {
		if (shape == null || shape.length != rank) return false;
		for (int i = 2; i < rank; i++)
			if (shape[i] > 1) return true;
		return false;
	}

	/**
	 * Where CAM methods look by default.
	 * <p>
	 * Of a network that scores the image as a whole it is the last value with spatial extent before the scores, as the papers
	 * do. Pooling right before the head is passed over: its input says the same at finer resolution; and so are maps of the
	 * scores themselves, behind which there are no weights any more, as where a convolution to the classes is averaged: they
	 * show one class each, which needs no weighing. Of a network that scores every place it is the last of the coarsest
	 * values, up to {@value #COARSEST} times coarser than the input: the bottleneck of a U-Net, as in Seg-Grad-CAM
	 * (Vinogradova et al., AAAI 2020), where what is behind mostly repeats the answer. Of a network that takes several pictures
	 * only layers count that see the first of them.
	 * </p>
	 *
	 * @param shapes of all values, see {@link Model#shapes}
	 * @throws GlassboxException if there is none, or attention comes after it, which mixes places
	 */
	public static String last(final Network network, final Map<String, int[]> shapes) {
		final Set<String> spatial = of(network, shapes, pictures(network, shapes).stream().limit(1).toList());
		final List<String> last = candidates(network, spatial);
		if (last.isEmpty()) throw new GlassboxException(
			"This network has no layer with spatial extent, so it has no class activation map.");
		final Set<String> scores = ScoreMaps.of(network);
		final List<String> features = last.stream().filter(v -> !scores.contains(v)).toList();
		if (features.isEmpty()) return last.get(0);
		if (!spatial.contains(network.outputs().get(0).name())) return features.get(0);
		final long least = (long) (places(shapes.get(network.inputs().get(0).name())) / Math.pow(COARSEST, rank(shapes,
			features) - 2.));
		final List<String> fineEnough = features.stream().filter(v -> places(shapes.get(v)) >= least).toList();
		return fineEnough.stream().min(Comparator.comparingLong(v -> places(shapes.get(v)))).orElse(features.get(0));
	}

	private static int rank(final Map<String, int[]> shapes, final List<String> values) {
		return shapes.get(values.get(0)).length;
	}

	private static long places(final int[] shape) {
		long places = 1;
		for (int i = 2; shape != null && i < shape.length; i++)
			places *= shape[i];
		return places;
	}

	/** Values with spatial extent that nodes compute which do more than pass them on, the last first. */
	private static List<String> candidates(final Network network, final Set<String> spatial) {
		final Map<String, AttentionBlocks.Block> attention = AttentionBlocks.of(network).stream().collect(Collectors.toMap(
			AttentionBlocks.Block::weights, b -> b));
		final List<Node> nodes = network.nodes();
		final List<String> found = new ArrayList<>();
		for (int i = nodes.size() - 1; i >= 0; i--) {
			final Node node = nodes.get(i);
			if (found.isEmpty() && attention.containsKey(node.output())) throw new GlassboxException("The network ends in attention (" +
				attention.get(node.output()).layer() + "), which mixes places, so no last layer with spatial extent can be picked; " +
				"name a layer instead of auto.");
			final boolean passing = PASSING.contains(node.op().type()) && spatial.contains(node.input(0));
			if (spatial.contains(node.output()) && !passing && !network.isOutput(node.output())) found.add(node.output());
		}
		return found;
	}

	/**
	 * What people call a value: the outermost layer that returns it, of several the one that computed it rather than passed it
	 * on; if none does, the operator that makes it, and where that has no name, the value's own.
	 */
	public static String name(final Network network, final String value) {
		return named(network.layers(), value).or(() -> named(network.operators(), value)).orElse(value);
	}

	private static Optional<String> named(final Map<String, String> names, final String value) {
		return names.entrySet().stream().filter(e -> e.getValue().equals(value)).map(Map.Entry::getKey).min(Comparator
			.comparingLong(name -> name.chars().filter(c -> c == '.').count()));
	}
}
