package io.glassbox.graph.io;

import io.glassbox.graph.Element;
import io.glassbox.graph.Elements;
import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Says with {@code Cast} what libtorch does unasked: operands of different elements are turned into the wider ones,
 * integers into floats where an operator knows floats only. ONNX refuses such operands.
 */
final class MixedElements {

	/** Join operands elementwise, or one after another, and want them alike. */
	private static final Set<String> ALIKE = Set.of("Add", "Sub", "Mul", "Div", "Mod", "Min", "Max", "Sum", "Mean", "Concat",
		"MatMul", "Einsum", "Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "PRelu", "Gemm");

	/** Know floats only. */
	private static final Set<String> FLOATS = Set.of("Sqrt", "Exp", "Log", "Erf", "Sigmoid", "Tanh", "Softmax", "LogSoftmax",
		"Reciprocal", "Sin", "Cos", "Conv", "Mean", "Floor", "Ceil", "Round", "LayerNormalization", "BatchNormalization",
		"AveragePool", "GlobalAveragePool", "HardSigmoid", "HardSwish", "Elu", "LeakyRelu", "Softplus");

	private final Network network;
	private final Elements elements;
	private final Map<String, String> casts = new HashMap<>();
	private final List<Node> nodes = new ArrayList<>();
	private final Map<String, Tensor> constants = new HashMap<>();
	private boolean changed;

	private MixedElements(final Network network) {
		this.network = network;
		elements = new Elements(network);
	}

	/** The same network with no such operands; the very same if it had none. */
	static Network resolved(final Network network) {
		final MixedElements m = new MixedElements(network);
		network.nodes().forEach(m::add);
		if (!m.changed) return network;
		final Network.Builder b = network.toBuilder().clearNodes();
		m.constants.forEach(b::constant);
		m.nodes.forEach(b::node);
		return b.build();
	}

	private void add(final Node n) {
		final List<String> operands = new ArrayList<>(n.inputs());
		final boolean where = n.is("Where");
		if (where || ALIKE.contains(n.op().type()) || FLOATS.contains(n.op().type())) {
			final Element wanted = wanted(n, where);
			for (int i = where ? 1 : 0; i < operands.size(); i++)
				if (!operands.get(i).isEmpty() && elements.of(operands.get(i)) != wanted) operands.set(i, cast(n, operands.get(i),
					wanted));
		}
		else if (n.is("ReduceSum", "CumSum") && elements.of(n.input(0)) == Element.BOOLEAN) operands.set(0, cast(n, n.input(0),
			Element.INTEGER));
		nodes.add(operands.equals(n.inputs()) ? n : new Node(n.id(), n.layer(), n.op(), operands, n.outputs()));
	}

	private Element wanted(final Node n, final boolean where) {
		if (FLOATS.contains(n.op().type())) return Element.FLOAT;
		Element widest = null;
		for (int i = where ? 1 : 0; i < n.inputs().size(); i++)
			if (!n.input(i).isEmpty()) widest = widest == null ? elements.of(n.input(i)) : wider(widest, elements.of(n.input(i)));
		final boolean compared = where || n.is("Equal", "Concat");
		return widest == Element.BOOLEAN && !compared ? Element.INTEGER : widest;
	}

	private static Element wider(final Element a, final Element b) {
		return a.ordinal() < b.ordinal() ? a : b;
	}

	private String cast(final Node reader, final String value, final Element wanted) {
		changed = true;
		return casts.computeIfAbsent(value + "|" + wanted, k -> {
			final String name = value + ".as." + wanted.name().toLowerCase(Locale.ROOT);
			final Tensor constant = network.constants().get(value);
			if (constant != null && wanted == Element.FLOAT) constants.put(name, floats(constant));
			else nodes.add(new Node(name, reader.layer(), Operator.of("Cast", "to", OnnxTypes.of(wanted)), List.of(value), List
				.of(name)));
			return name;
		});
	}

	private static Tensor floats(final Tensor integers) {
		final float[] values = new float[integers.length()];
		for (int i = 0; i < values.length; i++)
			values[i] = integers.longs()[i];
		return Tensor.of(values, integers.shape());
	}
}
