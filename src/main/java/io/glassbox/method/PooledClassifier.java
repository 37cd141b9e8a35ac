package io.glassbox.method;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * The head of a network that CAM is defined for, found in the graph by walking back from the output:
 * global average pooling, then one linear layer, or none if the pooled channels are the scores.
 *
 * @param features the value that is pooled
 * @param scores the value that holds the scores: the network's output
 * @param weight classes x channels; null if each pooled channel is a score itself
 * @param biases one per class; null if there are none
 */
record PooledClassifier(String features, String scores, float[][] weight, float[] biases) {

	private static final String NO_CAM = "This network has no CAM: CAM needs global average pooling followed by one " +
		"linear layer, or a 1x1 convolution followed by global average pooling, right before the output, but found ";
	private static final String[] RESHAPING = { "Flatten", "Reshape", "Squeeze", "Identity", "Dropout" };

	/** The weight of each channel of the features for a target that is this combination of the scores. */
	double[] weights(final float[] seed) {
		if (weight == null) {
			final double[] w = new double[seed.length];
			for (int c = 0; c < w.length; c++)
				w[c] = seed[c];
			return w;
		}
		final double[] w = new double[weight[0].length];
		for (int c = 0; c < seed.length; c++)
			for (int k = 0; k < w.length; k++)
				w[k] += seed[c] * (double) weight[c][k];
		return w;
	}

	/** What the target gets regardless of the picture. */
	double bias(final float[] seed) {
		double b = 0;
		if (biases != null) for (int c = 0; c < seed.length; c++)
			b += seed[c] * (double) biases[c];
		return b;
	}

	/**
	 * @param shapes of all values, see {@link io.glassbox.graph.Model#shapes}
	 * @throws GlassboxException if the network does not end like this; the message says what stands in the way
	 */
	static PooledClassifier find(final Network network, final Map<String, int[]> shapes) {
		final String scores = network.outputs().get(0).name();
		final Node last = producer(network, before(network, scores, RESHAPING));
		if (isGlobalAverage(last, shapes)) return new PooledClassifier(last.input(0), scores, null, null);
		final Head head = linear(network, last).orElseThrow(() -> new GlassboxException(NO_CAM + last.op().type() + " in " +
			last.label() + ". Grad-CAM works for this network."));
		final Node pool = producer(network, before(network, head.input(), RESHAPING));
		if (!isGlobalAverage(pool, shapes)) throw new GlassboxException(NO_CAM + pool.op().type() + " in " + pool.label() +
			" before the last linear layer. Grad-CAM works for this network.");
		return new PooledClassifier(pool.input(0), scores, head.weight(), head.bias());
	}

	private record Head(String input, float[][] weight, float[] bias) {}

	private static Node producer(final Network network, final String value) {
		return network.producer(value).orElseThrow(() -> new GlassboxException(NO_CAM +
			"the network's input. Grad-CAM may work for this network."));
	}

	/** Walks back over nodes of these types. */
	private static String before(final Network network, final String value, final String... types) {
		String v = value;
		Optional<Node> node = network.producer(v);
		while (node.isPresent() && node.get().is(types)) {
			v = node.get().input(0);
			node = network.producer(v);
		}
		return v;
	}

	/** Whether a node averages every channel over all of its places, which shapes tell for pooling of any kind. */
	private static boolean isGlobalAverage(final Node node, final Map<String, int[]> shapes) {
		if (!node.is("GlobalAveragePool", "AdaptiveAveragePool", "AveragePool", "ReduceMean")) return false;
		final int[] in = shapes.get(node.input(0));
		final int[] out = shapes.get(node.output());
		final boolean oneEach = in.length > 3 && out.length > 1 && out[1] == in[1] && Tensor.count(out) == (long) in[0] * in[1];
		return oneEach && (!node.is("AveragePool") || Arrays.equals(node.op().attributes().integers("kernel_shape",
			new long[0]), Arrays.stream(in).skip(2).asLongStream().toArray()));
	}

	/** A linear layer with fixed weights: Gemm, 1x1 convolution of the pooled channels, or MatMul with a bias added. */
	private static Optional<Head> linear(final Network network, final Node node) {
		if (node.is("Gemm")) return gemm(network, node);
		if (node.is("MatMul")) return matrix(network, node, false).map(w -> new Head(node.input(0), w, null));
		if (node.is("Conv") && isPointwise(network, node)) return Optional.of(new Head(node.input(0), rows(network.constant(
			node.input(1)).orElseThrow()), floats(network, node.input(2))));
		if (!node.is("Add")) return Optional.empty();
		for (int side = 0; side < 2; side++) {
			final Optional<Node> product = network.producer(node.input(side)).filter(n -> n.is("MatMul"));
			final float[] bias = floats(network, node.input(1 - side));
			if (product.isPresent() && bias != null) return matrix(network, product.get(), false).map(w -> new Head(product
				.get().input(0), w, bias));
		}
		return Optional.empty();
	}

	private static Optional<Head> gemm(final Network network, final Node node) {
		final Operator op = node.op();
		if (op.attributes().number("alpha", 1) != 1 || op.attributes().number("beta", 1) != 1 || op.attributes().integer(
			"transA", 0) != 0) return Optional.empty();
		return matrix(network, node, op.attributes().integer("transB", 0) != 0).map(w -> new Head(node.input(0), w, floats(
			network, node.input(2))));
	}

	private static boolean isPointwise(final Network network, final Node conv) {
		return network.constant(conv.input(1)).filter(w -> w.size(0) * w.size(1) == w.length()).isPresent() && conv.op()
			.attributes().integer("group", 1) == 1;
	}

	private static Optional<float[][]> matrix(final Network network, final Node node, final boolean transposed) {
		return network.constant(node.input(1)).filter(w -> w.rank() == 2).map(w -> transposed ? rows(w) : columns(w));
	}

	private static float[][] rows(final Tensor w) {
		final float[][] rows = new float[w.size(0)][];
		final int n = w.length() / rows.length;
		for (int r = 0; r < rows.length; r++)
			rows[r] = Arrays.copyOfRange(w.floats(), r * n, (r + 1) * n);
		return rows;
	}

	private static float[][] columns(final Tensor w) {
		final float[][] columns = new float[w.size(1)][w.size(0)];
		for (int i = 0; i < w.length(); i++)
			columns[i % w.size(1)][i / w.size(1)] = w.floats()[i];
		return columns;
	}

	private static float[] floats(final Network network, final String constant) {
		return network.constant(constant).map(Tensor::floats).orElse(null);
	}
}
