package io.glassbox.rule;

import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Tensor;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Folds a batch normalisation into the convolution or linear layer right before it.
 * <p>
 * In inference a batch normalisation multiplies each channel by a constant and adds another, which the
 * layer before can do by itself: {@code w' = w s}, {@code b' = (b - mean) s + beta} with
 * {@code s = gamma / sqrt(variance + epsilon)}. That holds for convolutions of any number of dimensions and groups, for
 * transposed ones and for linear layers, see {@link LinearLayer}. It is folded only where nothing else reads the elements of the value
 * between the two (its shape may be asked for, it stays the same). A normalisation before a convolution, as in a
 * DenseNet, stays: padding with zeros comes between. Parameters that several layers share are copied, not altered. The
 * merged node keeps the first layer's name; the layer name of the normalisation
 * stands for its output too, and the first layer's name then means the normalised value.
 * </p>
 */
public final class MergeBatchNorm implements Canonizer {

	@Override
	public Network apply(final Network network) {
		Network merged = network;
		// a normalisation may follow another: the second finds its layer once the first is merged
		for (Optional<Network> next = once(network); next.isPresent(); next = once(merged))
			merged = next.get();
		return merged;
	}

	/** All normalisations merged that follow a layer, or empty if none does. */
	private static Optional<Network> once(final Network network) {
		final Network.Builder b = network.toBuilder().clearNodes();
		final Map<String, Node> instead = new HashMap<>();
		final Set<String> gone = new HashSet<>();
		final Map<String, String> moved = new HashMap<>();
		for (final Node norm : network.nodes()) {
			final LinearLayer layer = layerBefore(norm, network).orElse(null);
			final ChannelScaling scaling = layer == null ? null : ChannelScaling.of(norm, network).filter(s -> s.fits(layer))
				.orElse(null);
			if (scaling == null) continue;
			instead.put(layer.operator().id(), merged(layer, scaling, norm, network, b));
			layer.nodes().forEach(n -> gone.add(n.id()));
			layer.nodes().forEach(n -> moved.put(n.output(), norm.output()));
			gone.add(norm.id());
		}
		if (gone.isEmpty()) return Optional.empty();
		for (final Node n : network.nodes())
			if (instead.containsKey(n.id())) b.node(instead.get(n.id()));
			else if (!gone.contains(n.id())) b.node(n);
		moved.forEach(b::redirect);
		return Optional.of(b.build());
	}

	private static Optional<LinearLayer> layerBefore(final Node norm, final Network network) {
		return norm.is("BatchNormalization") && LinearLayer.isReadOnlyBy(norm, norm.input(0), network) ? LinearLayer.making(norm
			.input(0), network) : Optional.empty();
	}

	private static Node merged(final LinearLayer layer, final ChannelScaling scaling, final Node norm, final Network network,
		final Network.Builder b)
	{
		final String weight = free(layer.operator().id() + ".merged.weight", network);
		final String bias = free(layer.operator().id() + ".merged.bias", network);
		b.constant(weight, layer.scaled(scaling.factor())).constant(bias, Tensor.of(scaling.of(layer.bias()), layer.channels()));
		return layer.with(weight, bias, norm.output());
	}

	private static String free(final String name, final Network network) {
		String free = name;
		while (network.constant(free).isPresent())
			free += "'";
		return free;
	}
}
