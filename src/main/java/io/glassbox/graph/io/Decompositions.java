package io.glassbox.graph.io;

import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.UnsupportedNetworkException;

import java.util.List;
import java.util.stream.LongStream;

/** Operators newer than opset 17, or rare, in terms of those that Glassbox keeps. */
final class Decompositions {

	private final Draft draft;

	Decompositions(final Draft draft) {
		this.draft = draft;
	}

	private static Node with(final Node n, final Operator op, final String... inputs) {
		return new Node(n.id(), n.layer(), op, List.of(inputs), n.outputs());
	}

	private String number(final Node n, final String name, final double value) {
		return draft.constant(n, name, Tensor.scalar((float) value));
	}

	/** Conditions that hold everywhere, as many as there are elements. */
	void everything(final Node n, final String output) {
		final String shape = draft.add(n, "mask.shape", Operator.of("Shape"), n.input(0));
		final String ones = draft.add(n, "mask.ones", Operator.of("ConstantOfShape", "value", Tensor.ofLongs(new long[] { 1 },
			1)), shape);
		draft.add(new Node(n.id() + ".mask", n.layer(), Operator.of("Cast", "to", OnnxTypes.BOOL), List.of(ones), List.of(
			output)));
	}

	/** x times the normal distribution function, or what Hendrycks and Gimpel 2016 put in its place. */
	void gelu(final Node n) {
		gelu(n, n.op().attributes().string("approximate", "none").equals("tanh"), n.input(0));
	}

	/** Operator by operator as PyTorch exports it where ONNX has none for it, so that every file has the same values. */
	void gelu(final Node n, final boolean approximate, final String x) {
		final String sigma = approximate ? tanh(n, x) : draft.add(n, "erf", Operator.of("Erf"), draft.add(n, "scaled", Operator
			.of("Div"), x, number(n, "scale", Math.sqrt(2))));
		final String share = draft.add(n, "twice", Operator.of("Add"), sigma, number(n, "one", 1));
		final String twice = draft.add(n, "product", Operator.of("Mul"), x, share);
		draft.add(with(n, Operator.of("Mul"), twice, number(n, "half", 0.5)));
	}

	/** tanh(sqrt(2/pi) (x + 0.044715 x^3)). */
	private String tanh(final Node n, final String x) {
		final String square = draft.add(n, "square", Operator.of("Mul"), x, x);
		final String cube = draft.add(n, "cube", Operator.of("Mul"), x, square);
		final String small = draft.add(n, "small", Operator.of("Mul"), cube, number(n, "coefficient", 0.044715));
		final String sum = draft.add(n, "sum", Operator.of("Add"), x, small);
		final String scaled = draft.add(n, "scaled", Operator.of("Mul"), sum, number(n, "scale", Math.sqrt(2 / Math.PI)));
		return draft.add(n, "tanh", Operator.of("Tanh"), scaled);
	}

	/** x sigmoid(alpha x): Swish, SiLU where alpha is 1. */
	void swish(final Node n, final float alpha) {
		final String x = n.input(0);
		final String scaled = alpha == 1 ? x : draft.add(n, "scaled", Operator.of("Mul"), x, number(n, "alpha", alpha));
		draft.add(with(n, Operator.of("Mul"), x, draft.add(n, "share", Operator.of("Sigmoid"), scaled)));
	}

	/** x over the root of its mean square, times a scale: Zhang and Sennrich 2019, equation 4. */
	void rmsNormalization(final Node n) {
		rmsNormalization(n, n.input(0), n.input(1), n.op().attributes().integer("axis", -1), n.op().attributes().number(
			"epsilon", 1e-5f));
	}

	/** Makes the node's first result, and the inverse of the root if that is wanted as the second. */
	void rmsNormalization(final Node n, final String x, final String scale, final long axis, final float epsilon) {
		final String square = draft.add(n, "square", Operator.of("Mul"), x, x);
		final String mean = draft.add(n, "mean", Operator.of("ReduceMean", "axes", axesFrom(n, x, axis)), square);
		final String root = draft.add(n, "root", Operator.of("Sqrt"), draft.add(n, "raised", Operator.of("Add"), mean, number(
			n, "epsilon", epsilon)));
		final String even = draft.add(n, "even", Operator.of("Div"), x, root);
		draft.add(new Node(n.id(), n.layer(), Operator.of("Mul"), List.of(even, scale), List.of(n.output())));
		if (n.outputs().size() > 1 && !n.outputs().get(1).isEmpty()) draft.add(new Node(n.id() + ".inverse", n.layer(),
			Operator.of("Reciprocal"), List.of(root), List.of(n.outputs().get(1))));
	}

	/** All axes from one on, counted from the last. */
	private long[] axesFrom(final Node n, final String x, final long axis) {
		final int[] shape = draft.shapes().of(x);
		if (axis >= 0 && shape == null) throw new UnsupportedNetworkException("The " + n.op().type() + " '" + n.id() +
			"' is given a value of an unknown number of axes.");
		return LongStream.range(axis < 0 ? axis : axis - shape.length, 0).toArray();
	}

	/** @param perGroup whether scale and shift are one for each group, as before opset 21, not one for each channel */
	void groupNormalization(final Node n, final boolean perGroup) {
		if (!perGroup) draft.add(n);
		else draft.add(with(n, n.op(), n.input(0), perChannel(n, 1), perChannel(n, 2)));
	}

	private String perChannel(final Node n, final int operand) {
		final int[] shape = draft.shapes().of(n.input(0));
		final long groups = n.op().attributes().integer("num_groups", 1);
		if (shape == null || shape.length < 2 || shape[1] < 0) throw new UnsupportedNetworkException(
			"The GroupNormalization '" + n.id() + "' scales groups of an unknown number of channels.");
		final String name = "channels" + operand;
		final String column = draft.add(n, name + ".column", Operator.of("Reshape"), n.input(operand), draft.constant(n, name +
			".apart", -1, 1));
		final String wide = draft.add(n, name + ".wide", Operator.of("Expand"), column, draft.constant(n, name + ".groups",
			groups, shape[1] / groups));
		return draft.add(n, name, Operator.of("Reshape"), wide, draft.constant(n, name + ".flat", -1));
	}
}
