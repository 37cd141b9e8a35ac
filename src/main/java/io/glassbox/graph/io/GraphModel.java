package io.glassbox.graph.io;

import ai.djl.Device;

import io.glassbox.graph.FinalActivation;
import io.glassbox.graph.Forecast;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Gradients;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Parts;
import io.glassbox.graph.Port;
import io.glassbox.graph.Rule;
import io.glassbox.graph.Scorer;
import io.glassbox.graph.Subgraph;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;

import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network that was read as a graph: ONNX Runtime runs it forward, libtorch differentiates.
 * <p>
 * Each engine takes parameters in when it is first needed. To differentiate by a layer, libtorch gets only
 * what lies behind it, see {@link CutModel}. The same question is always answered by the same engines, so
 * that it gets the same answer. Where ONNX Runtime does not know the graph, or has no part for the GPU, or could
 * not be kept from harm by it, libtorch does all.
 * </p>
 */
public final class GraphModel implements Model {

	private static final Logger LOG = LoggerFactory.getLogger(GraphModel.class);

	/** Parts of the network kept ready for a layer: people look at one, then compare it with another. */
	private static final int PARTS = 2;

	private final Network network;
	private final Device device;
	private final Set<String> inputNames;
	private final SharedCache<List<String>, Scorer> taps = new SharedCache<>(PARTS);
	private final SharedCache<String, CutModel> cuts = new SharedCache<>(PARTS);
	private final SharedCache<String, RestScorer> rests = new SharedCache<>(PARTS);
	private final SharedCache<List<PartEngines.Key>, PartEngines> parts = new SharedCache<>(PARTS);
	private final NativeBuffers buffers = new NativeBuffers();
	private final Map<String, Map<String, int[]>> shapes = new ConcurrentHashMap<>();
	private final Set<String> foreseen = ConcurrentHashMap.newKeySet();
	private final boolean onnxRuntime;
	private final Map<FinalActivation, GraphModel> endings = new EnumMap<>(FinalActivation.class);
	private TorchExecutor executor;
	private Scorer scorer;
	private boolean closed;

	public GraphModel(final Network network, final Device device) {
		this.network = network;
		this.device = device;
		onnxRuntime = OnnxRuntimeHazards.in(network).isEmpty();
		inputNames = network.inputs().stream().map(Port::name).collect(Collectors.toSet());
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
		foresee(inputs);
		return scorer().score(inputs);
	}

	@Override
	public Map<String, Tensor> activations(final List<Tensor> inputs, final Collection<String> values) {
		final List<String> names = values.stream().distinct().toList();
		if (names.isEmpty() || names.stream().anyMatch(inputNames::contains)) return executor().activations(inputs, names);
		foresee(inputs);
		final List<Tensor> read = taps.use(names, v -> fastest(Subgraph.computing(network, v)), s -> s.score(inputs));
		final Map<String, Tensor> result = new LinkedHashMap<>();
		for (int i = 0; i < names.size(); i++)
			result.put(names.get(i), read.get(i));
		return result;
	}

	@Override
	public List<Tensor> scoreBehind(final List<Tensor> inputs, final String value, final Tensor replacements) {
		foresee(inputs);
		return rests.use(value, v -> new RestScorer(network, v, this::fastest), r -> r.score(inputs, replacements));
	}

	@Override
	public Optional<Parts> parts(final List<Network> networks) {
		if (!onnxRuntime || device.isGpu()) return Optional.empty();
		final SharedCache<?, PartEngines>.Lease lease = parts.lease(PartEngines.Key.of(networks), k -> new PartEngines(networks,
			this::fastest));
		return Optional.of(new Parts() {

			@Override
			public Scorer engine(final int part) {
				return lease.value().engine(part);
			}

			@Override
			public void close() {
				lease.close();
			}
		});
	}

	/** Found by one forward pass on libtorch, and kept, since they only depend on the shapes of the inputs. */
	@Override
	public Map<String, int[]> shapes(final List<Tensor> inputs) {
		return shapes.computeIfAbsent(inputs.toString(), k -> {
			try (TorchExecutor once = new TorchExecutor(network, device)) {
				return once.shapes(inputs);
			}
		});
	}

	@Override
	public Model logits() {
		return ending(FinalActivation.NONE);
	}

	@Override
	public synchronized Model ending(final FinalActivation last) {
		checkOpen();
		final Network other = endings.containsKey(last) ? network : last.behind(network);
		if (other != network) endings.put(last, new GraphModel(other, device));
		return endings.getOrDefault(last, this);
	}

	@Override
	public Gradients differentiate(final List<Tensor> inputs, final Collection<String> values,
		final Gradients.Seed seed)
	{
		final boolean oneInside = values.size() == 1 && !inputNames.contains(values.iterator().next());
		if (!oneInside) return executor().differentiate(inputs, values, seed);
		foresee(inputs);
		return cuts.use(values.iterator().next(), v -> new CutModel(network, v, device, this::fastest), c -> c
			.differentiate(inputs, seed));
	}

	@Override
	public Gradients differentiate(final List<Tensor> inputs, final Collection<String> values,
		final Map<String, Rule> rules, final Gradients.Seed seed)
	{
		return rules.isEmpty() ? differentiate(inputs, values, seed) : executor().differentiate(inputs, values, rules, seed);
	}

	private synchronized TorchExecutor executor() {
		checkOpen();
		if (executor == null) executor = new TorchExecutor(network, device);
		return executor;
	}

	private synchronized Scorer scorer() {
		checkOpen();
		if (scorer == null) scorer = fastest(network);
		return scorer;
	}

	/**
	 * Checks once for each shape of the inputs that a pass on ONNX Runtime takes no more than it may; where that cannot
	 * be told beforehand, one pass on libtorch tells it.
	 */
	private void foresee(final List<Tensor> inputs) {
		if (!onnxRuntime || foreseen.contains(inputs.toString())) return;
		if (!Forecast.of(network, inputs).complete()) shapes(inputs);
		foreseen.add(inputs.toString());
	}

	private Scorer fastest(final Network part) {
		if (!onnxRuntime) return new TorchExecutor(part, device);
		try {
			final OnnxRuntimeScorer fast = OnnxRuntimeScorer.of(OnnxWriter.toBytes(part), device, buffers);
			if (fast.isOn(device)) return fast;
			fast.close();
		}
		catch (final GlassboxException e) {
			LOG.info("libtorch scores instead of ONNX Runtime: {}", e.getMessage());
		}
		return new TorchExecutor(part, device);
	}

	private void checkOpen() {
		if (closed) throw new IllegalStateException("The model is closed");
	}

	/** The engines in use so far. */
	@Override
	public String engine() {
		final String names = engines().map(Scorer::engine).distinct().collect(Collectors.joining("; "));
		return names.isEmpty() ? "none yet" : names;
	}

	private synchronized Stream<Scorer> engines() {
		final Stream<Scorer> whole = Stream.of(scorer, executor).filter(Objects::nonNull);
		return Stream.of(whole, taps.values(), parts.values().flatMap(p -> p.engines().stream()), cuts.values().flatMap(c -> c.engines().stream()), rests.values()
			.flatMap(r -> r.engines().stream()), endings.values().stream().flatMap(GraphModel::engines)).flatMap(s -> s);
	}

	/** The parameters on the heap and once more in each engine. */
	@Override
	public long bytes() {
		return network.bytes() + engines().mapToLong(Scorer::bytes).sum();
	}

	@Override
	public synchronized void close() {
		closed = true;
		taps.close();
		cuts.close();
		rests.close();
		parts.close();
		endings.values().forEach(GraphModel::close);
		Stream.of(scorer, executor).filter(Objects::nonNull).forEach(Scorer::close);
		scorer = null;
		executor = null;
	}
}
