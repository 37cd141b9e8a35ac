package io.glassbox.graph.patch;

import io.glassbox.graph.Forecast;
import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What it takes to score all copies, in multiplications or as long as they take.
 * <p>
 * Beside the multiplications themselves count numbers that are carried to an engine and back, calls of engines, and parameters,
 * which each call reads anew. The factors are those of ordinary processors, where a thread does 50 to 100 thousand million
 * multiplications a second and carries one number in two to three nanoseconds.
 * </p>
 */
final class Effort {

	/** To carry a number to an engine or back: cut out, copied, laid out as the engine has it. */
	private static final double NUMBER = 250;

	/** To call an engine, and for it to read a parameter. */
	private static final double CALL = 1e7;
	private static final double PARAMETER = 60;

	/** To make an engine, and to hand it a parameter. */
	private static final double ENGINE = 1e9;
	private static final double HANDED = 300;

	private final Network network;
	private final Forecast forecast;
	private final Map<String, long[]> shapes;
	private final Reach reach;
	private final int[] order;

	/** @param order of the changes, which come in batches */
	Effort(final Network network, final Forecast forecast, final Reach reach, final int[] order) {
		this.network = network;
		this.forecast = forecast;
		shapes = forecast.shapes();
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

	/**
	 * What patches take up to each stage.
	 *
	 * @param all what the patches of that many stages take
	 * @param multiplications those among it
	 */
	record OfPatches(double[] all, double[] multiplications) {}

	OfPatches ofPatches(final List<Stage> stages, final int batch) {
		final double[] all = new double[stages.size() + 1];
		final double[] multiplications = new double[stages.size() + 1];
		final double calls = Math.ceil((double) order.length / batch);
		for (int s = 1; s < all.length; s++) {
			final Stage stage = stages.get(s - 1);
			double done = 0;
			double carried = 0;
			for (int i = 0; i < order.length; i += batch) {
				final int[] changes = Arrays.copyOfRange(order, i, Math.min(order.length, i + batch));
				final int[] size = reach.size(s, changes);
				done += changes.length * stage.work() * Box.places(size) / Box.places(stage.extents());
				carried += changes.length * carried(stage, size);
			}
			multiplications[s] = multiplications[s - 1] + done;
			all[s] = all[s - 1] + done + NUMBER * carried + calls * (CALL + PARAMETER * parameters(stage.nodes()));
		}
		return new OfPatches(all, multiplications);
	}

	/** The part of the whole's multiplications that is left. */
	double share(final double patches, final Tail tail) {
		return (patches + order.length * work(tail.nodes())) / (order.length * work(network.nodes()));
	}

	private double carried(final Stage stage, final int[] size) {
		final double seen = stage.root().map(r -> Box.places(r.seen(size)) * channels(r.source())).orElse(0.0);
		return seen + Box.places(size) * Stream.concat(stage.beside().stream(), stage.made().stream()).mapToDouble(this::channels)
			.sum();
	}

	private double channels(final String value) {
		return shapes.get(value)[1];
	}

	private double numbers(final String value) {
		return Arrays.stream(shapes.get(value)).asDoubleStream().reduce(1, (a, b) -> a * b);
	}

	private double work(final List<Node> nodes) {
		return nodes.stream().mapToDouble(forecast::work).sum();
	}

	private double parameters(final Stream<Node> nodes) {
		return nodes.flatMap(n -> n.inputs().stream()).distinct().mapToDouble(v -> network.constant(v).map(Tensor::length).orElse(0))
			.sum();
	}
}
