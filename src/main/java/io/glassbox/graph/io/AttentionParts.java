package io.glassbox.graph.io;

import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.UnsupportedNetworkException;

import java.util.List;

/**
 * Writes out what an operator for attention does: {@code softmax(Q K' scale + biases) V}, heads apart.
 * <p>
 * Vaswani et al., <em>Attention Is All You Need</em>, 2017, equation 1. Query, key and value are samples x heads x places x
 * features here. What is masked gets a large negative number added, finite, so that a place that may look nowhere looks
 * everywhere rather than giving no number.
 * </p>
 */
final class AttentionParts {

	/** No exponential survives it. */
	static final float MASKED = -1e30f;

	private final Draft draft;
	private final Node node;

	AttentionParts(final Draft draft, final Node node) {
		this.draft = draft;
		this.node = node;
	}

	UnsupportedNetworkException unsupported(final String what) {
		return new UnsupportedNetworkException("The network uses " + node.op().type() + " " + what + " (node '" + node.id() +
			"'), which Glassbox does not know.");
	}

	/** A number of heads that the node must tell. */
	long count(final String attribute) {
		final long heads = node.op().attributes().integer(attribute, 0);
		if (heads < 1) throw unsupported("with " + attribute + "=" + heads);
		return heads;
	}

	/** From samples x places x (heads x features) to samples x heads x places x features. */
	String apart(final String name, final String value, final long heads) {
		final String split = draft.add(node, name + ".split", Operator.of("Reshape"), value, draft.constant(node, name +
			".heads", 0, 0, heads, -1));
		return draft.add(node, name, Operator.of("Transpose", "perm", new long[] { 0, 2, 1, 3 }), split);
	}

	/** What to add to the scores so that no place looks at later ones. */
	private String causal(final String scores) {
		final String sizes = draft.add(node, "sizes", Operator.of("Shape", "start", -2), scores);
		final String ones = draft.add(node, "ones", Operator.of("ConstantOfShape", "value", Tensor.of(new float[] { 1 }, 1)),
			sizes);
		final String later = draft.add(node, "later", Operator.of("Trilu", "upper", 1), ones, draft.constant(node, "diagonal",
			Tensor.ofLongs(new long[] { 1 })));
		return draft.add(node, "causal", Operator.of("Mul"), later, number("masked", MASKED));
	}

	/**
	 * What to add to the scores for a mask of ones, which may be looked at, and zeros.
	 *
	 * @param filter what a zero adds
	 */
	String bias(final String mask, final float filter) {
		final String ones = draft.add(node, "mask.ones", Operator.of("Cast", "to", OnnxTypes.FLOAT), mask);
		final String less = draft.add(node, "mask.less", Operator.of("Sub"), ones, number("mask.one", 1));
		return draft.add(node, "mask.bias", Operator.of("Mul"), less, number("mask.filter", -filter));
	}

	String unsqueezed(final String name, final String value, final long... axes) {
		return draft.add(node, name, Operator.of("Unsqueeze"), value, draft.constant(node, name + ".axes", axes));
	}

	String number(final String name, final double value) {
		return draft.constant(node, name, Tensor.scalar((float) value));
	}

	/**
	 * How the scores become weights.
	 *
	 * @param scale of the scores; 0 for one over the root of the number of features
	 * @param softcap a bound the scores bend towards; 0 for none
	 * @param biases added to the scores, after that
	 * @param causal whether no place looks at later ones
	 */
	record Way(float scale, float softcap, List<String> biases, boolean causal) {}

	/** Appends the rest, up to the node's first result; {@code flat} if heads are to be together in the last axis. */
	void attend(final String query, final String key, final String value, final Way way, final boolean flat) {
		final String turned = draft.add(node, "key.turned", Operator.of("Transpose", "perm", new long[] { 0, 1, 3, 2 }), key);
		String scores = draft.add(node, "product", Operator.of("MatMul"), scaled(query, way.scale), turned);
		if (way.softcap != 0) scores = capped(scores, way.softcap);
		int n = 0;
		for (final String bias : way.biases)
			scores = draft.add(node, "biased" + n++, Operator.of("Add"), scores, bias);
		if (way.causal) scores = draft.add(node, "scores", Operator.of("Add"), scores, causal(scores));
		final String weights = draft.add(node, "weights", Operator.of("Softmax", "axis", -1), scores);
		if (!flat) last(Operator.of("MatMul"), weights, value);
		else {
			final String seen = draft.add(node, "seen", Operator.of("MatMul"), weights, value);
			final String places = draft.add(node, "places", Operator.of("Transpose", "perm", new long[] { 0, 2, 1, 3 }), seen);
			last(Operator.of("Reshape"), places, draft.constant(node, "together", 0, 0, -1));
		}
	}

	private void last(final Operator op, final String... operands) {
		draft.add(new Node(node.id(), node.layer(), op, List.of(operands), List.of(node.output())));
	}

	private String scaled(final String query, final float scale) {
		final int[] shape = draft.shapes().of(query);
		final boolean known = shape != null && shape.length == 4 && shape[3] > 0;
		if (scale != 0 || known) return draft.add(node, "scaled", Operator.of("Mul"), query, number("scale", scale != 0 ? scale
			: 1 / Math.sqrt(shape[3])));
		final String features = draft.add(node, "features", Operator.of("Shape", "start", -1), query);
		final String count = draft.add(node, "count", Operator.of("Cast", "to", OnnxTypes.FLOAT), features);
		return draft.add(node, "scaled", Operator.of("Div"), query, draft.add(node, "root", Operator.of("Sqrt"), count));
	}

	private String capped(final String scores, final float cap) {
		final String share = draft.add(node, "share", Operator.of("Div"), scores, number("cap", cap));
		final String bent = draft.add(node, "bent", Operator.of("Tanh"), share);
		return draft.add(node, "capped", Operator.of("Mul"), bent, node.output() + ".cap");
	}
}
