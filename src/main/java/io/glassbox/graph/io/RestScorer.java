package io.glassbox.graph.io;

import io.glassbox.graph.Forecast;
import io.glassbox.graph.Network;
import io.glassbox.graph.Port;
import io.glassbox.graph.Scorer;
import io.glassbox.graph.Subgraph;
import io.glassbox.graph.Tensor;

import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A network cut at one value, to be scored with other values in its place: only what lies behind the value runs.
 * <p>
 * What else the rest reads, as the other branch of a residual block, is computed once for a batch of that size of one and
 * the same sample, and kept for the next batch. It is computed for the whole batch rather than for one sample and repeated,
 * since not all of it need have samples along an axis: some is shapes.
 * </p>
 */
final class RestScorer implements AutoCloseable {

	private record Known(List<Tensor> inputs, int samples, Map<String, Tensor> values) {}

	private final String value;
	private final Subgraph.Rest rest;
	private final List<Port> inputs;
	private final List<Port> outputs;
	private final List<String> computed;
	private final Optional<Scorer> before;
	private final Scorer after;
	private final Set<String> foreseen = ConcurrentHashMap.newKeySet();
	private volatile SoftReference<Known> last = new SoftReference<>(null);

	/** @param fast makes the engine of either part */
	RestScorer(final Network network, final String value, final Function<Network, Scorer> fast) {
		this.value = value;
		rest = Subgraph.behind(network, value);
		inputs = network.inputs();
		outputs = network.outputs();
		final Set<String> wanted = new LinkedHashSet<>(rest.boundary());
		for (int i = 0; i < outputs.size(); i++)
			if (rest.outputs()[i] < 0) wanted.add(outputs.get(i).name());
		wanted.remove(value);
		inputs.forEach(p -> wanted.remove(p.name()));
		computed = List.copyOf(wanted);
		after = fast.apply(rest.network());
		try {
			before = computed.isEmpty() ? Optional.empty() : Optional.of(fast.apply(Subgraph.computing(network, computed)));
		}
		catch (final RuntimeException e) {
			after.close();
			throw e;
		}
	}

	/**
	 * The outputs of the whole network.
	 *
	 * @param sample one, a tensor for each input
	 * @param replacements what to put in the value's place, along the first axis
	 */
	List<Tensor> score(final List<Tensor> sample, final Tensor replacements) {
		final Map<String, Tensor> known = known(sample, replacements.size(0));
		final List<Tensor> read = rest.boundary().stream().map(v -> v.equals(value) ? replacements : known.get(v)).toList();
		if (foreseen.add(read.toString())) Forecast.of(rest.network(), read);
		final List<Tensor> found = after.score(read);
		final List<Tensor> all = new ArrayList<>();
		for (int i = 0; i < outputs.size(); i++)
			all.add(rest.outputs()[i] < 0 ? known.get(outputs.get(i).name()) : found.get(rest.outputs()[i]));
		return all;
	}

	/** What does not depend on the value, and is read behind it or given as it is. */
	private Map<String, Tensor> known(final List<Tensor> sample, final int n) {
		final Known kept = last.get();
		if (kept != null && kept.samples == n && kept.inputs.equals(sample)) return kept.values;
		final List<Tensor> batch = n == 1 ? sample : sample.stream().map(t -> t.repeated(n)).toList();
		final Map<String, Tensor> values = new LinkedHashMap<>();
		for (int i = 0; i < inputs.size(); i++)
			values.put(inputs.get(i).name(), batch.get(i));
		before.ifPresent(b -> {
			final List<Tensor> scored = b.score(batch);
			for (int i = 0; i < computed.size(); i++)
				values.put(computed.get(i), scored.get(i));
		});
		last = new SoftReference<>(new Known(sample, n, values));
		return values;
	}

	/** Engines of the parts. */
	List<Scorer> engines() {
		return Stream.concat(before.stream(), Stream.of(after)).toList();
	}

	@Override
	public void close() {
		before.ifPresent(Scorer::close);
		after.close();
	}
}
