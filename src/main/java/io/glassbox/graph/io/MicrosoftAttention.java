package io.glassbox.graph.io;

import io.glassbox.graph.Attributes;
import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The two operators for attention of ONNX Runtime's own: one projects its input to query, key and value itself, the other
 * is given them.
 */
final class MicrosoftAttention {

	private static final float FILTER = -10000;

	private final Draft draft;
	private final Node n;
	private final Attributes a;
	private final AttentionParts parts;
	private final long heads;

	MicrosoftAttention(final Draft draft, final Node n) {
		this.draft = draft;
		this.n = n;
		a = n.op().attributes();
		parts = new AttentionParts(draft, n);
		heads = parts.count("num_heads");
		if (n.outputs().size() > 1) throw parts.unsupported("with a cache of keys");
	}

	/** {@code Attention}: operands are input, weights, bias, mask, past, bias of the scores. */
	void packed() {
		if (!n.input(4).isEmpty() || !n.input(6).isEmpty()) throw parts.unsupported("with a cache of keys");
		if (a.integer("do_rotary", 0) != 0) throw parts.unsupported("with do_rotary");
		final int[] weights = draft.shapes().of(n.input(1));
		if (weights == null || weights.length != 2 || weights[1] < 3) throw parts.unsupported("with weights of unknown shape");
		final long third = weights[1] / 3;
		final String product = draft.add(n, "projected", Operator.of("MatMul"), n.input(0), n.input(1));
		final String projected = n.input(2).isEmpty() ? product : draft.add(n, "shifted", Operator.of("Add"), product, n.input(
			2));
		final String[] qkv = split("qkv", projected, a.integers("qkv_hidden_sizes", new long[] { third, third, third }));
		attend(parts.apart("query", qkv[0], heads), parts.apart("key", qkv[1], heads), parts.apart("value", qkv[2], heads), n
			.input(3), n.input(5));
	}

	/** {@code MultiHeadAttention}: operands are query, key, value, bias, mask, bias of the scores, past key and value. */
	void apart() {
		if (!n.input(6).isEmpty() || !n.input(7).isEmpty()) throw parts.unsupported("with a cache of keys");
		if (rank(n.input(0)) != 3 || n.input(1).isEmpty() || n.input(2).isEmpty()) throw parts.unsupported(
			"with query, key and value in one operand");
		final boolean split = rank(n.input(1)) == 4 && rank(n.input(2)) == 4;
		if (!split && (rank(n.input(1)) != 3 || rank(n.input(2)) != 3)) throw parts.unsupported(
			"with keys and values in one operand, or of unknown shape");
		if (split && !n.input(3).isEmpty()) throw parts.unsupported("with a bias, but keys that are already apart");
		final String[] qkv = { n.input(0), n.input(1), n.input(2) };
		if (!n.input(3).isEmpty()) {
			final String[] biases = split("bias", n.input(3), sizes(n.input(3)));
			for (int i = 0; i < qkv.length; i++)
				qkv[i] = draft.add(n, "shifted" + i, Operator.of("Add"), qkv[i], biases[i]);
		}
		attend(parts.apart("query", qkv[0], heads), split ? qkv[1] : parts.apart("key", qkv[1], heads), split ? qkv[2] : parts
			.apart("value", qkv[2], heads), n.input(4), n.input(5));
	}

	private int rank(final String value) {
		final int[] shape = draft.shapes().of(value);
		return shape == null ? -1 : shape.length;
	}

	/** Of a bias for query, key and value: key as query, the rest for the value. */
	private long[] sizes(final String bias) {
		final int[] shape = draft.shapes().of(bias);
		final int[] query = draft.shapes().of(n.input(0));
		if (shape == null || shape.length != 1 || shape[0] < 3) throw parts.unsupported("with a bias of unknown shape");
		final long size = query[2] == Port.ANY ? shape[0] / 3 : query[2];
		return new long[] { size, size, shape[0] - 2 * size };
	}

	private String[] split(final String name, final String value, final long[] sizes) {
		if (sizes.length != 3 || Arrays.stream(sizes).anyMatch(s -> s < 1 || s % heads != 0)) throw parts.unsupported(
			"for " + heads + " heads of " + Arrays.toString(sizes) + " features in all");
		final List<String> names = List.of(n.output() + "." + name + "0", n.output() + "." + name + "1", n.output() + "." +
			name + "2");
		draft.add(new Node(n.id() + "." + name, n.layer(), Operator.of("Split", "axis", -1), List.of(value, draft.constant(n,
			name + ".sizes", sizes)), names));
		return names.toArray(String[]::new);
	}

	private void attend(final String query, final String key, final String value, final String mask, final String bias) {
		final List<String> biases = new ArrayList<>();
		if (!mask.isEmpty()) biases.add(parts.bias(spread(mask), a.number("mask_filter_value", FILTER)));
		if (!bias.isEmpty()) biases.add(bias);
		parts.attend(query, key, value, new AttentionParts.Way(a.number("scale", 0), 0, biases, a.integer("unidirectional",
			0) != 0), true);
	}

	/** A mask of samples x keys, or samples x queries x keys, for all heads. */
	private String spread(final String mask) {
		final int rank = rank(mask);
		if (rank == 2) return parts.unsqueezed("mask", mask, 1, 2);
		if (rank == 3 && n.is("Attention")) return parts.unsqueezed("mask", mask, 1);
		throw parts.unsupported("with a mask that is no table of ones and zeros");
	}
}
