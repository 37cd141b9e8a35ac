package io.glassbox.graph.io;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.glassbox.graph.Eager;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Kernels;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;

/**
 * Computes at once what a network's code computes from constants alone: position tables, attention masks, normalised
 * weights.
 * <p>
 * How large a result will be is told before from its operands; what would exceed the budget, and operators whose results may be of
 * any size, stay in the graph.
 * </p>
 */
final class ConstantFolding {

	/** Their results have no more elements than their operands, broadcast against each other. */
	private static final Set<String> ELEMENTWISE = Set.of("Relu", "LeakyRelu", "PRelu", "Sigmoid", "Tanh", "Clip", "Elu",
		"Selu", "Softplus", "Softsign", "Erf", "Exp", "Log", "Sqrt", "Neg", "Abs", "HardSwish", "HardSigmoid", "Softmax",
		"LogSoftmax", "Cast", "Reciprocal", "Floor", "Ceil", "Round", "Sign", "Sin", "Cos", "Tan", "Asin", "Acos", "Atan",
		"Sinh", "Cosh", "Asinh", "Acosh", "Atanh", "Not", "IsNaN", "IsInf", "Add", "Sub", "Mul", "Div", "Pow", "Min", "Max",
		"Mod", "Where", "Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual", "And", "Or", "Xor", "CumSum", "Trilu",
		"Reshape", "Transpose", "Squeeze", "Unsqueeze", "Flatten", "Slice", "Split", "ReduceSum", "ReduceMean", "ReduceMax",
		"ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceLogSumExp", "ReduceSumSquare", "ArgMax", "ArgMin",
		"ScatterND", "ScatterElements", "GatherElements", "TopK", "Shape", "Size", "Mish", "BatchNormalization",
		"LayerNormalization", "DepthToSpace", "SpaceToDepth", "LpNormalization");

	private long budget;

	/** @param budget bytes that all results together may take */
	ConstantFolding(final long budget) {
		this.budget = budget;
	}

	/**
	 * The results of an operator, or empty if it is to stay in the graph.
	 *
	 * @param operands all fixed; null where one is left out
	 */
	Optional<List<Tensor>> compute(final Operator op, final List<Tensor> operands, final int results) {
		if (!Kernels.supports(op.type())) return Optional.empty();
		final long bytes = Long.BYTES * elements(op, operands);
		if (bytes < 0 || bytes > budget) return Optional.empty();
		try {
			final List<Tensor> computed = Eager.compute(op, operands, results);
			budget -= computed.stream().mapToLong(Tensor::bytes).sum();
			return Optional.of(computed);
		}
		catch (final GlassboxException e) {
			throw new UnsupportedConstruct(op.type() + " of constants that do not fit together (" + e.getMessage() + ")");
		}
	}

	/** The most elements that the results can have, or a negative number if that cannot be told. */
	private static long elements(final Operator op, final List<Tensor> operands) {
		try {
			if (ELEMENTWISE.contains(op.type())) return broadcast(operands);
			final Tensor x = operands.get(0);
			return switch (op.type()) {
				case "Concat" -> operands.stream().mapToLong(Tensor::length).sum();
				case "Expand" -> broadcast(List.of(x), operands.get(1).longs());
				case "Tile" -> Math.multiplyExact(x.length(), product(operands.get(1).longs()));
				case "ConstantOfShape" -> product(x.longs());
				case "Range" -> range(operands);
				case "MatMul", "Gemm" -> Math.multiplyExact((long) x.length(), operands.get(1).size(-1)) * 2;
				case "Gather", "GatherND" -> Math.multiplyExact((long) x.length(), operands.get(1).length());
				case "Pad" -> padded(x, operands.get(1).longs());
				default -> -1;
			};
		}
		catch (final ArithmeticException | IllegalStateException | IndexOutOfBoundsException e) {
			return -1;
		}
	}

	private static long broadcast(final List<Tensor> operands, final long... shape) {
		final int rank = Math.max(shape.length, operands.stream().filter(t -> t != null).mapToInt(Tensor::rank).max()
			.orElse(0));
		long count = 1;
		for (int axis = 1; axis <= rank; axis++) {
			long extent = axis <= shape.length ? Math.abs(shape[shape.length - axis]) : 1;
			for (final Tensor t : operands)
				if (t != null && axis <= t.rank()) extent = Math.max(extent, t.size(-axis));
			count = Math.multiplyExact(count, extent);
		}
		return count;
	}

	private static long product(final long[] extents) {
		return Arrays.stream(extents).reduce(1, (p, q) -> Math.multiplyExact(p, Math.max(0, q)));
	}

	private static long range(final List<Tensor> bounds) {
		final double[] n = bounds.stream().mapToDouble(t -> t.isFloat() ? t.floats()[0] : t.longs()[0]).toArray();
		return (long) Math.ceil(Math.max(0, (n[1] - n[0]) / n[2]));
	}

	private static long padded(final Tensor x, final long[] pads) {
		long count = 1;
		for (int axis = 0; axis < x.rank(); axis++)
			count = Math.multiplyExact(count, Math.max(0, x.size(axis) + pads[axis] + pads[axis + x.rank()]));
		return count;
	}
}
