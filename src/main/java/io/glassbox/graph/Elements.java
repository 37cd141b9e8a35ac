package io.glassbox.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the elements of each value of a network are.
 * <p>
 * Follows from the inputs, the constants and the operators. A constant of integers that an operator reads as conditions
 * is taken for conditions.
 * </p>
 */
public final class Elements {

	/** ONNX numbers of element types. */
	private static final int ONNX_BOOL = 9;
	private static final List<Integer> ONNX_FLOATS = List.of(1, 10, 11, 16);

	private final Map<String, Element> known = new HashMap<>();

	/** Of nothing yet. */
	public Elements() {}

	/** Of all values of a network. */
	public Elements(final Network network) {
		network.inputs().forEach(p -> put(p.name(), p.element()));
		network.constants().forEach(this::put);
		network.nodes().forEach(this::infer);
	}

	public void put(final String value, final Element element) {
		known.put(value, element);
	}

	/** Takes in a constant, unless it is known to hold conditions. */
	public void put(final String value, final Tensor constant) {
		if (constant.isFloat() || of(value) != Element.BOOLEAN) put(value, constant.isFloat() ? Element.FLOAT
			: Element.INTEGER);
	}

	/** The elements of a value; floats if nothing is known of it. */
	public Element of(final String value) {
		return known.getOrDefault(value, Element.FLOAT);
	}

	/** Learns what a node makes, once its operands are known. */
	public void infer(final Node node) {
		conditions(node);
		for (int i = 0; i < node.outputs().size(); i++)
			if (!node.outputs().get(i).isEmpty()) put(node.outputs().get(i), made(node, i));
	}

	private void conditions(final Node n) {
		if (n.is("Where", "Not", "And", "Or", "Xor")) condition(n.input(0));
		if (n.is("And", "Or", "Xor", "Compress")) condition(n.input(1));
	}

	private void condition(final String value) {
		if (known.get(value) == Element.INTEGER) known.put(value, Element.BOOLEAN);
	}

	private Element made(final Node n, final int output) {
		final Attributes a = n.op().attributes();
		return switch (n.op().type()) {
			case "Shape", "Size", "ArgMax", "ArgMin", "NonZero", "NonMaxSuppression" -> Element.INTEGER;
			case "Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual", "Not", "And", "Or", "Xor", "IsInf",
				"IsNaN" -> Element.BOOLEAN;
			case "Cast" -> ofOnnx((int) a.integer("to", 1));
			case "ConstantOfShape" -> a.tensor("value") == null || a.tensor("value").isFloat() ? Element.FLOAT
				: Element.INTEGER;
			case "EyeLike" -> a.has("dtype") ? ofOnnx((int) a.integer("dtype", 1)) : of(n.input(0));
			case "TopK", "MaxPool" -> output == 1 ? Element.INTEGER : of(n.input(0));
			case "Where" -> of(n.input(1)).joined(of(n.input(2)));
			case "OneHot" -> of(n.input(2));
			case "Add", "Sub", "Mul", "Div", "Mod", "Min", "Max", "Sum", "Mean", "Concat", "MatMul", "Einsum" -> n.inputs()
				.stream().map(this::of).reduce(Element::joined).orElse(Element.FLOAT);
			case "ReduceSum", "CumSum" -> of(n.input(0)).joined(Element.INTEGER);
			default -> of(n.input(0));
		};
	}

	/** What an ONNX element type, told by its number, becomes. */
	public static Element ofOnnx(final int type) {
		return ONNX_FLOATS.contains(type) ? Element.FLOAT : type == ONNX_BOOL ? Element.BOOLEAN : Element.INTEGER;
	}
}
