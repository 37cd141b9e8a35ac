package io.glassbox.graph.patch;

import io.glassbox.graph.Forecast;
import io.glassbox.graph.Network;
import io.glassbox.graph.Tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How many stages to run on patches, and how many changes at once.
 * <p>
 * Where patches cover most of the maps it is cheaper to run the rest as a whole. What each way takes is counted, see
 * {@link Effort}, not measured, so that the same question is always answered in the same way, to the last bit.
 * </p>
 *
 * @param forecast of a pass with one sample
 * @param stages that run on patches
 * @param tail what runs as a whole behind them
 * @param order numbers of the changes, those next to one another taking patches of about the same size
 * @param batch how many at once
 * @param share of the whole's multiplications that are left
 */
record Plan(Forecast forecast, List<Stage> stages, Tail tail, Reach reach, int[] order, int batch, double share) {

	/** More would be a little faster, but patches of all stages are in memory for each. */
	private static final int[] BATCHES = { 1, 2, 4, 6, 8, 10, 13, 16 };

	/** What values inside the tail may take for one batch, in bytes. */
	private static final double MEMORY = 1L << 27;

	/** Smaller gains are not sure enough. */
	private static final double WORTH = 0.85;

	/**
	 * Finds the cheapest way.
	 *
	 * @param inputs one sample
	 * @param image name of the input that is altered
	 * @param changes where it is altered, each on its own
	 * @return empty if nothing is cheaper than running the whole network for each change
	 */
	static Optional<Plan> of(final Network network, final List<Tensor> inputs, final String image, final List<Box> changes) {
		final Forecast forecast = Forecast.of(network, inputs);
		if (!forecast.complete() || changes.isEmpty()) return Optional.empty();
		final List<Stage> all = Stages.of(network, image, forecast);
		final int[] extents = Arrays.stream(forecast.shapes().get(image)).skip(2).mapToInt(Math::toIntExact).toArray();
		final Reach reach = new Reach(all, image, extents, changes);
		final int[] order = order(reach, changes.size());
		final Effort effort = new Effort(network, forecast, reach, order);
		final List<Effort.OfPatches> patches = Arrays.stream(BATCHES).mapToObj(b -> effort.ofPatches(all, b)).toList();
		double least = WORTH * effort.ofWhole();
		Plan best = null;
		for (int s = 1; s <= all.size(); s++) {
			final List<Stage> stages = all.subList(0, s);
			final Tail tail = Tail.behind(network, stages);
			final double start = effort.ofStarting(stages, tail);
			if (tail.nodes().isEmpty() || start + effort.ofTail(tail, order.length) >= least) continue;
			final double memory = tail.memory(forecast);
			for (int b = 0; b < BATCHES.length && (b == 0 || BATCHES[b] * memory <= MEMORY); b++) {
				final double sum = start + patches.get(b).all()[s] + effort.ofTail(tail, BATCHES[b]);
				if (sum >= least) continue;
				least = sum;
				best = new Plan(forecast, stages, tail, reach, order, BATCHES[b], effort.share(patches.get(b).multiplications()[s], tail));
			}
		}
		return Optional.ofNullable(best);
	}

	/** The widest first, mostly those in the middle; for equal boxes along the first axis likewise along the next. */
	private static int[] order(final Reach reach, final int changes) {
		Comparator<Integer> order = Comparator.comparingInt(i -> 0);
		for (int a = 0; a < reach.box(0, 0).from().length; a++) {
			final List<int[]> sizes = new ArrayList<>();
			for (int i = 0; i < changes; i++)
				sizes.add(reach.sizes(i, a));
			order = order.thenComparingInt(i -> -Arrays.stream(sizes.get(i)).sum()).thenComparing(sizes::get, Arrays::compare);
		}
		return IntStream.range(0, changes).boxed().sorted(order).mapToInt(i -> i).toArray();
	}
}
