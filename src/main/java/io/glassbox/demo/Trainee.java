package io.glassbox.demo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;

import io.glassbox.graph.Network;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;

/** An architecture that {@link Training} can train: what DJL computes, what it is to get right, and the network it becomes. */
interface Trainee {

	/** What DJL trains: images x 1 x height x width in. */
	Block block();

	/**
	 * How far an output is from the truth; what training makes small.
	 *
	 * @param scope owns the arrays made here
	 * @param output of the block for the films at {@code index}, in this order
	 */
	NDArray loss(NDManager scope, NDArray output, Films data, int[] index);

	/** The network with the parameters as they are now, on the Java heap. */
	Network network();

	/** Adds a node that is a layer of its own; returns its name, which is its value's, too. */
	static String layer(final Network.Builder b, final String name, final Operator op, final String... operands) {
		b.node(name, name, op, operands).layer(name, name);
		return name;
	}

	/** A parameter of a block that holds it itself, copied. */
	static Tensor parameter(final Block block, final String name) {
		final Parameter parameter = block.getDirectParameters().get(name);
		final NDArray array = parameter.getArray();
		final long[] shape = array.getShape().getShape();
		final int[] extents = new int[shape.length];
		for (int i = 0; i < extents.length; i++)
			extents[i] = Math.toIntExact(shape[i]);
		return Tensor.of(array.toFloatArray(), extents);
	}
}
