package io.glassbox.graph.io;

import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.UnsupportedNetworkException;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What one step of a recurrent layer computes in one direction, with the equations of the ONNX standard: LSTM after
 * Hochreiter and Schmidhuber 1997 with forget gates (Gers et al. 2000), GRU after Cho et al. 2014, or a plain layer whose
 * result is among its next inputs.
 */
abstract class RecurrentCell {

	private static final Set<String> ACTIVATIONS = Set.of("Sigmoid", "Tanh", "Relu", "Softsign", "Softplus");

	private final Draft draft;
	private final Node n;
	private final String side;
	private final int direction;
	private final int gates;
	private final String[] activations;

	/** Features x gates: what the gates take of the input and of the result before. */
	private final String input;
	final String hidden;

	private RecurrentCell(final Draft draft, final Node n, final String side, final int direction,
		final String... activations)
	{
		this.draft = draft;
		this.n = n;
		this.side = side;
		this.direction = direction;
		this.activations = activations(activations);
		input = turned("w", 1);
		hidden = turned("r", 2);
		gates = draft.shapes().of(n.input(1))[1];
	}

	static RecurrentCell of(final Draft draft, final Node n, final String side, final int direction) {
		return switch (n.op().type()) {
			case "LSTM" -> new Lstm(draft, n, side, direction);
			case "GRU" -> new Gru(draft, n, side, direction);
			default -> new Plain(draft, n, side, direction);
		};
	}

	/** How many values are handed from step to step; the first is the result. */
	int states() {
		return 1;
	}

	/** The states after a step, of what all gates take of the input and the states before. */
	abstract List<String> step(String name, String taken, List<String> before);

	/** What all gates take of the input, at all steps. */
	String fromInput(final String x) {
		final String product = draft.add(n, side + "taken", Operator.of("MatMul"), x, input);
		return n.input(3).isEmpty() ? product : add("biased", product, inputBias());
	}

	/** Biases of the input; as a rule those of the result before are added as well. */
	String inputBias() {
		return add("bias", bias("bias.input", 0, gates), bias("bias.hidden", gates, 2 * gates));
	}

	/** Biases from one element on up to another. */
	final String bias(final String name, final int from, final int to) {
		return slice(name, part("b", 3), from, to, 0);
	}

	private String[] activations(final String... usual) {
		final String told = n.op().attributes().string("activations", "");
		final String[] all = told.isEmpty() ? usual : told.split(",");
		final int from = direction * usual.length < all.length ? direction * usual.length : 0;
		final String[] own = Arrays.copyOfRange(all, from, from + usual.length);
		for (final String f : own)
			if (f == null || !ACTIVATIONS.contains(f)) throw new UnsupportedNetworkException("The network uses " + n.op().type() +
				" with the activations " + told + " (node '" + n.id() + "'), which Glassbox does not know.");
		return own;
	}

	// -- operators --

	private String part(final String name, final int operand) {
		return draft.add(n, side + name, Operator.of("Gather", "axis", 0), n.input(operand), draft.constant(n, side + name +
			".direction", Tensor.ofLongs(new long[] { direction })));
	}

	private String turned(final String name, final int operand) {
		return draft.add(n, side + name + ".turned", Operator.of("Transpose", "perm", new long[] { 1, 0 }), part(name,
			operand));
	}

	final String slice(final String name, final String value, final int from, final int to, final int axis) {
		return draft.add(n, side + name, Operator.of("Slice"), value, draft.constant(n, side + name + ".from", from), draft
			.constant(n, side + name + ".to", to), draft.constant(n, side + name + ".axis", axis));
	}

	private String add(final String name, final String a, final String b) {
		return draft.add(n, side + name, Operator.of("Add"), a, b);
	}

	final int gates() {
		return gates;
	}

	final boolean hasBias() {
		return !n.input(3).isEmpty();
	}

	final boolean told(final String attribute) {
		return n.op().attributes().integer(attribute, 0) != 0;
	}

	/** An operator of a step. */
	final String make(final String name, final String type, final String... operands) {
		return draft.add(n, name, Operator.of(type), operands);
	}

	final String activated(final String name, final int which, final String sum) {
		return make(name, activations[which], sum);
	}

	/** What the gates take, one value for each. */
	final List<String> apart(final String name, final String value, final int count) {
		final List<String> parts = IntStream.range(0, count).mapToObj(i -> n.output() + "." + name + "." + i).toList();
		final long[] sizes = new long[count];
		Arrays.fill(sizes, draft.shapes().of(n.input(2))[2]);
		draft.add(new Node(n.id() + "." + name, n.layer(), Operator.of("Split", "axis", -1), List.of(value, draft.constant(n,
			"sizes" + count, sizes)), parts));
		return parts;
	}

	// -- the cells --

	/** The result is an activation of a sum. */
	private static final class Plain extends RecurrentCell {

		Plain(final Draft draft, final Node n, final String side, final int direction) {
			super(draft, n, side, direction, "Tanh");
		}

		@Override
		List<String> step(final String name, final String taken, final List<String> before) {
			final String own = make(name + ".own", "MatMul", before.get(0), hidden);
			return List.of(activated(name, 0, make(name + ".sum", "Add", taken, own)));
		}
	}

	/** Hands on a result and a memory; its gates are input, output, forget and cell. */
	private static final class Lstm extends RecurrentCell {

		Lstm(final Draft draft, final Node n, final String side, final int direction) {
			super(draft, n, side, direction, "Sigmoid", "Tanh", "Tanh");
		}

		@Override
		int states() {
			return 2;
		}

		@Override
		List<String> step(final String name, final String taken, final List<String> before) {
			final String own = make(name + ".own", "MatMul", before.get(0), hidden);
			final List<String> g = apart(name + ".gates", make(name + ".sum", "Add", taken, own), 4);
			final String in = activated(name + ".in", 0, g.get(0));
			final String out = activated(name + ".out", 0, g.get(1));
			final String forget = activated(name + ".forget", 0, g.get(2));
			final String news = make(name + ".news", "Mul", in, activated(name + ".cell", 1, g.get(3)));
			final String memory = make(name + ".memory", "Add", make(name + ".kept", "Mul", forget, before.get(1)), news);
			return List.of(make(name, "Mul", out, activated(name + ".shown", 2, memory)), memory);
		}
	}

	/** Its gates are update, reset and the new result. */
	private static final class Gru extends RecurrentCell {

		private final boolean resetLast;

		/** Biases of the result before, where they are reset along with it; else none. */
		private final String hiddenBias;

		/** Where the result before is reset first: what update and reset take of it, and what the new result does. */
		private final String toGates;
		private final String toNew;

		Gru(final Draft draft, final Node n, final String side, final int direction) {
			super(draft, n, side, direction, "Sigmoid", "Tanh");
			resetLast = told("linear_before_reset");
			hiddenBias = resetLast && hasBias() ? bias("bias.hidden", gates(), 2 * gates()) : "";
			toGates = resetLast ? "" : slice("r.gates", hidden, 0, gates() / 3 * 2, 1);
			toNew = resetLast ? "" : slice("r.new", hidden, gates() / 3 * 2, gates(), 1);
		}

		@Override
		String inputBias() {
			return resetLast ? bias("bias.input", 0, gates()) : super.inputBias();
		}

		@Override
		List<String> step(final String name, final String taken, final List<String> before) {
			final String h = before.get(0);
			final List<String> x = apart(name + ".taken", taken, 3);
			final List<String> own = own(name + ".own", h);
			final String update = activated(name + ".update", 0, make(name + ".update.sum", "Add", x.get(0), own.get(0)));
			final String reset = activated(name + ".reset", 0, make(name + ".reset.sum", "Add", x.get(1), own.get(1)));
			final String past = resetLast ? make(name + ".past", "Mul", reset, own.get(2)) : make(name + ".past", "MatMul",
				make(name + ".let", "Mul", reset, h), toNew);
			final String fresh = activated(name + ".new", 1, make(name + ".new.sum", "Add", x.get(2), past));
			final String change = make(name + ".change", "Mul", update, make(name + ".apart", "Sub", h, fresh));
			return List.of(make(name, "Add", fresh, change));
		}

		/** What the gates take of the result before. */
		private List<String> own(final String name, final String h) {
			if (!resetLast) return apart(name + ".hidden", make(name, "MatMul", h, toGates), 2);
			final String product = make(name, "MatMul", h, hidden);
			return apart(name + ".hidden", hiddenBias.isEmpty() ? product : make(name + ".biased", "Add", product, hiddenBias), 3);
		}
	}
}
