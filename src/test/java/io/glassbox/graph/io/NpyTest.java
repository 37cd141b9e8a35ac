package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpyTest {

	@TempDir
	private Path folder;

	@Test
	void whatIsWrittenIsReadBack() {
		for (final Tensor t : new Tensor[] { Tensor.of(new float[] { 1, -2, 3.5f, 0, 5, 6 }, 1, 2, 3), Tensor.scalar(7),
			Tensor.ofLongs(new long[] { 1L << 40, -1 }, 2) })
		{
			final Path file = folder.resolve("t.npy");
			Npy.write(t, file);
			assertEquals(t, Npy.read(file));
		}
		assertEquals(1, folder.toFile().list().length, "no temporary file stays behind");
	}

	@Test
	void readsWhatNumpyWrote() throws Exception {
		final Path file = Path.of(NpyTest.class.getResource("/reference/gapcnn/logits.npy").toURI());
		final Tensor logits = Npy.read(file);
		assertArrayEquals(new int[] { 1, 4 }, logits.shape());
		assertEquals(1.71441, logits.floats()[3], 1e-5);
	}

	@Test
	void saysWhatIsWrongWithAFile() throws IOException {
		final Path file = folder.resolve("t.npy");
		Npy.write(Tensor.zeros(4, 4), file);
		final byte[] whole = Files.readAllBytes(file);
		Files.write(file, Arrays.copyOf(whole, whole.length - 1));
		assertTrue(assertThrows(GlassboxException.class, () -> Npy.read(file)).getMessage().contains("damaged"));
		Files.write(file, new byte[] { 1, 2, 3 });
		assertTrue(assertThrows(GlassboxException.class, () -> Npy.read(file)).getMessage().contains("no NumPy"));
		assertTrue(assertThrows(GlassboxException.class, () -> Npy.read(folder.resolve("none.npy"))).getMessage().contains(
			"no such file"));
	}
}
