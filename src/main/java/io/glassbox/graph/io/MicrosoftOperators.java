package io.glassbox.graph.io;

import io.glassbox.graph.Attributes;
import io.glassbox.graph.Node;
import io.glassbox.graph.OperandCounts;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.UnsupportedNetworkException;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Says in the standard's operators what ONNX Runtime's own say: those of its domain {@code com.microsoft}, each several
 * operators in one, that its optimiser and Hugging Face's exporter write into files.
 * <p>
 * <a href="https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md">Its documentation</a> tells what
 * they compute. Those with the channels last are {@link NhwcOperators}; those whose weights lie in blocks (NCHWc),
 * quantised ones and those of language models (caches, packed sequences) are not known here.
 * </p>
 */
final class MicrosoftOperators {

	static final String DOMAIN = "com.microsoft";

	/** Operators read; {@code GridSample} and {@code Trilu} are the standard's, from before it had them. */
	private static final Set<String> TYPES = Set.of("Gelu", "FastGelu", "BiasGelu", "QuickGelu", "FusedConv", "FusedGemm",
		"FusedMatMul", "TransposeMatMul", "BiasAdd", "SkipLayerNormalization", "SimplifiedLayerNormalization",
		"SkipSimplifiedLayerNormalization", "Attention", "MultiHeadAttention", "RotaryEmbedding", "GridSample", "Trilu");

	private static final float EPSILON = 1e-12f;

	private final Draft draft;
	private final OpsetTranslation standard;
	private final Decompositions parts;
	private final NhwcOperators channelsLast;

	MicrosoftOperators(final Draft draft, final OpsetTranslation standard) {
		this.draft = draft;
		this.standard = standard;
		parts = new Decompositions(draft);
		channelsLast = new NhwcOperators(draft, standard, this::conv);
	}

	/** Whether operators of a domain are ONNX Runtime's own. */
	static boolean isDomain(final String domain) {
		return domain.equals(DOMAIN) || domain.equals(NhwcOperators.DOMAIN);
	}

	static boolean knows(final String domain, final String type) {
		return domain.equals(DOMAIN) ? TYPES.contains(type) || NhwcOperators.MICROSOFT.contains(type) : domain.equals(
			NhwcOperators.DOMAIN) && NhwcOperators.TYPES.contains(type);
	}

	/** Appends to the draft what the node of one of ONNX Runtime's domains means. */
	void translate(final String domain, final Node n) {
		if (domain.equals(NhwcOperators.DOMAIN) || NhwcOperators.MICROSOFT.contains(n.op().type())) channelsLast.translate(n);
		else translate(n);
	}

	private void translate(final Node n) {
		switch (n.op().type()) {
			case "GridSample", "Trilu" -> standard.translate(n);
			case "Gelu" -> parts.gelu(needing(n, 1), false, n.input(0));
			case "FastGelu" -> parts.gelu(n, true, biased(needing(n, 1), n.input(0), n.input(1)));
			case "BiasGelu" -> parts.gelu(n, false, biased(needing(n, 2), n.input(0), n.input(1)));
			case "QuickGelu" -> parts.swish(needing(n, 1), n.op().attributes().number("alpha", 1.702f));
			case "FusedConv" -> conv(needing(n, 2));
			case "FusedGemm" -> gemm(needing(n, 2));
			case "FusedMatMul", "TransposeMatMul" -> matMul(needing(n, 2));
			case "BiasAdd" -> draft.add(one(n, Operator.of("Add"), biased(needing(n, 3), n.input(0), n.input(1)), n.input(2)));
			case "SkipLayerNormalization" -> layer(n, skipped(needing(n, 3), n.input(4)));
			case "SimplifiedLayerNormalization" -> parts.rmsNormalization(needing(n, 2));
			case "SkipSimplifiedLayerNormalization" -> parts.rmsNormalization(n, skipped(needing(n, 3), n.input(3)), n.input(
				2), -1, n.op().attributes().number("epsilon", EPSILON));
			case "RotaryEmbedding" -> new RotaryParts(draft).embed(needing(n, 4), n.input(2), n.input(3), n.input(1));
			case "Attention" -> new MicrosoftAttention(draft, needing(n, 2)).packed();
			case "MultiHeadAttention" -> new MicrosoftAttention(draft, needing(n, 1)).apart();
			default -> throw new UnsupportedNetworkException("The network uses " + DOMAIN + "." + n.op().type() + " ('" + n
				.label() + "'), which Glassbox does not know.");
		}
	}

	private static Node needing(final Node n, final int operands) {
		OperandCounts.check(n, operands);
		return n;
	}

	/** A node that makes the first of the results. */
	private static Node one(final Node n, final Operator op, final String... operands) {
		return new Node(n.id(), n.layer(), op, List.of(operands), List.of(n.output()));
	}

	private String biased(final Node n, final String x, final String bias) {
		return bias.isEmpty() ? x : draft.add(n, "biased", Operator.of("Add"), x, bias);
	}

	// -- products with an activation --

	/** An activation of the convolution and, if there is a fourth operand, of its sum with that. */
	private void conv(final Node n) {
		final Attributes a = n.op().attributes();
		final float[] p = a.numbers("activation_params", new float[0]);
		final Operator activation = activation(n, a.string("activation", ""), p);
		final String conv = n.output() + ".conv";
		standard.translate(new Node(n.id() + ".conv", n.layer(), new Operator("Conv", without(a, "activation",
			"activation_params")), n.inputs().subList(0, Math.min(3, n.inputs().size())), List.of(conv)));
		activate(n, biased(n, conv, n.input(3)), activation, p);
	}

	private void gemm(final Node n) {
		final Attributes a = n.op().attributes();
		final float[] p = numbers(a, "activation_alpha", "activation_beta");
		final Operator activation = activation(n, a.string("activation", ""), p);
		final String product = draft.add(n, "gemm", new Operator("Gemm", without(a, "activation", "activation_alpha",
			"activation_beta", "activation_gamma")), n.inputs().toArray(String[]::new));
		activate(n, product, activation, p);
	}

	/** The first of these attributes, as many as there are. */
	private static float[] numbers(final Attributes a, final String... names) {
		int count = 0;
		while (count < names.length && a.has(names[count]))
			count++;
		final float[] values = new float[count];
		for (int i = 0; i < count; i++)
			values[i] = a.number(names[i], 0);
		return values;
	}

	private static Attributes without(final Attributes a, final String... names) {
		Attributes kept = Attributes.NONE;
		for (final var e : a.asMap().entrySet())
			if (!List.of(names).contains(e.getKey())) kept = kept.with(e.getKey(), e.getValue());
		return kept;
	}

	/** @return null if there is none */
	private static Operator activation(final Node n, final String name, final float[] p) {
		final Operator plain = Operator.of(name);
		final boolean fits = switch (name) {
			case "", "Relu", "Tanh", "Sigmoid" -> true;
			case "LeakyRelu" -> p.length >= 1;
			case "Clip", "HardSigmoid" -> p.length >= 2;
			default -> false;
		};
		if (!fits) throw new UnsupportedNetworkException("The network uses " + DOMAIN + "." + n.op().type() +
			" with the activation '" + name + "' of " + p.length + " parameters (node '" + n.id() +
			"'), which Glassbox does not know.");
		return switch (name) {
			case "" -> null;
			case "LeakyRelu" -> Operator.of(name, "alpha", p[0]);
			case "HardSigmoid" -> Operator.of(name, "alpha", p[0], "beta", p[1]);
			default -> plain;
		};
	}

	private void activate(final Node n, final String x, final Operator activation, final float[] p) {
		if (activation == null) draft.alias(n.output(), x);
		else if (activation.is("Clip")) draft.add(one(n, activation, x, draft.constant(n, "min", Tensor.scalar(p[0])), draft
			.constant(n, "max", Tensor.scalar(p[1]))));
		else draft.add(one(n, activation, x));
	}

	/** alpha A B, either factor with its last two axes exchanged, or with its rows before the axes of the batch. */
	private void matMul(final Node n) {
		final Attributes a = n.op().attributes();
		final String left = turned(n, 0, a.integer("transA", 0) != 0, a.integer("transBatchA", 0) != 0);
		final String right = turned(n, 1, a.integer("transB", 0) != 0, a.integer("transBatchB", 0) != 0);
		final float alpha = a.number("alpha", 1);
		if (alpha == 1) draft.add(one(n, Operator.of("MatMul"), left, right));
		else draft.add(one(n, Operator.of("Mul"), draft.add(n, "product", Operator.of("MatMul"), left, right), draft.constant(
			n, "alpha", Tensor.scalar(alpha))));
	}

	private String turned(final Node n, final int operand, final boolean matrix, final boolean batch) {
		final String x = n.input(operand);
		if (!matrix && !batch) return x;
		final int[] shape = draft.shapes().of(x);
		if (shape == null || shape.length < 2) throw new UnsupportedNetworkException("The " + n.op().type() + " '" + n.label() +
			"' transposes a value of unknown shape, which Glassbox cannot follow.");
		final List<Long> axes = new ArrayList<>();
		for (long i = 0; i < shape.length; i++)
			axes.add(i);
		final int last = shape.length - 1;
		if (batch) axes.add(last - 1, axes.remove(0));
		if (matrix) axes.add(last - 1, axes.remove(last));
		return draft.add(n, "turned" + operand, Operator.of("Transpose", "perm", axes.stream().mapToLong(i -> i).toArray()),
			x);
	}

	// -- normalisation of a sum --

	/** Input plus skip connection plus bias; the fourth result, if somebody wants it. */
	private String skipped(final Node n, final String bias) {
		final String wanted = n.outputs().size() > 3 ? n.outputs().get(3) : "";
		final String sum = wanted.isEmpty() ? n.output() + ".sum" : wanted;
		final String pair = bias.isEmpty() ? n.input(0) : draft.add(n, "pair", Operator.of("Add"), n.input(0), bias);
		draft.add(new Node(n.id() + ".sum", n.layer(), Operator.of("Add"), List.of(pair, n.input(1)), List.of(sum)));
		return sum;
	}

	private void layer(final Node n, final String x) {
		final List<String> operands = new ArrayList<>(List.of(x, n.input(2)));
		if (!n.input(3).isEmpty()) operands.add(n.input(3));
		final List<String> outputs = new ArrayList<>(n.outputs().subList(0, Math.min(3, n.outputs().size())));
		while (outputs.size() > 1 && outputs.get(outputs.size() - 1).isEmpty())
			outputs.remove(outputs.size() - 1);
		draft.add(new Node(n.id(), n.layer(), Operator.of("LayerNormalization", "axis", -1, "epsilon", n.op().attributes()
			.number("epsilon", EPSILON)), operands, outputs));
	}
}
