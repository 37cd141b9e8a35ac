package io.glassbox.rule;

import io.glassbox.graph.Attributes;
import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Folds a batch normalisation into the convolution or linear layer right before it.
 * <p>
 * In inference a batch normalisation multiplies each channel by a constant and adds another, which the
 * layer before can do by itself: {@code w' = w s}, {@code b' = (b - mean) s + beta} with
 * {@code s = gamma / sqrt(variance + epsilon)}. That holds for convolutions of any number of dimensions and groups, for
 * transposed ones and for linear layers. It is folded only where nothing else reads the elements of the value
 * between the two (its shape may be asked for, it stays the same). A normalisation before a convolution, as in a
 * DenseNet, stays: padding with zeros comes between. Parameters that several layers share are copied, not altered. The
 * merged node keeps the first layer's name; the layer name of the normalisation
 * stands for its output too, and the first layer's name then means the normalised value.
 * </p>
 */
public final class MergeBatchNorm implements Canonizer {

	@Override
	public Network apply(final Network network) {
		final Network.Builder b = network.toBuilder().clearNodes();
		final Map<String, Integer> position = new HashMap<>();
		final List<Node> nodes = new ArrayList<>();
		final Map<String, String> replaced = new HashMap<>();
		for (final Node node : network.nodes()) {
			final Optional<Node> linear = node.is("BatchNormalization") ? linearBefore(network, node) : Optional.empty();
			if (linear.isEmpty()) {
				position.put(node.id(), nodes.size());
				nodes.add(node);
				continue;
			}
			final int at = position.get(linear.get().id());
			nodes.set(at, merged(network, linear.get(), node, b));
			replaced.put(linear.get().output(), node.output());
		}
		nodes.forEach(b::node);
		replaced.forEach(b::redirect);
		return b.build();
	}

	/** The convolution or linear layer whose only reader is this normalisation, with parameters that are fixed. */
	private static Optional<Node> linearBefore(final Network network, final Node norm) {
		return network.producer(norm.input(0)).filter(before -> before.is("Conv", "ConvTranspose", "Gemm") && network
			.consumers(norm.input(0)).stream().allMatch(n -> n == norm || n.is("Shape")) && !network.isOutput(norm.input(0))).filter(before -> network.constant(before.input(1))
				.isPresent() && (before.input(2).isEmpty() || network.constant(before.input(2)).isPresent())).filter(
					before -> plain(before) && norm.inputs().stream().skip(1).allMatch(v -> network.constant(v).isPresent()));
	}

	private static boolean plain(final Node linear) {
		final Attributes a = linear.op().attributes();
		return !linear.is("Gemm") || a.number("alpha", 1) == 1 && a.number("beta", 1) == 1 && a.integer("transA", 0) == 0;
	}

	private static Node merged(final Network network, final Node linear, final Node norm, final Network.Builder b) {
		final float[] gamma = floats(network, norm.input(1));
		final float[] beta = floats(network, norm.input(2));
		final float[] mean = floats(network, norm.input(3));
		final float[] variance = floats(network, norm.input(4));
		final float epsilon = norm.op().attributes().number("epsilon", 1e-5f);
		final int channels = gamma.length;
		final double[] scale = new double[channels];
		for (int c = 0; c < channels; c++)
			scale[c] = gamma[c] / Math.sqrt((double) variance[c] + epsilon);

		final Tensor weight = network.constant(linear.input(1)).orElseThrow();
		final float[] w = weight.floats().clone();
		for (int i = 0; i < w.length; i++)
			w[i] *= (float) scale[channel(linear, weight, i)];

		final float[] bias = linear.input(2).isEmpty() ? new float[channels] : floats(network, linear.input(2)).clone();
		for (int c = 0; c < channels; c++)
			bias[c] = (float) ((bias[c] - (double) mean[c]) * scale[c] + beta[c]);

		final String weightName = linear.id() + ".merged.weight";
		final String biasName = linear.id() + ".merged.bias";
		b.constant(weightName, Tensor.of(w, weight.shape())).constant(biasName, Tensor.of(bias, channels));
		return new Node(linear.id(), linear.layer(), new Operator(linear.op().type(), linear.op().attributes()), List.of(
			linear.input(0), weightName, biasName), List.of(norm.output()));
	}

	/** The output channel that an element of a weight belongs to. */
	private static int channel(final Node linear, final Tensor weight, final int element) {
		final int rows = weight.size(0);
		final int perRow = weight.length() / rows;
		if (linear.is("Conv") || linear.is("Gemm") && linear.op().attributes().integer("transB", 0) != 0) return element /
			perRow;
		if (linear.is("Gemm")) return element % weight.size(1);
		final int rowsPerGroup = rows / (int) linear.op().attributes().integer("group", 1);
		final int perOutput = perRow / weight.size(1);
		return element / perRow / rowsPerGroup * weight.size(1) + element % perRow / perOutput;
	}

	private static float[] floats(final Network network, final String constant) {
		return network.constant(constant).orElseThrow().floats();
	}
}
