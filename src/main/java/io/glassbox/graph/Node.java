package io.glassbox.graph;

import java.util.List;

/**
 * One operation in a network, the values it reads and the values it makes.
 *
 * @param id unique within the network
 * @param layer the dotted name of the module this operation belongs to, as the network's author
 *          called it ({@code layer4.1.conv2}); empty if the file tells none
 * @param op what is computed
 * @param inputs names of values in ONNX order: inputs of the network, outputs of earlier nodes or
 *          constants; an empty name is an operand left out
 * @param outputs names of the values made; an empty name is an output nobody wants
 */
public record Node(String id, String layer, Operator op, List<String> inputs, List<String> outputs) {

	public Node {
		inputs = List.copyOf(inputs);
		outputs = List.copyOf(outputs);
	}

	/** The operand at {@code index}, or the empty string if it is left out. */
	public String input(final int index) {
		return index < inputs.size() ? inputs.get(index) : "";
	}

	public String output() {
		return outputs.get(0);
	}

	public boolean is(final String... types) {
		return op.is(types);
	}

	/** How messages speak of this node: its layer, or its id where it has none. */
	public String label() {
		return layer.isEmpty() ? id : layer;
	}
}
