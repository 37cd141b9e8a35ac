package io.glassbox.command;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.model.Preprocessing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Inputs of zeros that a network takes, to learn the shapes inside it. */
final class TrialInput {

	private static final Logger LOG = LoggerFactory.getLogger(TrialInput.class);

	/** Extents to try where neither network nor description tells one; a TorchScript file never does. */
	private static final int[] EXTENTS = { 224, 64, 256, 32, 384, 128, 28, 16 };

	private TrialInput() {}

	/** Inputs of the size that network and description tell, or empty if they leave an extent open. */
	static Optional<List<Tensor>> of(final Network network, final Preprocessing preprocessing) {
		final List<Tensor> inputs = new ArrayList<>();
		for (final Port port : network.inputs()) {
			if (port.shape() == null) return Optional.empty();
			final int[] shape = port.shape().clone();
			final int[] size = preprocessing.exampleSize();
			for (int i = 0; i < shape.length; i++) {
				if (shape[i] != Port.ANY) continue;
				final int space = i - (shape.length - size.length);
				if (i == 0) shape[i] = 1;
				else if (i == 1 && preprocessing.channels() > 0) shape[i] = preprocessing.channels();
				else if (i > 1 && space >= 0) shape[i] = size[space];
				else return Optional.empty();
			}
			inputs.add(Tensor.zeros(shape));
		}
		return Optional.of(inputs);
	}

	/**
	 * Shapes of all values for some input that the network takes, good for telling which layers are pictures but not how
	 * large they are; none if no guess fits.
	 */
	static Map<String, int[]> shapes(final Model model) {
		final Network network = model.network();
		for (final int extent : EXTENTS) {
			final Optional<List<Tensor>> inputs = guess(network, extent);
			if (inputs.isEmpty()) return Map.of();
			try {
				return model.shapes(inputs.get());
			}
			catch (final GlassboxException e) {
				LOG.debug("An input of extent {} does not fit: {}", extent, e.getMessage());
			}
		}
		return Map.of();
	}

	private static Optional<List<Tensor>> guess(final Network network, final int extent) {
		final List<Tensor> inputs = new ArrayList<>();
		for (final Port port : network.inputs()) {
			final Optional<Tensor> weight = network.consumers(port.name()).stream().filter(n -> n.is("Conv")).map(Node::inputs)
				.map(in -> network.constant(in.get(1))).flatMap(Optional::stream).findFirst();
			if (port.shape() == null && weight.isEmpty()) return Optional.empty();
			final int rank = port.shape() == null ? weight.get().rank() : port.shape().length;
			final int[] shape = new int[rank];
			for (int i = 0; i < rank; i++) {
				final int told = port.shape() == null ? Port.ANY : port.shape()[i];
				final int channels = weight.map(w -> w.size(1)).orElse(3);
				shape[i] = told != Port.ANY ? told : i == 0 ? 1 : i == 1 ? channels : rank > 4 ? Math.min(extent, 64) : extent;
			}
			inputs.add(Tensor.zeros(shape));
		}
		return Optional.of(inputs);
	}
}
