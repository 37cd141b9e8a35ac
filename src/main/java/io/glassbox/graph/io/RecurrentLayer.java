package io.glassbox.graph.io;

import io.glassbox.graph.Attributes;
import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.UnsupportedNetworkException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An LSTM, GRU or RNN of ONNX, unrolled: each step of the sequence becomes the operators that it computes, so that
 * whatever explains a convolution explains it too.
 * <p>
 * The number of steps must be known. What a step takes of its input is computed of all steps at once, before. Values within
 * are 1 x samples x features, the sequence being steps x samples x features.
 * </p>
 */
final class RecurrentLayer {

	/** Steps of one layer, of which each makes about a dozen operators. */
	private static final int MOST_STEPS = 1000;

	private final Draft draft;
	private final Node n;
	private final Attributes a;
	private final boolean samplesFirst;
	private final int directions;

	private RecurrentLayer(final Draft draft, final Node n) {
		this.draft = draft;
		this.n = n;
		a = n.op().attributes();
		samplesFirst = a.integer("layout", 0) != 0;
		directions = a.string("direction", "forward").equals("bidirectional") ? 2 : 1;
	}

	/**
	 * Appends to the draft what the node means.
	 *
	 * @throws UnsupportedNetworkException if the number of steps is unknown, or the layer has what few have: sequences of
	 *           several lengths, peepholes, clipped or coupled gates, other activations
	 */
	static void translate(final Draft draft, final Node n) {
		final List<String> made = n.outputs().stream().filter(v -> !v.isEmpty()).limit(1).toList();
		new RecurrentLayer(draft, new Node(n.id(), n.layer(), n.op(), n.inputs(), made)).unroll(n.outputs());
	}

	private void unroll(final List<String> outputs) {
		if (a.has("clip")) throw unsupported("whose sums are clipped");
		if (!n.input(4).isEmpty()) throw unsupported("over sequences of several lengths");
		if (!n.input(7).isEmpty()) throw unsupported("with peepholes");
		if (a.integer("input_forget", 0) != 0) throw unsupported("whose input and forget gates are coupled");
		final String x = samplesFirst ? turned("sequence", n.input(0), 1, 0, 2) : n.input(0);
		final int steps = steps(x);
		features();
		final List<String> sequences = new ArrayList<>();
		final List<List<String>> last = new ArrayList<>();
		for (int d = 0; d < directions; d++) {
			final String side = directions == 1 ? "" : d == 0 ? "forward." : "backward.";
			final RecurrentCell cell = RecurrentCell.of(draft, n, side, d);
			final List<String> inputs = pieces(side, cell.fromInput(x), steps);
			final String[] results = new String[steps];
			final int direction = d;
			List<String> state = IntStream.range(0, cell.states()).mapToObj(s -> initial(side + "initial" + s, n.input(5 + s),
				direction)).toList();
			final boolean backward = d == 1 || a.string("direction", "forward").equals("reverse");
			for (int i = 0; i < steps; i++) {
				final int t = backward ? steps - 1 - i : i;
				state = cell.step(side + "step" + t, inputs.get(t), state);
				results[t] = state.get(0);
			}
			sequences.add(unsqueezed(side + "all", joined(side + "results", 0, List.of(results))));
			last.add(state);
		}
		result(outputs, 0, joined("sequences", 1, sequences), 2, 0, 1, 3);
		for (int s = 0; s < last.get(0).size(); s++) {
			final int at = s;
			result(outputs, 1 + s, joined("last" + s, 0, last.stream().map(l -> l.get(at)).toList()), 1, 0, 2);
		}
	}

	private UnsupportedNetworkException unsupported(final String what) {
		return new UnsupportedNetworkException("The network uses " + n.op().type() + " " + what + " (node '" + n.id() +
			"'), which Glassbox does not know.");
	}

	private int steps(final String x) {
		final int[] shape = draft.shapes().of(x);
		if (shape == null || shape.length != 3 || shape[0] < 1) throw unsupported(
			"over a number of steps that is known only when it runs");
		if (shape[0] * (long) directions > MOST_STEPS) throw unsupported("over " + shape[0] + " steps, more than Glassbox follows");
		return shape[0];
	}

	private int features() {
		final int[] weights = draft.shapes().of(n.input(2));
		final int[] taken = draft.shapes().of(n.input(1));
		if (weights == null || weights.length != 3 || weights[2] < 1 || taken == null || taken.length != 3 || taken[1] < 1)
			throw unsupported("of an unknown number of features");
		return weights[2];
	}

	/** A state before the first step; nothing is that of any number of samples. */
	private String initial(final String name, final String given, final int direction) {
		if (given.isEmpty() || draft.constant(given).filter(RecurrentLayer::isZero).isPresent()) return draft.constant(n, name,
			Tensor.zeros(1, 1, features()));
		final String state = samplesFirst ? turned(name + ".turned", given, 1, 0, 2) : given;
		return draft.add(n, name, Operator.of("Slice"), state, draft.constant(n, name + ".from", direction), draft.constant(n,
			name + ".to", direction + 1), draft.constant(n, name + ".axis", 0));
	}

	private static boolean isZero(final Tensor t) {
		return t.isFloat() && IntStream.range(0, t.length()).allMatch(i -> t.floats()[i] == 0);
	}

	/** One value for each step. */
	private List<String> pieces(final String side, final String all, final int steps) {
		if (steps == 1) return List.of(all);
		final List<String> pieces = IntStream.range(0, steps).mapToObj(t -> n.output() + "." + side + "input" + t).toList();
		final long[] ones = new long[steps];
		Arrays.fill(ones, 1);
		draft.add(new Node(n.id() + "." + side + "inputs", n.layer(), Operator.of("Split", "axis", 0), List.of(all, draft
			.constant(n, side + "each", ones)), pieces));
		return pieces;
	}

	private String joined(final String name, final int axis, final List<String> values) {
		return values.size() == 1 ? values.get(0) : draft.add(n, name, Operator.of("Concat", "axis", axis), values.toArray(
			String[]::new));
	}

	private String unsqueezed(final String name, final String value) {
		return draft.add(n, name, Operator.of("Unsqueeze"), value, draft.constant(n, name + ".axes", 1));
	}

	private String turned(final String name, final String value, final long... perm) {
		return draft.add(n, name, Operator.of("Transpose", "perm", perm), value);
	}

	/** @param perm the axes as they are told where samples come first */
	private void result(final List<String> outputs, final int index, final String value, final long... perm) {
		if (index >= outputs.size() || outputs.get(index).isEmpty()) return;
		draft.alias(outputs.get(index), samplesFirst ? turned("turned" + index, value, perm) : value);
	}
}
