package io.glassbox.graph.io;

import io.glassbox.graph.Eager;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Kernels;
import io.glassbox.graph.Node;
import io.glassbox.graph.Tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Works out what a network computes from constants alone: masks, position indices, weights that are scaled or turned.
 * <p>
 * How large a result may be is decided before it is computed: what would be larger than told by the shapes, or than what
 * is left of {@link #BUDGET}, is left for the network to compute each time. So a small file cannot ask for much memory.
 * </p>
 */
final class Folding {

	/** Elements that all results together may have, beyond as many as the constants of the file have. */
	private static final long BUDGET = 1L << 22;

	/** Computed each time: never seen on constants, and costly. */
	private static final Set<String> LEFT = Set.of("Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool",
		"MaxUnpool", "AdaptiveAveragePool", "GridSample", "RoiAlign", "LRN", "NonMaxSuppression", "Einsum");

	/** Make no more elements than they are given. */
	private static final Set<String> CHOOSING = Set.of("Gather", "GatherND", "GatherElements", "Compress", "TopK", "Split",
		"Slice", "Squeeze", "NonZero");

	private final Map<String, Tensor> constants;
	private final Shapes shapes;
	private long spent;

	Folding(final Map<String, Tensor> constants, final Shapes shapes) {
		this.constants = constants;
		this.shapes = shapes;
	}

	/** The results of a node, if they are fixed and small enough. */
	Optional<List<Tensor>> evaluate(final Node node) {
		final String type = node.op().type();
		if (LEFT.contains(type) || !Kernels.supports(type) || node.inputs().isEmpty()) return Optional.empty();
		if (!node.inputs().stream().allMatch(v -> v.isEmpty() || constants.containsKey(v))) return Optional.empty();
		final long most = most(node);
		if (most < 0 || spent + most > BUDGET + given(node)) return Optional.empty();
		final List<Tensor> operands = new ArrayList<>();
		node.inputs().forEach(v -> operands.add(constants.get(v)));
		try {
			final List<Tensor> results = Eager.compute(node.op(), operands, node.outputs().size());
			spent += Math.max(0, most - given(node));
			return Optional.of(results);
		}
		catch (final GlassboxException e) {
			throw new GlassboxException("The network computes what cannot be computed, in '" + node.label() + "': " + e
				.getMessage(), e);
		}
	}

	private long given(final Node node) {
		return node.inputs().stream().filter(v -> !v.isEmpty()).mapToLong(v -> constants.get(v).length()).sum();
	}

	/** An upper bound of the number of elements of all results, or -1 if there is none. */
	private long most(final Node node) {
		if (CHOOSING.contains(node.op().type())) return chosen(node);
		shapes.infer(node);
		long sum = 0;
		for (final String out : node.outputs()) {
			final int[] shape = out.isEmpty() ? null : shapes.of(out);
			if (shape == null || Arrays.stream(shape).anyMatch(n -> n < 0)) return -1;
			sum += Tensor.count(shape);
		}
		return sum;
	}

	/** A choice of slices has as many elements as there are indices, times those of a slice. */
	private long chosen(final Node node) {
		final Tensor x = constants.get(node.input(0));
		return switch (node.op().type()) {
			case "Gather", "GatherND" -> Math.multiplyExact((long) x.length(), constants.get(node.input(1)).length());
			case "GatherElements" -> constants.get(node.input(1)).length();
			case "NonZero" -> (long) x.length() * Math.max(1, x.rank());
			default -> 2L * x.length();
		};
	}
}
