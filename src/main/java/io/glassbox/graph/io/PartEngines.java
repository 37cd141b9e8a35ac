package io.glassbox.graph.io;

import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Port;
import io.glassbox.graph.Scorer;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Engines for parts of one network, each made when it is first asked for. */
final class PartEngines implements AutoCloseable {

	private final List<Network> parts;
	private final Function<Network, Scorer> maker;
	private final AtomicReferenceArray<Scorer> made;

	PartEngines(final List<Network> parts, final Function<Network, Scorer> maker) {
		this.parts = parts;
		this.maker = maker;
		made = new AtomicReferenceArray<>(parts.size());
	}

	/** What tells parts of one network apart: their operators, and what they take and give. */
	record Key(List<Node> nodes, List<Port> inputs, List<Port> outputs) {

		static List<Key> of(final List<Network> parts) {
			return parts.stream().map(p -> new Key(p.nodes(), p.inputs(), p.outputs())).toList();
		}
	}

	synchronized Scorer engine(final int part) {
		if (made.get(part) == null) made.set(part, maker.apply(parts.get(part)));
		return made.get(part);
	}

	/** Those made so far; does not wait for one that is being made. */
	List<Scorer> engines() {
		return IntStream.range(0, made.length()).mapToObj(made::get).filter(Objects::nonNull).toList();
	}

	@Override
	public void close() {
		engines().forEach(Scorer::close);
	}
}
