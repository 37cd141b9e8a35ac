package io.glassbox.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks cover an image, and their weights blend. */
class BlocksTest {

	private static final ReceptiveField FIELD = new ReceptiveField(new int[] { 3, 9, 9 }, new int[] { 3, 8, 9 }, new int[] { 1, 4,
		4 });

	@ParameterizedTest
	@ValueSource(ints = { 4, 16, 40, 400 })
	void weightsOfAllBlocksAddUpToOneAndCoresCoverEachPlaceOnce(final int core) {
		final int[] extents = { 7, 45, 62 };
		for (final int[] steps : new int[][] { { 1, 1, 1 }, { 1, 2, 4 } }) {
			final Blocks blocks = Blocks.of(extents, new int[] { core, core, core }, FIELD, 1).coarser(steps);
			final int[] shape = { 1, 2, blocks.extents()[0], blocks.extents()[1], blocks.extents()[2] };
			final Tensor ones = Tensor.zeros(shape);
			Arrays.fill(ones.floats(), 1);
			for (final Blocks.Joined how : List.of(Blocks.Joined.BLENDED, Blocks.Joined.CORES)) {
				final double[] sum = new double[ones.length()];
				for (int b = 0; b < blocks.count(); b++)
					blocks.join(blocks.cut(ones, b).floats(), b, how, sum);
				for (final double s : sum)
					assertEquals(1, s, 1e-12, how + " " + Arrays.toString(steps));
			}
			assertEquals(core == 400, blocks.count() == 1);
		}
	}
}
