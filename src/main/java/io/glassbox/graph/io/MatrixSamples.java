package io.glassbox.graph.io;

import java.util.Map;

/** Samples in products of matrices: as matrices of their own, as rows or as columns, but never summed over. */
final class MatrixSamples {

	private MatrixSamples() {}

	static void register(final Map<String, SampleRule> table) {
		table.put("MatMul", MatrixSamples::matMul);
		table.put("Gemm", MatrixSamples::gemm);
		table.put("Einsum", MatrixSamples::einsum);
	}

	private static SampleLayout matMul(final SampleStep s) {
		final int[] a = s.shape(0);
		final int[] b = s.shape(1);
		s.require(a.length > 1 && b.length > 1, "multiplies a vector");
		final SampleLayout rows = s.layout(0);
		final SampleLayout columns = s.layout(1);
		final int rank = Math.max(a.length, b.length);
		s.apart(rows == null || rows.axis() != a.length - 1);
		s.apart(columns == null || columns.axis() != b.length - 2);
		if (rows != null && rows.axis() == a.length - 2) {
			s.apart(columns == null);
			return rows.at(rank - 2);
		}
		if (columns != null && columns.axis() == b.length - 1) {
			s.apart(rows == null);
			return columns.at(rank - 1);
		}
		return ElementSamples.together(s, s.node().inputs(), 2);
	}

	private static SampleLayout gemm(final SampleStep s) {
		final SampleLayout a = s.layout(0);
		final boolean turned = s.attributes().integer("transA", 0) == 1;
		s.apart(a != null && s.layout(1) == null && a.axis() == (turned ? 1 : 0));
		if (!s.has(2)) return a.at(0);
		final int[] c = s.shape(2);
		s.apart(s.layout(2) == null && (c.length < 2 || c[0] == 1));
		return a.at(0);
	}

	/** One letter stands for the samples, wherever there are any and in the result, and nowhere else. */
	private static SampleLayout einsum(final SampleStep s) {
		final String equation = s.attributes().string("equation", "").replace(" ", "");
		final int arrow = equation.indexOf("->");
		s.require(arrow > 0 && equation.indexOf('.') < 0, "names no axes of its result");
		final String[] operands = equation.substring(0, arrow).split(",", -1);
		final String result = equation.substring(arrow + 2);
		s.require(operands.length == s.node().inputs().size(), "names other operands than it has");
		char letter = 0;
		SampleLayout made = null;
		for (int i = 0; i < operands.length; i++) {
			final SampleLayout x = s.layout(i);
			if (x == null) continue;
			s.require(x.axis() < operands[i].length(), "names fewer axes than there are");
			final char own = operands[i].charAt(x.axis());
			s.require(made == null || own == letter && x.outer() == made.outer() && x.inner() == made.inner(),
				"joins samples that lie at different places");
			letter = own;
			made = x;
		}
		for (int i = 0; i < operands.length; i++)
			s.apart(count(operands[i], letter) == (s.layout(i) == null ? 0 : 1));
		s.apart(count(result, letter) == 1);
		return made.at(result.indexOf(letter));
	}

	private static long count(final String letters, final char letter) {
		return letters.chars().filter(c -> c == letter).count();
	}
}
