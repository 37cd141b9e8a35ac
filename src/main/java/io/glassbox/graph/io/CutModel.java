package io.glassbox.graph.io;

import io.glassbox.graph.Gradients;
import io.glassbox.graph.Network;
import io.glassbox.graph.Port;
import io.glassbox.graph.Scorer;
import io.glassbox.graph.Subgraph;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;

import ai.djl.Device;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * A network cut at one value, to differentiate by that value: ONNX Runtime runs what comes before, libtorch
 * what depends on it, forward and back.
 * <p>
 * Nothing before the value needs a gradient, and before the last layers lies most of the work; ONNX Runtime
 * does it in about half libtorch's time.
 * </p>
 */
final class CutModel implements AutoCloseable {

	private final String value;
	private final Subgraph.Rest rest;
	private final List<String> inputs;
	private final List<String> computed;
	private final List<Port> outputs;
	private final Scorer before;
	private final TorchExecutor after;

	/** @param fast makes the engine that runs the part before the value */
	CutModel(final Network network, final String value, final Device device, final Function<Network, Scorer> fast) {
		this.value = value;
		rest = Subgraph.behind(network, value);
		inputs = network.inputs().stream().map(Port::name).toList();
		outputs = network.outputs();
		final Set<String> wanted = new LinkedHashSet<>(rest.boundary());
		for (int i = 0; i < outputs.size(); i++)
			if (rest.outputs()[i] < 0) wanted.add(outputs.get(i).name());
		network.inputs().forEach(p -> wanted.remove(p.name()));
		computed = List.copyOf(wanted);
		after = new TorchExecutor(rest.network(), device);
		try {
			before = fast.apply(Subgraph.computing(network, computed));
		}
		catch (final RuntimeException e) {
			after.close();
			throw e;
		}
	}

	/** One forward and one backward pass, see {@link TorchExecutor#differentiate}. */
	Gradients differentiate(final List<Tensor> given, final Gradients.Seed seed) {
		final List<Tensor> scored = before.score(given);
		final Function<String, Tensor> known = name -> computed.contains(name) ? scored.get(computed.indexOf(name)) : given
			.get(inputs.indexOf(name));
		final List<Tensor> all = new ArrayList<>();
		final Gradients g = after.differentiate(rest.boundary().stream().map(known).toList(), List.of(value), some -> {
			for (int i = 0; i < outputs.size(); i++)
				all.add(rest.outputs()[i] < 0 ? known.apply(outputs.get(i).name()) : some.get(rest.outputs()[i]));
			final List<Tensor> seeds = seed.of(all);
			final Tensor[] ours = new Tensor[some.size()];
			for (int i = 0; i < outputs.size(); i++)
				if (rest.outputs()[i] >= 0) ours[rest.outputs()[i]] = seeds.get(i);
			return Arrays.asList(ours);
		});
		return new Gradients(all, Map.of(value, g.activations().get(value)), g.gradients());
	}

	/** Engines of both parts. */
	List<Scorer> engines() {
		return List.of(before, after);
	}

	@Override
	public void close() {
		before.close();
		after.close();
	}
}
