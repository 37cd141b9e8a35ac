package io.glassbox.graph.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.SymbolicTensor.Kind;

/**
 * Multi-head attention (Vaswani et al. 2017) out of the kernels PyTorch fuses it into: a product of queries and keys,
 * scaled and masked, a softmax, and a product with the values, so that the attention weights are values of the graph.
 */
final class AtenAttention {

	/** What masks a score out: far below all others, yet no infinity, of which a fully masked row would be made NaN. */
	private static final float MASKED = -1e30f;

	private AtenAttention() {}

	static void addTo(final Map<String, AtenOperators.Translation> table) {
		table.put("scaled_dot_product_attention", (a, g) -> {
			if (Boolean.TRUE.equals(a.named().get("enable_gqa"))) throw a.unsupported("with grouped queries");
			return attended(g, a.tensor(0), a.tensor(1), a.tensor(2), (SymbolicTensor) a.get(3, "attn_mask"), a.truth(5,
				false) || Boolean.TRUE.equals(a.named().get("is_causal")), a.get(6, "scale")).get(0);
		});
		table.put("_scaled_dot_product_attention_math", (a, g) -> new ScriptTuple(List.copyOf(attended(g, a.tensor(0), a
			.tensor(1), a.tensor(2), a.optionalTensor(3), a.truth(5, false), a.named().get("scale")))));
		table.put("_scaled_dot_product_flash_attention_for_cpu", (a, g) -> new ScriptTuple(Arrays.asList(attended(g, a.tensor(
			0), a.tensor(1), a.tensor(2), (SymbolicTensor) a.named().get("attn_mask"), a.truth(4, false), a.named().get(
				"scale")).get(0), Unknown.FAULT)));
		table.put("_native_multi_head_attention", AtenAttention::multiHead);
		table.put("_transformer_encoder_layer_fwd", AtenAttention::encoderLayer);
	}

	/** What is attended to, then the attention weights. */
	private static List<SymbolicTensor> attended(final GraphDraft g, final SymbolicTensor q, final SymbolicTensor k,
		final SymbolicTensor v, final SymbolicTensor mask, final boolean causal, final Object scale)
	{
		final Object width = q.rank() < 0 ? null : q.extents().get(-1);
		if (scale == null && !(width instanceof Long)) throw new UnsupportedConstruct("attention of queries of unknown width");
		final double factor = scale instanceof Number n ? n.doubleValue() : 1 / Math.sqrt((Long) width);
		SymbolicTensor scores = g.binary("Mul", AtenMatrices.matmul(g, q, turned(g, k)), GraphDraft.scalar(factor));
		if (causal) scores = AtenLogic.chosen(g, lower(scores), scores, GraphDraft.scalar(MASKED));
		if (mask != null) scores = mask.isFloat() ? g.binary("Add", scores, mask) : AtenLogic.chosen(g, g.cast(mask,
			Kind.BOOLEAN), scores, GraphDraft.scalar(MASKED));
		final SymbolicTensor weights = g.elementwise(Operator.of("Softmax", "axis", -1), scores);
		return List.of(AtenMatrices.matmul(g, weights, v), weights);
	}

	/** The last two axes exchanged. */
	private static SymbolicTensor turned(final GraphDraft g, final SymbolicTensor x) {
		if (x.rank() < 2) throw new UnsupportedConstruct("attention of keys whose number of axes is unknown");
		final long[] order = new long[x.rank()];
		Arrays.setAll(order, i -> i);
		order[x.rank() - 2] = x.rank() - 1;
		order[x.rank() - 1] = x.rank() - 2;
		return AtenShape.permute(g, x, order);
	}

	/** True on and below the diagonal. */
	private static SymbolicTensor lower(final SymbolicTensor scores) {
		if (!(scores.extents().get(-2) instanceof Long rows) || !(scores.extents().get(-1) instanceof Long columns) || rows *
			columns > 1 << 24) throw new UnsupportedConstruct("causal attention over a length known only at run time");
		final long[] truth = new long[Math.toIntExact(rows * columns)];
		for (int i = 0; i < rows; i++)
			for (int j = 0; j <= Math.min(i, columns - 1); j++)
				truth[i * columns.intValue() + j] = 1;
		return SymbolicTensor.constant(Tensor.ofLongs(truth, rows.intValue(), columns.intValue()), Kind.BOOLEAN);
	}

	// -- torch's fused modules --

	/** {@code query, key, value, embed_dim, num_heads, qkv_weight, qkv_bias, proj_weight, proj_bias, mask, …, mask_type}. */
	private static Object multiHead(final Arguments a, final GraphDraft g) {
		final Object kind = a.get(12);
		final List<SymbolicTensor> result = selfAttention(a, g, new SymbolicTensor[] { a.tensor(0), a.tensor(1), a.tensor(2) },
			a.integer(4), new SymbolicTensor[] { a.tensor(5), a.optionalTensor(6), a.tensor(7), a.optionalTensor(8) }, a
				.optionalTensor(9), kind);
		final boolean averaged = a.truth(11, true);
		final SymbolicTensor weights = a.truth(10, true) && averaged ? AtenReduction.mean(g, result.get(1), new long[] { 1 },
			false) : result.get(1);
		return new ScriptTuple(List.of(result.get(0), weights));
	}

	/** @param layers weights and biases of the joint projection of queries, keys and values, and of the last projection */
	private static List<SymbolicTensor> selfAttention(final Arguments a, final GraphDraft g, final SymbolicTensor[] qkv,
		final long heads, final SymbolicTensor[] layers, final SymbolicTensor mask, final Object maskKind)
	{
		if (mask == null) return placesFirst(a, g, qkv, heads, layers);
		final List<SymbolicTensor> projected = projected(a, g, qkv, layers[0], layers[1]);
		final List<SymbolicTensor> split = new ArrayList<>();
		for (final SymbolicTensor p : projected) {
			final List<Object> shape = AtenShape.asked(g, p);
			shape.set(2, heads);
			shape.add(Extent.computed("Div", p.extents().get(2), heads));
			split.add(AtenShape.permute(g, AtenShape.reshape(g, p, shape), 0, 2, 1, 3));
		}
		final List<SymbolicTensor> attended = attended(g, split.get(0), split.get(1), split.get(2), kept(g, mask, maskKind),
			false, null);
		final SymbolicTensor joined = AtenShape.reshape(g, AtenShape.permute(g, attended.get(0), 0, 2, 1, 3), AtenShape.asked(
			g, projected.get(0)));
		return List.of(AtenMatrices.linear(g, joined, layers[2], layers[3]), attended.get(1));
	}

	/**
	 * Without a mask, operator by operator as {@code torch.nn.functional.multi_head_attention_forward} does it in the script of
	 * the same network and in its ONNX file: places before samples, samples and heads along one axis.
	 */
	private static List<SymbolicTensor> placesFirst(final Arguments a, final GraphDraft g, final SymbolicTensor[] qkv,
		final long heads, final SymbolicTensor[] layers)
	{
		final SymbolicTensor[] turned = new SymbolicTensor[3];
		for (int i = 0; i < 3; i++)
			turned[i] = i > 0 && qkv[i].value() != null && qkv[i].value().equals(qkv[0].value()) ? turned[0] : AtenShape.permute(g,
				qkv[i], 1, 0, 2);
		final List<SymbolicTensor> projected = projected(a, g, turned, layers[0], layers[1]);
		final List<Object> sizes = AtenShape.asked(g, projected.get(0));
		if (!(sizes.get(2) instanceof Long width)) throw a.unsupported("of an unknown number of channels");
		final Object rows = Extent.computed("Mul", sizes.get(1), heads);
		final List<SymbolicTensor> apart = new ArrayList<>();
		for (final SymbolicTensor p : projected)
			apart.add(AtenShape.permute(g, AtenShape.reshape(g, p, List.of(AtenShape.asked(g, p).get(0), rows, width / heads)), 1,
				0, 2));
		final SymbolicTensor query = g.binary("Div", apart.get(0), GraphDraft.scalar(Math.sqrt(width / heads)));
		final SymbolicTensor weights = g.elementwise(Operator.of("Softmax", "axis", -1), AtenMatrices.matmul(g, query, turned(g,
			apart.get(1))));
		final SymbolicTensor places = AtenShape.permute(g, AtenMatrices.matmul(g, weights, apart.get(2)), 1, 0, 2);
		final SymbolicTensor lines = AtenShape.reshape(g, places, List.of(Extent.computed("Mul", sizes.get(0), sizes.get(1)),
			width));
		final SymbolicTensor result = AtenMatrices.linear(g, lines, layers[2], layers[3]);
		final SymbolicTensor back = AtenShape.permute(g, AtenShape.reshape(g, result, List.of(sizes.get(0), sizes.get(1), result
			.extents().get(1))), 1, 0, 2);
		final SymbolicTensor perHead = AtenShape.reshape(g, weights, List.of(sizes.get(1), heads, weights.extents().get(1),
			weights.extents().get(2)));
		return List.of(back, perHead);
	}

	private static List<SymbolicTensor> projected(final Arguments a, final GraphDraft g, final SymbolicTensor[] qkv,
		final SymbolicTensor weight, final SymbolicTensor bias)
	{
		if (qkv[0].rank() != 3 || !(weight.extents().get(0) instanceof Long rows)) throw a.unsupported(
			"of a tensor that is not known to have the axes batch, place and channel");
		if (qkv[0].value() != null && qkv[0].value().equals(qkv[1].value()) && qkv[0].value().equals(qkv[2].value()))
			return AtenSlicing.parts(g, AtenMatrices.linear(g, qkv[0], weight, bias), 2, rows / 3, rows / 3, rows / 3);
		final List<SymbolicTensor> weights = AtenSlicing.parts(g, weight, 0, rows / 3, rows / 3, rows / 3);
		final List<SymbolicTensor> biases = bias == null ? Arrays.asList(null, null, null) : AtenSlicing.parts(g, bias, 0, rows /
			3, rows / 3, rows / 3);
		final List<SymbolicTensor> results = new ArrayList<>();
		for (int i = 0; i < 3; i++)
			results.add(AtenMatrices.linear(g, qkv[i], weights.get(i), biases.get(i)));
		return results;
	}

	/** PyTorch's fused mask tells what to leave out: of places by places (0), or of samples by places (1). */
	private static SymbolicTensor kept(final GraphDraft g, final SymbolicTensor mask, final Object kind) {
		if (mask == null) return null;
		if (mask.isFloat()) return mask;
		final SymbolicTensor kept = AtenLogic.not(g, mask);
		return Long.valueOf(1).equals(kind) && mask.rank() == 2 ? AtenShape.unsqueeze(g, AtenShape.unsqueeze(g, kept, 1), 1)
			: kept;
	}

	/** {@code src, embed_dim, num_heads, qkv and projection, use_gelu, norm_first, eps, two norms, two layers, mask}. */
	private static Object encoderLayer(final Arguments a, final GraphDraft g) {
		final SymbolicTensor x = a.tensor(0);
		final boolean first = a.truth(8, false);
		final SymbolicTensor[] layers = { a.tensor(3), a.optionalTensor(4), a.tensor(5), a.optionalTensor(6) };
		final SymbolicTensor in = first ? norm(a, g, x, 10) : x;
		final SymbolicTensor attended = selfAttention(a, g, new SymbolicTensor[] { in, in, in }, a.integer(2), layers, a
			.optionalTensor(18), a.get(19)).get(0);
		final SymbolicTensor sum = g.binary("Add", x, attended);
		final SymbolicTensor between = first ? sum : norm(a, g, sum, 10);
		final SymbolicTensor hidden = AtenMatrices.linear(g, first ? norm(a, g, sum, 12) : between, a.tensor(14), a
			.optionalTensor(15));
		final SymbolicTensor active = a.truth(7, false) ? AtenActivation.gelu(g, hidden, false) : g.elementwise(Operator.of(
			"Relu"), hidden);
		final SymbolicTensor result = g.binary("Add", between, AtenMatrices.linear(g, active, a.tensor(16), a.optionalTensor(
			17)));
		return first ? result : norm(a, g, result, 12);
	}

	private static SymbolicTensor norm(final Arguments a, final GraphDraft g, final SymbolicTensor x, final int weights) {
		return g.elementwise(Operator.of("LayerNormalization", "axis", -1, "epsilon", a.number(9, 1e-5)), x, a.tensor(weights), a
			.optionalTensor(weights + 1));
	}
}
