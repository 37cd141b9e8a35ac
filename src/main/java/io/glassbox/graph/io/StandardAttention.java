package io.glassbox.graph.io;

import io.glassbox.graph.Attributes;
import io.glassbox.graph.Element;
import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;

import java.util.ArrayList;
import java.util.List;

/**
 * The standard's own {@code Attention}, since opset 23: query, key and value with heads apart (four axes) or side by side
 * in the last of three; a mask of conditions or of numbers that are added; fewer keys than queries have heads.
 */
final class StandardAttention {

	private final Draft draft;
	private final Node n;
	private final Attributes a;
	private final AttentionParts parts;

	private StandardAttention(final Draft draft, final Node n) {
		this.draft = draft;
		this.n = n;
		a = n.op().attributes();
		parts = new AttentionParts(draft, n);
	}

	/** Appends to the draft what the node means. */
	static void translate(final Draft draft, final Node n) {
		new StandardAttention(draft, n).translate();
	}

	private void translate() {
		if (!n.input(4).isEmpty() || !n.input(5).isEmpty() || !n.input(6).isEmpty() || n.outputs().size() > 1) throw parts
			.unsupported("with a cache of keys, or with the scores as a result");
		final int[] query = draft.shapes().of(n.input(0));
		if (query == null || query.length != 3 && query.length != 4) throw parts.unsupported(
			"of a value whose axes are unknown, or neither three nor four");
		final boolean flat = query.length == 3;
		final long heads = flat ? parts.count("q_num_heads") : a.integer("q_num_heads", query[1]);
		final long pairs = flat ? parts.count("kv_num_heads") : a.integer("kv_num_heads", extent(n.input(1), 1));
		final String[] qkv = { n.input(0), n.input(1), n.input(2) };
		if (flat) {
			qkv[0] = parts.apart("query", qkv[0], heads);
			qkv[1] = parts.apart("key", qkv[1], pairs);
			qkv[2] = parts.apart("value", qkv[2], pairs);
		}
		if (heads != pairs) {
			qkv[1] = repeated("key", qkv[1], heads, pairs);
			qkv[2] = repeated("value", qkv[2], heads, pairs);
		}
		final List<String> biases = new ArrayList<>();
		if (!n.input(3).isEmpty()) biases.add(mask(n.input(3)));
		parts.attend(qkv[0], qkv[1], qkv[2], new AttentionParts.Way(a.number("scale", 0), a.number("softcap", 0), biases, a
			.integer("is_causal", 0) != 0), flat);
	}

	private long extent(final String value, final int axis) {
		final int[] shape = draft.shapes().of(value);
		return shape == null || axis >= shape.length ? -1 : shape[axis];
	}

	/** Each head of keys, or values, serves as many heads of queries that follow one another. */
	private String repeated(final String name, final String value, final long heads, final long pairs) {
		final long features = extent(value, 3);
		if (heads < 1 || pairs < 1 || heads % pairs != 0 || features < 1) throw parts.unsupported("of " + heads +
			" heads of queries for " + pairs + " of keys");
		final String column = parts.unsqueezed(name + ".column", value, 2);
		final String wide = draft.add(n, name + ".wide", Operator.of("Expand"), column, draft.constant(n, name + ".times", 1, 1,
			heads / pairs, 1, 1));
		return draft.add(n, name + ".repeated", Operator.of("Reshape"), wide, draft.constant(n, name + ".served", 0, heads, -1,
			features));
	}

	/** What to add to the scores. */
	private String mask(final String mask) {
		final long keys = extent(mask, draft.shapes().of(mask) == null ? 0 : draft.shapes().of(mask).length - 1);
		final long all = extent(n.input(1), draft.shapes().of(n.input(1)) == null ? 0 : draft.shapes().of(n.input(1)).length -
			2);
		if (keys > 1 && all > 0 && keys != all) throw parts.unsupported("with a mask for " + keys + " of " + all + " keys");
		return draft.elements().of(mask) == Element.BOOLEAN ? parts.bias(mask, AttentionParts.MASKED) : mask;
	}
}
