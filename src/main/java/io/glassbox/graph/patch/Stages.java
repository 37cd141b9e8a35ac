package io.glassbox.graph.patch;

import io.glassbox.graph.Element;
import io.glassbox.graph.Elements;
import io.glassbox.graph.Forecast;
import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.Window;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds the stages of a network: from the image on, all operators of which each place of the result depends on some places of
 * the operands only. It ends where something joins all places, as pooling over the whole map or attention.
 */
final class Stages {

	private static final Set<String> WINDOWS = Set.of("Conv", "MaxPool", "AveragePool", "Pad");

	/** The other operands of these are numbers or one value for each channel. */
	private static final Set<String> OF_ONE = Set.of("Relu", "LeakyRelu", "Elu", "Selu", "Celu", "Gelu", "Sigmoid", "Tanh",
		"Softplus", "Softsign", "HardSigmoid", "HardSwish", "Mish", "ThresholdedRelu", "Clip", "Abs", "Neg", "Exp", "Log",
		"Sqrt", "Reciprocal", "Erf", "Identity", "Dropout", "BatchNormalization", "LRN");

	private static final Set<String> OF_SEVERAL = Set.of("Add", "Sub", "Mul", "Div", "Pow", "Min", "Max", "Sum", "Mean", "PRelu");

	private static final Set<String> OF_CHANNELS = Set.of("Concat", "Softmax", "LogSoftmax", "Split");

	private final Network network;
	private final Map<String, long[]> shapes;
	private final String image;
	private final Elements elements;
	private final Map<String, Integer> stageOf = new HashMap<>();
	private final List<Started> started = new ArrayList<>();

	/** A stage that may still grow. */
	private record Started(Optional<Stage.Root> root, List<Node> each) {

		Stream<Node> nodes() {
			return Stream.concat(root.map(Stage.Root::node).stream(), each.stream());
		}
	}

	private Stages(final Network network, final String image, final Forecast forecast) {
		this.network = network;
		this.image = image;
		shapes = forecast.shapes();
		elements = new Elements(network);
		stageOf.put(image, -1);
		network.nodes().forEach(this::place);
	}

	/**
	 * @param image name of the input that is altered
	 * @param forecast of a pass with one sample
	 * @return in computing order; empty if nothing is local
	 */
	static List<Stage> of(final Network network, final String image, final Forecast forecast) {
		return new Stages(network, image, forecast).stages(forecast);
	}

	private void place(final Node n) {
		final List<String> maps = n.inputs().stream().filter(stageOf::containsKey).toList();
		if (maps.isEmpty() || !makesMaps(n)) return;
		final Optional<Stage.Root> root = root(n, maps);
		if (root.isPresent()) {
			started.add(new Started(root, new ArrayList<>()));
			join(n, started.size() - 1);
		}
		else if (isEach(n, maps)) {
			int stage = maps.stream().mapToInt(stageOf::get).max().orElseThrow();
			if (stage < 0) {
				stage = started.size();
				started.add(new Started(Optional.empty(), new ArrayList<>()));
			}
			started.get(stage).each.add(n);
			join(n, stage);
		}
	}

	private void join(final Node n, final int stage) {
		n.outputs().stream().filter(v -> !v.isEmpty()).forEach(v -> stageOf.put(v, stage));
	}

	/** Whether all that it makes are floats, laid out as the image is, one sample. */
	private boolean makesMaps(final Node n) {
		final List<String> made = n.outputs().stream().filter(v -> !v.isEmpty()).toList();
		if (made.size() != 1 && !n.is("Split")) return false;
		return made.stream().allMatch(v -> isMap(shapes.get(v)) && elements.of(v) == Element.FLOAT);
	}

	private boolean isMap(final long[] shape) {
		if (shape == null || shape.length != shapes.get(image).length || shape[0] != 1) return false;
		return Arrays.stream(shape).allMatch(n -> n > 0);
	}

	private Optional<Stage.Root> root(final Node n, final List<String> maps) {
		final boolean ofOne = maps.size() == 1 && maps.get(0).equals(n.input(0)) && fixed(n);
		if (!ofOne || !WINDOWS.contains(n.op().type())) return Optional.empty();
		final int axes = shapes.get(image).length - 2;
		final long[] extents = extents(n.input(0));
		if (n.is("Pad")) return padding(n, axes);
		final long[] kernel = n.is("Conv") ? Arrays.copyOfRange(shapes.get(n.input(1)), 2, axes + 2) : n.op().attributes().integers(
			"kernel_shape", null);
		final Window window = Window.of(n.op().attributes(), kernel, extents);
		if (n.is("Conv") && isPointwise(window)) return Optional.empty();
		if (n.is("AveragePool") && !countsAlike(n, window)) return Optional.empty();
		return Optional.of(new Stage.Root(n, n.input(0), window, n.is("MaxPool") ? Float.NEGATIVE_INFINITY : 0));
	}

	private static boolean isPointwise(final Window w) {
		final boolean one = Arrays.stream(w.kernel()).allMatch(k -> k == 1) && Arrays.stream(w.strides()).allMatch(s -> s == 1);
		return one && !w.isPadded();
	}

	/** Whether every window is divided by the same number; those that padding or the border cuts short may not be. */
	private static boolean countsAlike(final Node n, final Window w) {
		final boolean ceil = n.op().attributes().integer("ceil_mode", 0) != 0;
		return !ceil && (!w.isPadded() || n.op().attributes().integer("count_include_pad", 0) != 0);
	}

	/** Padding is a window of one place, some of which lie outside. */
	private Optional<Stage.Root> padding(final Node n, final int axes) {
		final Tensor pads = network.constant(n.input(1)).orElse(null);
		final Tensor value = network.constant(n.input(2)).orElse(Tensor.scalar(0));
		final boolean told = pads != null && pads.length() == 2 * axes + 4 && value.isFloat() && n.input(3).isEmpty();
		if (!told || !n.op().attributes().string("mode", "constant").equals("constant")) return Optional.empty();
		final long[] all = pads.longs();
		if (all[0] != 0 || all[1] != 0 || all[axes + 2] != 0 || all[axes + 3] != 0) return Optional.empty();
		final long[] ones = new long[axes];
		Arrays.fill(ones, 1);
		return Optional.of(new Stage.Root(n, n.input(0), new Window(ones, ones, ones, Arrays.copyOfRange(all, 2, axes + 2), Arrays
			.copyOfRange(all, axes + 4, 2 * axes + 4)), value.floats()[0]));
	}

	/** Whether all operands but the first are constants. */
	private boolean fixed(final Node n) {
		return n.inputs().stream().skip(1).allMatch(v -> v.isEmpty() || network.constant(v).isPresent());
	}

	private boolean isEach(final Node n, final List<String> maps) {
		final long[] extents = extents(n.output());
		if (!maps.stream().allMatch(v -> Arrays.equals(extents(v), extents))) return false;
		final boolean first = maps.get(0).equals(n.input(0)) && fixed(n);
		if (n.is("Conv")) return first;
		if (OF_ONE.contains(n.op().type())) return first;
		if (OF_SEVERAL.contains(n.op().type())) return n.inputs().stream().allMatch(v -> stageOf.containsKey(v) || isAlike(v));
		return OF_CHANNELS.contains(n.op().type()) && isAlongChannels(n) && (n.is("Split") ? first : n.inputs().stream().allMatch(
			stageOf::containsKey));
	}

	/** Whether a value is the same constant at all places and for all samples. */
	private boolean isAlike(final String value) {
		final Tensor t = network.constant(value).orElse(null);
		if (t == null) return false;
		final int axes = shapes.get(image).length - 2;
		for (int a = 1; a <= Math.min(axes, t.rank()); a++)
			if (t.size(-a) != 1) return false;
		return t.rank() <= axes + 1 || t.rank() == axes + 2 && t.size(0) == 1;
	}

	private boolean isAlongChannels(final Node n) {
		final long axis = n.op().attributes().integer("axis", n.is("Split") ? 0 : -1);
		return (axis < 0 ? axis + shapes.get(image).length : axis) == 1;
	}

	private long[] extents(final String value) {
		final long[] shape = shapes.get(value);
		return Arrays.copyOfRange(shape, 2, shape.length);
	}

	private List<Stage> stages(final Forecast forecast) {
		final List<Stage> stages = new ArrayList<>();
		for (int s = 0; s < started.size(); s++) {
			final int number = s;
			final Started now = started.get(s);
			final Set<String> beside = new LinkedHashSet<>();
			now.each.forEach(n -> n.inputs().stream().filter(v -> stageOf.getOrDefault(v, number) != number).forEach(beside::add));
			final Set<Node> inside = new HashSet<>(now.nodes().toList());
			final List<String> made = now.nodes().flatMap(n -> n.outputs().stream()).filter(v -> network.isOutput(v) || network
				.consumers(v).stream().anyMatch(c -> !inside.contains(c))).toList();
			if (made.isEmpty()) continue; // nobody needs it
			final String any = now.nodes().findFirst().orElseThrow().output();
			stages.add(new Stage(now.root, List.copyOf(now.each), List.copyOf(beside), made, Arrays.stream(extents(any)).mapToInt(
				Math::toIntExact).toArray(), now.nodes().mapToDouble(forecast::work).sum()));
		}
		return stages;
	}
}
