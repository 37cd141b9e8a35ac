package io.glassbox.method;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.DecompositionSolver;
import org.apache.commons.math3.linear.NonPositiveDefiniteMatrixException;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;

/** Solves the normal equations of fits; where features cannot be told apart, by the shortest solution. */
final class SymmetricSystem {

	/** Pivots below this part of the largest product are rounding. */
	private static final double PIVOT = 1e-12;

	private SymmetricSystem() {}

	/** @param matrix symmetric, without negative eigenvalues */
	static double[] solved(final double[][] matrix, final double[] right) {
		return solver(new Array2DRowRealMatrix(matrix, false)).solve(new ArrayRealVector(right, false)).toArray();
	}

	/** @param matrix likewise */
	static RealMatrix inverse(final RealMatrix matrix) {
		return solver(matrix).getInverse();
	}

	private static DecompositionSolver solver(final RealMatrix matrix) {
		double largest = 0;
		for (int i = 0; i < matrix.getRowDimension(); i++)
			largest = Math.max(largest, matrix.getEntry(i, i));
		try {
			return new CholeskyDecomposition(matrix, 1e-10, PIVOT * largest).getSolver();
		}
		catch (final NonPositiveDefiniteMatrixException e) {
			return new SingularValueDecomposition(matrix).getSolver();
		}
	}
}
