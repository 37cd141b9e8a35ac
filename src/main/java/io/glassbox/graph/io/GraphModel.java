package io.glassbox.graph.io;

import ai.djl.Device;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Gradients;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Port;
import io.glassbox.graph.Scorer;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network that was read as a graph: ONNX Runtime scores it, libtorch looks inside and differentiates.
 * <p>
 * Either engine takes the parameters in when it is first needed. Where ONNX Runtime does not know the
 * graph, or has no part for the GPU, libtorch scores too.
 * </p>
 */
public final class GraphModel implements Model {

	private static final Logger LOG = LoggerFactory.getLogger(GraphModel.class);

	private final Network network;
	private final Device device;
	private TorchExecutor executor;
	private Scorer scorer;
	private boolean closed;

	public GraphModel(final Network network, final Device device) {
		this.network = network;
		this.device = device;
	}

	@Override
	public Optional<Network> graph() {
		return Optional.of(network);
	}

	@Override
	public Optional<String> opaqueBecause() {
		return Optional.empty();
	}

	@Override
	public List<Port> inputs() {
		return network.inputs();
	}

	@Override
	public List<Tensor> score(final List<Tensor> inputs) {
		return scorer().score(inputs);
	}

	@Override
	public Map<String, Tensor> activations(final List<Tensor> inputs, final Collection<String> values) {
		return executor().activations(inputs, values);
	}

	@Override
	public Map<String, int[]> shapes(final List<Tensor> inputs) {
		return executor().shapes(inputs);
	}

	@Override
	public Gradients differentiate(final List<Tensor> inputs, final Collection<String> values,
		final Gradients.Seed seed)
	{
		return executor().differentiate(inputs, values, seed);
	}

	private synchronized TorchExecutor executor() {
		checkOpen();
		if (executor == null) executor = new TorchExecutor(network, device);
		return executor;
	}

	private synchronized Scorer scorer() {
		checkOpen();
		if (scorer == null) scorer = fastest();
		return scorer;
	}

	private Scorer fastest() {
		final OnnxRuntimeScorer fast;
		try {
			fast = OnnxRuntimeScorer.of(OnnxWriter.toBytes(network), device);
		}
		catch (final GlassboxException e) {
			LOG.info("libtorch scores instead of ONNX Runtime: {}", e.getMessage());
			return executor();
		}
		if (fast.isOn(device)) return fast;
		fast.close();
		return executor();
	}

	private void checkOpen() {
		if (closed) throw new IllegalStateException("The model is closed");
	}

	/** The engines in use so far. */
	@Override
	public synchronized String engine() {
		return engines().isEmpty() ? "none yet" : engines().stream().map(Scorer::engine).collect(Collectors.joining("; "));
	}

	private List<Scorer> engines() {
		return Stream.of(scorer, executor).filter(s -> s != null).distinct().toList();
	}

	/** The parameters on the heap and once more in each engine. */
	@Override
	public synchronized long bytes() {
		return network.bytes() * (1 + engines().size());
	}

	@Override
	public synchronized void close() {
		closed = true;
		engines().forEach(Scorer::close);
		scorer = null;
		executor = null;
	}
}
