package io.glassbox.graph;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The shapes of what operators make, told from their operands before anything is computed.
 * <p>
 * A shape may have extents of any size; whether there is room for it is for {@link Allowance} to say. Where operands do
 * not fit together or what decides the shape is not known, there is no answer: the engine that runs the operator then
 * says what is wrong. Each family of operators registers its rules here, as it does its {@link Kernels}.
 * </p>
 */
final class ResultShapes {

	private static final Map<String, ShapeRule> ALL = new TreeMap<>();

	static {
		ElementwiseShapes.register(ALL);
		WindowShapes.register(ALL);
		ReductionShapes.register(ALL);
		MatrixShapes.register(ALL);
		ViewShapes.register(ALL);
		SelectionShapes.register(ALL);
		GrowthShapes.register(ALL);
		SamplingShapes.register(ALL);
	}

	private ResultShapes() {}

	/**
	 * @param operands in ONNX order; null where one is left out, or of unknown shape
	 * @param results how many the node has
	 * @return one for each result, or null if they cannot be told
	 */
	static long[][] of(final Operator op, final List<Operand> operands, final int results) {
		final ShapeRule rule = ALL.get(op.type());
		if (rule == null) return null;
		try {
			final long[][] shapes = rule.shapes(new ShapeRule.Call(op.attributes(), operands, results));
			if (shapes == null) return null;
			for (final long[] s : shapes)
				if (s == null || Arrays.stream(s).anyMatch(n -> n < 0)) return null;
			return shapes;
		}
		catch (final IndexOutOfBoundsException | NegativeArraySizeException | NullPointerException e) {
			return null; // fewer axes, elements or operands than the operator needs
		}
		catch (final ArithmeticException e) {
			throw new GlassboxException("The " + op.type() + " of operands " + operands.stream().map(o -> o == null ? "none"
				: Arrays.toString(o.shape())).toList() + " has extents that no number can tell: " + e.getMessage() + ".", e);
		}
	}

	/** Whether there is a rule for an operator. */
	static boolean knows(final String type) {
		return ALL.containsKey(type);
	}

	/** Registers rules of one shape under their names; keeps the tables free of casts. */
	static void single(final Map<String, ShapeRule> table, final String type, final ShapeRule.Single rule) {
		table.put(type, rule);
	}
}
