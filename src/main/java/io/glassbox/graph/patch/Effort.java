package io.glassbox.graph.patch;

import io.glassbox.graph.Forecast;
import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What it takes to score all copies, in multiplications or as long as they take.
 * <p>
 * Beside the multiplications themselves count numbers that are carried to an engine and back, calls of engines, and parameters,
 * which each call reads anew. The factors are those of ordinary processors, where a thread does 50 to 100 thousand million
 * multiplications a second and carries one number in about two nanoseconds.
 * </p>
 */
final class Effort {

	private static final double NUMBER = 150;
	private static final double CALL = 1e7;
	private static final double PARAMETER = 60;

	/** To make an engine, and to hand it a parameter. */
	private static final double ENGINE = 1e9;
	private static final double HANDED = 300;

	private final Network network;
	private final Forecast forecast;
	private final Reach reach;
	private final int[] order;

	/** @param order of the changes, which come in batches */
	Effort(final Network network, final Forecast forecast, final Reach reach, final int[] order) {
		this.network = network;
		this.forecast = forecast;
		this.reach = reach;
		this.order = order;
	}

	/** To run the network as a whole for each change. */
	double ofWhole() {
		final double inputs = network.inputs().stream().mapToDouble(p -> numbers(p.name())).sum();
		return order.length * (work(network.nodes()) + NUMBER * inputs);
	}

	/** To make all engines, and run them once for the image as it is. */
	double ofStarting(final List<Stage> stages, final Tail tail) {
		return ENGINE * (stages.size() + 1) + HANDED * parameters(Stream.concat(stages.stream().flatMap(Stage::nodes), tail.nodes()
			.stream())) + work(network.nodes());
	}

	double ofTail(final Tail tail, final int batch) {
		final double read = tail.reads().stream().mapToDouble(this::numbers).sum();
		return order.length * (work(tail.nodes()) + NUMBER * read) + Math.ceil((double) order.length / batch) * (CALL + PARAMETER *
			parameters(tail.nodes().stream()));
	}

	double ofPatches(final List<Stage> stages, final int batch) {
		final double calls = CALL * stages.size() + PARAMETER * parameters(stages.stream().flatMap(Stage::nodes));
		double sum = multiplications(stages, batch);
		for (int i = 0; i < order.length; i += batch) {
			final int[] changes = changes(i, batch);
			sum += calls;
			for (int s = 0; s < stages.size(); s++)
				sum += changes.length * NUMBER * carried(stages.get(s), reach.size(s + 1, changes));
		}
		return sum;
	}

	/** The part of the whole's multiplications that is left. */
	double share(final List<Stage> stages, final Tail tail, final int batch) {
		return (multiplications(stages, batch) + order.length * work(tail.nodes())) / (order.length * work(network.nodes()));
	}

	private double multiplications(final List<Stage> stages, final int batch) {
		double sum = 0;
		for (int i = 0; i < order.length; i += batch) {
			final int[] changes = changes(i, batch);
			for (int s = 0; s < stages.size(); s++)
				sum += changes.length * stages.get(s).work() * Box.places(reach.size(s + 1, changes)) / Box.places(stages.get(s)
					.extents());
		}
		return sum;
	}

	private int[] changes(final int first, final int batch) {
		return Arrays.copyOfRange(order, first, Math.min(order.length, first + batch));
	}

	private double carried(final Stage stage, final int[] size) {
		final double seen = stage.root().map(r -> Box.places(r.seen(size)) * channels(r.source())).orElse(0.0);
		return seen + Box.places(size) * Stream.concat(stage.beside().stream(), stage.made().stream()).mapToDouble(this::channels)
			.sum();
	}

	private double channels(final String value) {
		return forecast.shapes().get(value)[1];
	}

	private double numbers(final String value) {
		return Arrays.stream(forecast.shapes().get(value)).asDoubleStream().reduce(1, (a, b) -> a * b);
	}

	private double work(final List<Node> nodes) {
		return nodes.stream().mapToDouble(forecast::work).sum();
	}

	private double parameters(final Stream<Node> nodes) {
		return nodes.flatMap(n -> n.inputs().stream()).distinct().mapToDouble(v -> network.constant(v).map(Tensor::length).orElse(0))
			.sum();
	}
}
