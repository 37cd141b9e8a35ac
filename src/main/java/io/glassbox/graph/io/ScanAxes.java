package io.glassbox.graph.io;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.UnsupportedNetworkException;

import java.util.List;
import java.util.function.IntFunction;

/** Along which axes a {@code Scan} goes, in which direction, and how often. */
final class ScanAxes {

	private final String id;
	private final int scanned;
	private final List<Long> axes;
	private final List<Long> directions;
	private final List<Long> outputAxes;
	private final List<Long> outputDirections;

	ScanAxes(final NodeProto n, final String id) {
		this.id = id;
		final long told = n.getAttributeList().stream().filter(a -> a.getName().equals("num_scan_inputs")).mapToLong(
			AttributeProto::getI).findFirst().orElse(0);
		if (told < 1 || told > n.getInputCount()) throw new GlassboxException("The Scan '" + id + "' goes over " + told +
			" of its " + n.getInputCount() + " operands; export it again.");
		scanned = (int) told;
		axes = list(n, "scan_input_axes");
		directions = list(n, "scan_input_directions");
		outputAxes = list(n, "scan_output_axes");
		outputDirections = list(n, "scan_output_directions");
		if (n.getAttributeList().stream().anyMatch(a -> a.getName().equals("directions"))) throw new UnsupportedNetworkException(
			"The Scan '" + id + "' is that of operator set 8, which Glassbox does not know.");
	}

	private static List<Long> list(final NodeProto n, final String name) {
		return n.getAttributeList().stream().filter(a -> a.getName().equals(name)).findFirst().map(
			AttributeProto::getIntsList).orElse(List.of());
	}

	private static long at(final List<Long> list, final int i) {
		return i < list.size() ? list.get(i) : 0;
	}

	/** How many operands, the last ones, are gone over. */
	int scanned() {
		return scanned;
	}

	/** The axis along which a result's slices are put together. */
	long output(final int i) {
		return at(outputAxes, i);
	}

	boolean isBackwardOutput(final int i) {
		return at(outputDirections, i) != 0;
	}

	/**
	 * @param shapes of what is gone over
	 * @throws UnsupportedNetworkException if the number of turns is not fixed
	 */
	int turns(final IntFunction<int[]> shapes) {
		final int[] shape = shapes.apply(0);
		final int turns = shape == null ? -1 : shape[Shapes.axis(at(axes, 0), shape.length)];
		if (turns < 1) throw new UnsupportedNetworkException("The Scan '" + id +
			"' runs as often as the image is large, which Glassbox cannot follow.");
		return turns;
	}

	/** The slice of one turn, as a value of the network. */
	String slice(final Draft draft, final String name, final String layer, final String value, final int i, final int turn,
		final int turns)
	{
		final String index = name + ".index";
		draft.constants().put(index, Tensor.ofLongs(new long[] { at(directions, i) == 0 ? turn : turns - 1L - turn }));
		draft.add(new Node(name, layer, Operator.of("Gather", "axis", at(axes, i)), List.of(value, index), List.of(name)));
		return name;
	}
}
