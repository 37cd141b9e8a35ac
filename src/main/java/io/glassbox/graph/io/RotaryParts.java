package io.glassbox.graph.io;

import io.glassbox.graph.Attributes;
import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;
import io.glassbox.graph.UnsupportedNetworkException;

import java.util.List;

/**
 * Writes out {@code RotaryEmbedding}: turns pairs of features by an angle that grows with the place.
 * <p>
 * Su et al., <em>RoFormer: Enhanced Transformer with Rotary Position Embedding</em>, 2021, equation 34. A pair is a feature
 * of the first half and one of the second, or, interleaved, two that follow one another. Features beyond those that the
 * table of angles covers stay.
 * </p>
 */
final class RotaryParts {

	private final Draft draft;

	RotaryParts(final Draft draft) {
		this.draft = draft;
	}

	/**
	 * @param n its first operand is samples x heads x places x features, or samples x places x (heads x features)
	 * @param cos table of cosines: places x pairs, or, where no positions are given, samples x places x pairs
	 * @param positions rows of the tables for each sample and place, or empty
	 */
	void embed(final Node n, final String cos, final String sin, final String positions) {
		final Attributes a = n.op().attributes();
		final int[] x = draft.shapes().of(n.input(0));
		final int[] table = draft.shapes().of(cos);
		if (x == null || table == null || table[table.length - 1] < 1) throw unsupported(n, "of values of unknown shape");
		final long pairs = table[table.length - 1];
		final long told = a.integer("rotary_embedding_dim", 0);
		if (told != 0 && told != 2 * pairs) throw unsupported(n, "of " + told + " features with angles for " + 2 * pairs);
		if (a.integer("is_packed_batching", 0) != 0) throw unsupported(n, "of packed sequences");
		if (a.number("scale", 1) != 1) throw unsupported(n, "with scale=" + a.number("scale", 1));
		final boolean flat = x.length == 3;
		if (!flat && x.length != 4) throw unsupported(n, "of a value with " + x.length + " axes");
		if (!positions.isEmpty() && (draft.shapes().of(positions) == null || draft.shapes().of(positions).length != 2))
			throw unsupported(n, "by positions that are no table of samples and places");
		final String apart = flat ? draft.add(n, "apart", Operator.of("Reshape"), n.input(0), draft.constant(n, "heads",
			heads(n, a, pairs))) : n.input(0);
		final String turned = turned(n, apart, angles(n, "cos", cos, positions, flat), angles(n, "sin", sin, positions, flat),
			pairs, a.integer("interleaved", 0) != 0);
		final String whole = covers(apart, pairs) ? turned : draft.add(n, "whole", Operator.of("Concat", "axis", -1), turned,
			slice(n, "rest", apart, 2 * pairs, Long.MAX_VALUE, 1));
		if (flat) draft.add(new Node(n.id(), n.layer(), Operator.of("Reshape"), List.of(whole, draft.constant(n, "together", 0,
			0, -1)), List.of(n.output())));
		else draft.alias(n.output(), whole);
	}

	/** The axes with heads apart; where their number is not told, the angles are for all features of one. */
	private static long[] heads(final Node n, final Attributes a, final long pairs) {
		final long heads = a.integer("num_heads", 0);
		if (heads < 0) throw unsupported(n, "of " + heads + " heads");
		return heads == 0 ? new long[] { 0, 0, -1, 2 * pairs } : new long[] { 0, 0, heads, -1 };
	}

	private boolean covers(final String value, final long pairs) {
		final int[] shape = draft.shapes().of(value);
		return shape != null && shape[shape.length - 1] == 2 * pairs;
	}

	private static UnsupportedNetworkException unsupported(final Node n, final String what) {
		return new UnsupportedNetworkException("The network uses RotaryEmbedding " + what + " (node '" + n.id() +
			"'), which Glassbox does not know.");
	}

	/** Cosines or sines of the angles at each place, the same for all heads. */
	private String angles(final Node n, final String name, final String table, final String positions, final boolean flat) {
		final String rows = positions.isEmpty() ? table : draft.add(n, name, Operator.of("Gather", "axis", 0), table,
			positions);
		return draft.add(n, name + ".heads", Operator.of("Unsqueeze"), rows, draft.constant(n, name + ".axis", flat ? 2 : 1));
	}

	private String slice(final Node n, final String name, final String x, final long from, final long to, final long step) {
		return draft.add(n, name, Operator.of("Slice"), x, draft.constant(n, name + ".from", from), draft.constant(n, name +
			".to", to), draft.constant(n, name + ".axis", -1), draft.constant(n, name + ".step", step));
	}

	private String turned(final Node n, final String x, final String cos, final String sin, final long pairs,
		final boolean interleaved)
	{
		final String first = interleaved ? slice(n, "first", x, 0, 2 * pairs, 2) : slice(n, "first", x, 0, pairs, 1);
		final String second = interleaved ? slice(n, "second", x, 1, 2 * pairs, 2) : slice(n, "second", x, pairs, 2 * pairs,
			1);
		final String along = draft.add(n, "along", Operator.of("Sub"), product(n, "cos.first", cos, first), product(n,
			"sin.second", sin, second));
		final String across = draft.add(n, "across", Operator.of("Add"), product(n, "sin.first", sin, first), product(n,
			"cos.second", cos, second));
		if (!interleaved) return draft.add(n, "turned", Operator.of("Concat", "axis", -1), along, across);
		final String pair = draft.add(n, "pairs", Operator.of("Concat", "axis", -1), column(n, "along", along), column(n,
			"across", across));
		return draft.add(n, "turned", Operator.of("Reshape"), pair, draft.constant(n, "inline", 0, 0, 0, 2 * pairs));
	}

	private String product(final Node n, final String name, final String a, final String b) {
		return draft.add(n, name, Operator.of("Mul"), b, a);
	}

	private String column(final Node n, final String name, final String x) {
		return draft.add(n, name + ".column", Operator.of("Unsqueeze"), x, draft.constant(n, name + ".last", -1));
	}
}
