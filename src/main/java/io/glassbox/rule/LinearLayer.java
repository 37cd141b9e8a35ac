package io.glassbox.rule;

import io.glassbox.graph.Attributes;
import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A convolution or linear layer with fixed weights, and what it adds to each of its output channels.
 * <p>
 * What it adds may be its own bias, or a constant that an Add of its own puts on top, as Keras exports write it. A MatMul
 * counts where it has one row per sample, since only then its channels are on the second axis, where normalisations look
 * for them.
 * </p>
 *
 * @param operator the convolution, Gemm or MatMul
 * @param nodes all nodes it is made of, the last makes its value
 * @param bias one for each output channel
 */
record LinearLayer(Node operator, List<Node> nodes, Tensor weight, double[] bias) {

	/** The layer that makes a value, unless something else reads what lies between its parts. */
	static Optional<LinearLayer> making(final String value, final Network network) {
		final Node last = network.producer(value).orElse(null);
		if (last == null) return Optional.empty();
		if (!last.is("Add")) return of(last, network);
		final boolean constantFirst = network.constant(last.input(0)).isPresent();
		final Tensor added = network.constant(last.input(constantFirst ? 0 : 1)).orElse(null);
		final String sum = last.input(constantFirst ? 1 : 0);
		if (added == null || !isReadOnlyBy(last, sum, network)) return Optional.empty();
		return network.producer(sum).flatMap(n -> of(n, network)).flatMap(l -> l.plus(added, last));
	}

	/** Whether nothing but a node reads a value's elements; anyone may ask for its shape. */
	static boolean isReadOnlyBy(final Node reader, final String value, final Network network) {
		return !network.isOutput(value) && network.consumers(value).stream().allMatch(n -> n == reader || n.is("Shape"));
	}

	private static Optional<LinearLayer> of(final Node n, final Network network) {
		final Tensor weight = network.constant(n.input(1)).orElse(null);
		if (!n.is("Conv", "ConvTranspose", "Gemm", "MatMul") || weight == null || !weight.isFloat() || !isPlain(n, weight,
			network)) return Optional.empty();
		final LinearLayer bare = new LinearLayer(n, List.of(n), weight, new double[channels(n, weight)]);
		if (n.input(2).isEmpty()) return Optional.of(bare);
		// the bias of a convolution has no axes but the channels
		return network.constant(n.input(2)).flatMap(b -> n.is("Gemm") ? bare.perChannel(b) : b.length() == bare.channels()
			? Optional.of(doubles(b)) : Optional.empty()).map(b -> new LinearLayer(n, bare.nodes, weight, b));
	}

	private static boolean isPlain(final Node n, final Tensor weight, final Network network) {
		final Attributes a = n.op().attributes();
		if (n.is("Gemm")) return weight.rank() == 2 && a.number("alpha", 1) == 1 && a.number("beta", 1) == 1 && a.integer(
			"transA", 0) == 0;
		return n.is("MatMul") ? weight.rank() == 2 && Rows.isOnePerSample(n.input(0), network) : weight.rank() > 2;
	}

	private static int channels(final Node n, final Tensor weight) {
		final Attributes a = n.op().attributes();
		if (n.is("ConvTranspose")) return weight.size(1) * (int) a.integer("group", 1);
		return weight.size(n.is("MatMul") || n.is("Gemm") && a.integer("transB", 0) == 0 ? 1 : 0);
	}

	int channels() {
		return bias.length;
	}

	private Optional<LinearLayer> plus(final Tensor added, final Node add) {
		return perChannel(added).map(more -> {
			final double[] sum = bias.clone();
			for (int c = 0; c < sum.length; c++)
				sum[c] += more[c];
			return new LinearLayer(operator, List.of(operator, add), weight, sum);
		});
	}

	/** A constant as one number per channel; empty if broadcasting it on the layer's value means something else. */
	private Optional<double[]> perChannel(final Tensor constant) {
		final int channelAxis = constant.rank() - weight.rank() + 1;
		if (!constant.isFloat() || constant.rank() > weight.rank()) return Optional.empty();
		for (int axis = 0; axis < constant.rank(); axis++)
			if (constant.size(axis) != 1 && (axis != channelAxis || constant.size(axis) != channels())) return Optional.empty();
		if (constant.length() == channels()) return Optional.of(doubles(constant));
		final double[] same = new double[channels()];
		Arrays.fill(same, constant.floats()[0]);
		return Optional.of(same);
	}

	private static double[] doubles(final Tensor t) {
		final double[] all = new double[t.length()];
		for (int i = 0; i < all.length; i++)
			all[i] = t.floats()[i];
		return all;
	}

	/** The weights, those of each output channel multiplied by a number. */
	Tensor scaled(final double[] scale) {
		final float[] w = weight.floats().clone();
		for (int i = 0; i < w.length; i++)
			w[i] = (float) (w[i] * scale[channel(i)]);
		return Tensor.of(w, weight.shape());
	}

	/** The output channel that an element of the weight belongs to. */
	private int channel(final int element) {
		final int rows = weight.size(0);
		final int perRow = weight.length() / rows;
		final Attributes a = operator.op().attributes();
		if (operator.is("MatMul") || operator.is("Gemm") && a.integer("transB", 0) == 0) return element % perRow;
		if (!operator.is("ConvTranspose")) return element / perRow;
		final int rowsPerGroup = rows / (int) a.integer("group", 1);
		final int perOutput = perRow / weight.size(1);
		return element / perRow / rowsPerGroup * weight.size(1) + element % perRow / perOutput;
	}

	/** One node that does the same with other parameters. */
	Node with(final String weightName, final String biasName, final String output) {
		// a MatMul has no place for a bias; on one row per sample a Gemm is the same
		final Operator op = operator.is("MatMul") ? Operator.of("Gemm") : operator.op();
		return new Node(operator.id(), operator.layer(), op, List.of(operator.input(0), weightName, biasName), List.of(
			output));
	}
}
