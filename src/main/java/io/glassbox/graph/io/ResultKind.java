package io.glassbox.graph.io;

import java.util.Set;

import io.glassbox.graph.Operator;
import io.glassbox.graph.io.GraphDraft.Fixed;
import io.glassbox.graph.io.SymbolicTensor.Kind;

/** What an operator's results hold, floats, whole numbers or truth values, from its operands. */
final class ResultKind {

	private static final Set<String> TRUTH = Set.of("Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual", "Not",
		"And", "Or", "Xor", "IsNaN", "IsInf");
	private static final Set<String> WHOLE = Set.of("Shape", "Size", "ArgMax", "ArgMin", "NonZero",
		"NonMaxSuppression");

	private ResultKind() {}

	/** @param operands tensors, {@link Fixed} or null */
	static Kind of(final Operator op, final int result, final Object... operands) {
		if (TRUTH.contains(op.type())) return Kind.BOOLEAN;
		if (WHOLE.contains(op.type()) || result == 1 && op.is("TopK", "MaxPool")) return Kind.INTEGER;
		if (op.is("Where")) return kind(operands[1]);
		if (op.is("ConstantOfShape")) return op.attributes().tensor("value") == null || op.attributes().tensor("value")
			.isFloat() ? Kind.FLOAT : Kind.INTEGER;
		if (op.is("Cast")) {
			final int to = OnnxTypes.kept((int) op.attributes().integer("to", OnnxTypes.FLOAT));
			return to == OnnxTypes.BOOL ? Kind.BOOLEAN : to == OnnxTypes.FLOAT ? Kind.FLOAT : Kind.INTEGER;
		}
		return kind(operands[0]);
	}

	private static Kind kind(final Object operand) {
		if (operand instanceof SymbolicTensor t) return t.kind();
		return operand instanceof Fixed f && f.tensor().isFloat() ? Kind.FLOAT : Kind.INTEGER;
	}
}
