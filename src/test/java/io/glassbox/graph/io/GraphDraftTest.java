package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.glassbox.graph.Tensor;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GraphDraftTest {

	@ParameterizedTest
	@CsvSource({ "1, 1", "1, 70", "70, 1", "32, 64", "33, 95", "3, 5", "0, 4" })
	void rowsBecomeColumnsWhateverTheTilesLeave(final int rows, final int columns) {
		final float[] elements = new float[rows * columns];
		for (int i = 0; i < elements.length; i++)
			elements[i] = i;
		final Tensor turned = GraphDraft.exchanged(Tensor.of(elements, rows, columns));
		assertArrayEquals(new int[] { columns, rows }, turned.shape());
		for (int row = 0; row < rows; row++)
			for (int column = 0; column < columns; column++)
				assertEquals(row * columns + column, turned.floats()[column * rows + row], "row " + row + ", column " + column);
	}
}
