package io.glassbox.graph.io;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.List;

/**
 * Says in ONNX opset 17 the operators it does not have.
 * <p>
 * {@code AdaptiveAveragePool} cuts each axis into {@code output_size} windows, window <em>o</em> from
 * floor(<em>o</em> n / size) to ceil((<em>o</em>+1) n / size), and takes means. Size 1 is GlobalAveragePool; an
 * extent that is a known multiple of the size is AveragePool. In all other cases each axis is multiplied
 * with a matrix of window weights, which the network itself computes from the extent at hand.
 * </p>
 */
final class OnnxEquivalents {

	private final Draft draft = new Draft();

	private OnnxEquivalents() {}

	/** The same network in operators of opset 17; the very same if it had no others. */
	static Network of(final Network network) {
		return network.nodes().stream().anyMatch(n -> n.is("AdaptiveAveragePool", "GroupNormalization", "Mish") || n.is(
			"Resize") && n.op().attributes().has("antialias")) ? new OnnxEquivalents().rewritten(network) : network;
	}

	private Network rewritten(final Network network) {
		draft.constants().putAll(network.constants());
		network.inputs().forEach(p -> draft.shapes().put(p.name(), p.shape()));
		for (final Node n : network.nodes())
			switch (n.op().type()) {
				case "AdaptiveAveragePool" -> pool(n);
				case "GroupNormalization" -> groups(n);
				case "Mish" -> mish(n);
				case "Resize" -> ResizeByMatrices.append(draft, n);
				default -> draft.append(n);
			}
		final Network.Builder b = network.toBuilder().clearNodes();
		draft.constants().forEach(b::constant);
		draft.nodes().forEach(b::node);
		return b.build();
	}

	private static Node with(final Node n, final Operator op, final String... operands) {
		return new Node(n.id(), n.layer(), op, List.of(operands), n.outputs());
	}

	/** x tanh(ln(1 + e^x)), an operator since opset 18. */
	private void mish(final Node n) {
		final String softplus = draft.add(n, "softplus", Operator.of("Softplus"), n.input(0));
		final String tanh = draft.add(n, "tanh", Operator.of("Tanh"), softplus);
		draft.append(with(n, Operator.of("Mul"), n.input(0), tanh));
	}

	/** Each group is an instance of its own; what follows scales and shifts each channel. */
	private void groups(final Node n) {
		final int groups = Math.toIntExact(n.op().attributes().integer("num_groups", 1));
		final float epsilon = n.op().attributes().number("epsilon", 1e-5f);
		final String apart = draft.add(n, "apart", Operator.of("Reshape"), n.input(0), draft.constant(n, "groups", 0, groups,
			-1));
		final String even = draft.add(n, "even", Operator.of("InstanceNormalization", "epsilon", epsilon), apart, ones(n,
			"unit", groups), zeros(n, "centre", groups));
		final String shape = draft.add(n, "shape", Operator.of("Shape"), n.input(0));
		final String together = draft.add(n, "together", Operator.of("Reshape"), even, shape);
		final int channels = draft.constant(n.input(1)).orElseThrow(() -> new GlassboxException("The normalisation '" + n
			.label() + "' has a computed scale, which cannot be written as ONNX.")).length();
		draft.append(with(n, Operator.of("BatchNormalization", "epsilon", 0f), together, n.input(1), n.input(2), zeros(n,
			"mean", channels), ones(n, "variance", channels)));
	}

	private String zeros(final Node n, final String name, final int length) {
		return draft.constant(n, name, Tensor.zeros(length));
	}

	private String ones(final Node n, final String name, final int length) {
		final float[] ones = new float[length];
		Arrays.fill(ones, 1);
		return draft.constant(n, name, Tensor.of(ones, length));
	}

	private void pool(final Node n) {
		final long[] size = n.op().attributes().integers("output_size", null);
		if (size == null) throw new GlassboxException("The pooling '" + n.label() + "' does not tell its output size.");
		final int[] shape = draft.shapes().of(n.input(0));
		final long[] kernel = shape == null || shape.length != size.length + 2 ? null : kernel(shape, size);
		if (Arrays.stream(size).allMatch(s -> s == 1)) draft.append(with(n, Operator.of("GlobalAveragePool"), n.input(0)));
		else if (kernel != null) draft.append(with(n, Operator.of("AveragePool", "kernel_shape", kernel, "strides", kernel), n
			.input(0)));
		else byMatrices(n, size);
	}

	/** The windows along all axes, or null if they are not all alike or not known. */
	private static long[] kernel(final int[] shape, final long[] size) {
		final long[] kernel = new long[size.length];
		for (int i = 0; i < size.length; i++) {
			final int extent = shape[2 + i];
			if (size[i] < 0) kernel[i] = 1;
			else if (extent == Port.ANY || extent % size[i] != 0) return null;
			else kernel[i] = extent / size[i];
		}
		return kernel;
	}

	private void byMatrices(final Node n, final long[] size) {
		String value = n.input(0);
		for (int i = 0; i < size.length; i++)
			if (size[i] > 0) value = alongAxis(n, value, i, size);
		final long[] same = new long[size.length + 2];
		Arrays.setAll(same, i -> i);
		draft.append(with(n, Operator.of("Transpose", "perm", same), value));
	}

	private String alongAxis(final Node n, final String value, final int axis, final long[] size) {
		final String name = "axis" + axis;
		final long[] swap = new long[size.length + 2];
		Arrays.setAll(swap, i -> i);
		swap[2 + axis] = swap.length - 1;
		swap[swap.length - 1] = 2L + axis;
		final String weights = weights(n, name, 2L + axis, size[axis]);
		final String last = draft.add(n, name + ".last", Operator.of("Transpose", "perm", swap), value);
		final String means = draft.add(n, name + ".means", Operator.of("MatMul"), last, weights);
		return draft.add(n, name + ".back", Operator.of("Transpose", "perm", swap), means);
	}

	/** A matrix, extent x size: 1/length where a position lies in a window, 0 elsewhere. */
	private String weights(final Node n, final String name, final long axis, final long size) {
		final long[] from = new long[(int) size];
		Arrays.setAll(from, o -> o);
		final long[] to = new long[(int) size];
		Arrays.setAll(to, o -> o + 1);
		final String shape = draft.add(n, name + ".shape", Operator.of("Shape"), n.input(0));
		final String extent = draft.add(n, name + ".extent", Operator.of("Gather"), shape, scalar(n, name + ".axis", axis));
		final String sizes = scalar(n, name + ".size", size);
		final String begin = draft.add(n, name + ".begin", Operator.of("Div"), draft.add(n, name + ".from", Operator.of(
			"Mul"), draft.constant(n, name + ".windows", from), extent), sizes);
		final String ends = draft.add(n, name + ".ends", Operator.of("Mul"), draft.constant(n, name + ".next", to), extent);
		final String up = draft.add(n, name + ".up", Operator.of("Add"), ends, scalar(n, name + ".less", size - 1));
		final String end = draft.add(n, name + ".end", Operator.of("Div"), up, sizes);
		final String range = draft.add(n, name + ".range", Operator.of("Range"), scalar(n, name + ".zero", 0), extent, scalar(
			n, name + ".one", 1));
		final String at = draft.add(n, name + ".at", Operator.of("Unsqueeze"), range, draft.constant(n, name + ".column", 1));
		final String after = draft.add(n, name + ".after", Operator.of("GreaterOrEqual"), at, begin);
		final String before = draft.add(n, name + ".before", Operator.of("Less"), at, end);
		final String in = draft.add(n, name + ".in", Operator.of("And"), after, before);
		final String ones = draft.add(n, name + ".ones", Operator.of("Cast", "to", OnnxTypes.FLOAT), in);
		final String counts = draft.add(n, name + ".counts", Operator.of("ReduceSum"), ones, draft.constant(n, name + ".rows",
			0));
		return draft.add(n, name + ".weights", Operator.of("Div"), ones, counts);
	}

	private String scalar(final Node n, final String name, final long value) {
		return draft.constant(n, name, Tensor.ofLongs(new long[] { value }));
	}
}
