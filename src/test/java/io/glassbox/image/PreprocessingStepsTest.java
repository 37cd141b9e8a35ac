package io.glassbox.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.Npy;
import io.glassbox.model.InputSettings;
import io.glassbox.model.Preprocessing;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every step against NumPy and PyTorch, which compute it from its specification: {@code preprocessing_steps.py}. */
class PreprocessingStepsTest {

	private static Path folder() throws URISyntaxException {
		return Path.of(PreprocessingStepsTest.class.getResource("/steps").toURI());
	}

	static Stream<String> cases() throws IOException, URISyntaxException {
		return Files.readAllLines(folder().resolve("cases.txt")).stream();
	}

	@ParameterizedTest
	@MethodSource("cases")
	void isWhatItsSpecificationSays(final String line) throws URISyntaxException {
		final String[] parts = line.split(" \\| ");
		final Tensor input = Npy.read(folder().resolve(parts[1] + ".npy"));
		final Tensor expected = Npy.read(folder().resolve(parts[0] + ".npy"));
		final Preprocessing how = InputSettings.of(Map.of("normalization", parts[2])).applyTo(Preprocessing.DEFAULT);
		final int[] shape = input.shape();
		final float[] values = input.floats().clone();
		Normalizer.apply(how.normalization(), values, shape[0], Arrays.copyOfRange(shape, 1, shape.length));
		double largest = 1;
		for (final float v : expected.floats())
			largest = Math.max(largest, Math.abs(v));
		// float32 results of values up to 1000: a few units in the last place
		assertArrayEquals(expected.floats(), values, (float) (2e-6 * largest));
		assertTrue(!Arrays.equals(values, input.floats()), "the step does something");
	}
}
