package io.glassbox.graph;

import java.util.Map;

/** Shapes of products of matrices. */
final class MatrixShapes {

	private MatrixShapes() {}

	static void register(final Map<String, ShapeRule> table) {
		ResultShapes.single(table, "Gemm", MatrixShapes::gemm);
		ResultShapes.single(table, "MatMul", c -> matMul(c.shape(0), c.shape(1)));
		ResultShapes.single(table, "Einsum", c -> EinsumShape.of(c.attributes().string("equation", ""), c.in()));
	}

	private static long[] gemm(final ShapeRule.Call c) {
		final boolean turnedRows = c.attributes().integer("transA", 0) != 0;
		final boolean turnedColumns = c.attributes().integer("transB", 0) != 0;
		return new long[] { c.shape(0)[turnedRows ? 1 : 0], c.shape(1)[turnedColumns ? 0 : 1] };
	}

	private static long[] matMul(final long[] p, final long[] q) {
		if (p.length == 0 || q.length == 0) return null;
		final long[] rows = p.length == 1 ? new long[] { 1, p[0] } : p;
		final long[] columns = q.length == 1 ? new long[] { q[0], 1 } : q;
		if (rows[rows.length - 1] != columns[columns.length - 2]) return null;
		final long[] shape = Axes.broadcast(Axes.replaced(rows, rows.length - 1, 1), Axes.replaced(columns, columns.length - 2,
			1));
		if (shape == null) return null;
		final long[] gone = p.length == 1 && q.length == 1 ? new long[] { -1, -2 } : p.length == 1 ? new long[] { -2 }
			: q.length == 1 ? new long[] { -1 } : new long[0];
		return Axes.without(shape, gone, false);
	}
}
