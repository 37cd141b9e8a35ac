package io.glassbox.graph;

import java.util.List;

/**
 * What computing an operator costs, roughly: memory for the results and on the way, and work.
 *
 * @param bytes all results, as 32-bit numbers
 * @param spare memory needed beside them while it runs, in bytes
 * @param work multiplications, or elements looked at
 */
record Costs(double bytes, double spare, double work) {

	private static final double ELEMENT = 4;

	/** For each place along an axis that is resized: where it is taken from. */
	private static final double PLACE = 8;

	/** A call into libtorch costs about as much as this many multiplications. */
	private static final double CALL = 2e3;

	/** @param results the shapes of the results */
	static Costs of(final Operator op, final List<Operand> in, final long[][] results) {
		double elements = 0;
		for (final long[] shape : results)
			elements += Operand.size(shape);
		double work = elements;
		double spare = 0;
		final Attributes a = op.attributes();
		switch (op.type()) {
			case "Conv" -> work *= product(in.get(1).shape(), 1);
			case "ConvTranspose" -> {
				final double spread = in.get(0).size() * product(a.integers("strides", new long[0]), 0);
				work = Math.max(elements, spread) * product(in.get(1).shape(), 2) * in.get(1).shape()[0] / Math.max(1, a.integer(
					"group", 1));
				spare = 3 * spread;
			}
			case "MaxPool", "AveragePool", "LpPool" -> work *= product(a.integers("kernel_shape", new long[0]), 0);
			case "MatMul" -> work *= last(in.get(0));
			case "Gemm" -> work *= in.get(0).shape()[a.integer("transA", 0) != 0 ? 0 : 1];
			case "LRN" -> work += a.integer("size", 1) * (elements + CALL);
			case "Einsum" -> work = EinsumShape.products(a.string("equation", ""), in);
			case "RoiAlign" -> work *= Math.pow(Math.max(1, a.integer("sampling_ratio", 0)), 2);
			case "Resize" -> {
				for (int i = 0; i < results[0].length; i++)
					spare += (double) results[0][i] * (in.get(0).shape()[i] + PLACE);
				work *= 8;
			}
			default -> work += in.stream().mapToDouble(o -> o == null ? 0 : o.size()).sum();
		}
		return new Costs(ELEMENT * elements, ELEMENT * spare, work);
	}

	private static double last(final Operand o) {
		return o.rank() == 0 ? 1 : o.shape()[o.rank() - 1];
	}

	private static double product(final long[] extents, final int from) {
		double n = 1;
		for (int i = from; i < extents.length; i++)
			n *= extents[i];
		return n;
	}
}
