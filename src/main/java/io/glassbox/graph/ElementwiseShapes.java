package io.glassbox.graph;

import java.util.Map;
import java.util.Set;

/** Shapes of what works element by element: that of the operand, or what all operands broadcast to. */
final class ElementwiseShapes {

	private static final Set<String> SAME = Set.of("Relu", "LeakyRelu", "Elu", "Selu", "Celu", "Sigmoid", "Tanh", "Erf",
		"Softplus", "Softsign", "Mish", "HardSigmoid", "HardSwish", "Clip", "Softmax", "LogSoftmax", "Hardmax", "Neg", "Abs",
		"Exp", "Log", "Sqrt", "Floor", "Ceil", "Round", "Sign", "Sin", "Cos", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh",
		"Asinh", "Acosh", "Atanh", "Not", "Reciprocal", "Identity", "Cast", "BatchNormalization", "InstanceNormalization",
		"GroupNormalization", "LayerNormalization", "LRN", "LpNormalization", "MeanVarianceNormalization",
		"RMSNormalization", "ThresholdedRelu", "Shrink", "Gelu", "Swish", "IsNaN", "IsInf", "CumSum", "Trilu", "PRelu",
		"BitwiseNot", "Dropout", "CastLike", "ReverseSequence", "EyeLike", "ScatterND", "ScatterElements", "Scatter");
	private static final Set<String> BROADCAST = Set.of("Add", "Sub", "Mul", "Div", "Pow", "Mod", "Min", "Max", "Sum",
		"Mean", "Where", "Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual", "And", "Or", "Xor", "BitShift",
		"BitwiseAnd", "BitwiseOr", "BitwiseXor");

	private ElementwiseShapes() {}

	static void register(final Map<String, ShapeRule> table) {
		for (final String type : SAME)
			ResultShapes.single(table, type, c -> c.shape(0));
		for (final String type : BROADCAST)
			ResultShapes.single(table, type, ElementwiseShapes::broadcast);
	}

	private static long[] broadcast(final ShapeRule.Call c) {
		long[] shape = new long[0];
		for (int i = 0; i < c.in().size(); i++)
			shape = Axes.broadcast(shape, c.shape(i));
		return shape;
	}
}
