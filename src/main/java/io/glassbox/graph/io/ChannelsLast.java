package io.glassbox.graph.io;

import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Networks that take images with the channels behind height and width, as TensorFlow and Keras have them.
 * <p>
 * They are opened with the channels first: a Transpose in front of the network puts them back, and goes away together with
 * the one that ONNX exports begin with, since ONNX convolves with channels first. So whatever explains a network finds
 * its channels on the second axis.
 * </p>
 */
final class ChannelsLast {

	/** Between the input and the first Transpose there may be what scales pixels. */
	private static final String[] SCALING = { "Add", "Sub", "Mul", "Div", "Cast", "Clip", "Identity", "Neg" };

	private ChannelsLast() {}

	/**
	 * The network with its channels first.
	 *
	 * @param axes what the axes mean, where a description says so; empty if it does not
	 * @return the same network if its channels are first, as far as can be told
	 */
	static Network opened(final Network network, final String axes) {
		final Optional<Port> image = network.inputs().stream().filter(p -> isImage(p, axes)).findFirst();
		if (image.isEmpty()) return network;
		final boolean told = axes.endsWith("c");
		if (!told && (!axes.isEmpty() || !isIn(network, image.get()))) return network;
		return turned(network, image.get(), image.get().shape() == null ? axes.length() : image.get().shape().length, "The input '" +
			image.get().name() + "' takes " + image.get().describe() + ", channels last" + (told ? " by its description" : "") +
			"; it is opened with channels first, which are turned inside.");
	}

	private static boolean isImage(final Port p, final String axes) {
		return p.shape() == null ? axes.endsWith("c") : p.shape().length == 4 || p.shape().length == 5;
	}

	// -- whether they are last --

	/** Whether the first thing that the network does with its input, scaling apart, is to put the last axis second. */
	private static boolean isIn(final Network network, final Port image) {
		final int[] shape = image.shape();
		final int channels = shape[shape.length - 1];
		final boolean few = channels == Port.ANY || Arrays.stream(shape, 1, shape.length - 1).allMatch(n -> n == Port.ANY ||
			n > channels);
		return few && isTurned(network, image.name(), shape);
	}

	private static boolean isTurned(final Network network, final String value, final int[] shape) {
		final List<Node> readers = network.consumers(value).stream().filter(n -> !n.is("Shape")).toList();
		return !readers.isEmpty() && readers.stream().allMatch(n -> isTurn(network, n, shape) || n.is(SCALING) && n.inputs()
			.stream().filter(v -> !v.equals(value)).allMatch(v -> v.isEmpty() || network.constant(v).isPresent()) && isTurned(
				network, n.output(), shape));
	}

	private static boolean isTurn(final Network network, final Node n, final int[] shape) {
		if (n.is("Transpose")) return Arrays.equals(n.op().attributes().integers("perm", null), toFirst(shape.length));
		return n.is("Reshape") && network.constant(n.input(1)).filter(to -> isTurn(to, shape)).isPresent();
	}

	/** A single channel may as well be put second by telling the new extents. */
	private static boolean isTurn(final Tensor to, final int[] shape) {
		final int rank = shape.length;
		if (to.length() != rank || shape[rank - 1] != 1 || to.longs()[1] != 1) return false;
		for (int i = 1; i < rank - 1; i++)
			if (shape[i] == Port.ANY || to.longs()[i + 1] != shape[i]) return false;
		return true;
	}

	/** 0 3 1 2. */
	private static long[] toFirst(final int rank) {
		final long[] perm = new long[rank];
		Arrays.setAll(perm, i -> i == 0 ? 0 : i == 1 ? rank - 1 : i - 1);
		return perm;
	}

	/** 0 2 3 1. */
	private static long[] toLast(final int rank) {
		final long[] perm = new long[rank];
		Arrays.setAll(perm, i -> i == 0 ? 0 : i == rank - 1 ? 1 : i + 1);
		return perm;
	}

	// -- turning --

	private static Network turned(final Network network, final Port image, final int rank, final String note) {
		final String last = free(image.name() + ".channels_last", network);
		final Network.Builder b = network.toBuilder().clearNodes().clearInputs();
		network.inputs().forEach(p -> b.input(p == image ? first(p) : p));
		final List<Node> nodes = new ArrayList<>();
		nodes.add(new Node(last, "", Operator.of("Transpose", "perm", toLast(rank)), List.of(image.name()), List.of(last)));
		final List<String> back = new ArrayList<>();
		for (final Node n : network.nodes()) {
			final boolean undone = n.is("Transpose") && n.input(0).equals(image.name()) && !network.isOutput(n.output()) && Arrays
				.equals(n.op().attributes().integers("perm", null), toFirst(rank));
			if (undone) back.add(n.output());
			else nodes.add(reading(n, image.name(), last));
		}
		if (nodes.stream().noneMatch(n -> n.inputs().contains(last))) nodes.remove(0);
		nodes.forEach(b::node);
		back.forEach(v -> b.redirect(v, image.name()));
		return b.note(note).build();
	}

	private static Port first(final Port p) {
		if (p.shape() == null) return p;
		final int rank = p.shape().length;
		final int[] shape = new int[rank];
		for (int i = 0; i < rank; i++)
			shape[i] = p.shape()[(int) toFirst(rank)[i]];
		return new Port(p.name(), shape, p.element());
	}

	private static Node reading(final Node n, final String from, final String to) {
		return new Node(n.id(), n.layer(), n.op(), n.inputs().stream().map(v -> v.equals(from) ? to : v).toList(), n
			.outputs());
	}

	private static String free(final String name, final Network network) {
		String free = name;
		while (network.constant(free).isPresent() || network.producer(free).isPresent() || isNode(free, network))
			free += "'";
		return free;
	}

	private static boolean isNode(final String id, final Network network) {
		return network.nodes().stream().anyMatch(n -> n.id().equals(id));
	}
}
