package io.glassbox.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.explain.Baseline;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.Npy;
import io.glassbox.image.ResultFiles;
import io.glassbox.reference.ReferenceCase;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;
import org.scijava.command.CommandService;

import ij.ImagePlus;
import ij.process.ByteProcessor;
import ij.process.ImageProcessor;

class BaselineFilesTest {

	private static final Tensor X = Tensor.zeros(1, 1, 2, 2);

	private final BaselineFiles baselines = new BaselineFiles(file -> Tensor.of(new float[] { 9, 9, 9, 9 }, 1, 1, 2, 2));

	@TempDir
	Path folder;

	private Path tensor(final String name, final int... shape) {
		final Tensor t = Tensor.zeros(shape);
		for (int i = 0; i < t.length(); i++)
			t.floats()[i] = i;
		Npy.write(t, folder.resolve(name));
		return folder.resolve(name);
	}

	private String saved(final String name, final ImageProcessor pixels) {
		ResultFiles.png(folder.resolve(name), pixels.getBufferedImage());
		return folder.resolve(name).toString();
	}

	@Test
	void aFileIsATensorOrAnImage() throws IOException {
		assertArrayEquals(new float[] { 0, 1, 2, 3 }, baselines.one(tensor("a.npy", 1, 1, 2, 2).toString()).of(X).floats(), 0f);
		final Path image = Files.createFile(folder.resolve("dark.png"));
		assertArrayEquals(new float[] { 9, 9, 9, 9 }, baselines.one(image.toString()).of(X).floats(), 0f);
	}

	/** SmoothGrad asks for each noisy copy. */
	@Test
	void anImageIsReadOnce() throws IOException {
		final AtomicInteger reads = new AtomicInteger();
		final BaselineFiles counted = new BaselineFiles(file -> Tensor.of(new float[] { reads.incrementAndGet(), 9, 9, 9 }, 1, 1, 2, 2));
		final Baseline image = counted.one(Files.createFile(folder.resolve("dark.png")).toString());
		assertEquals(0, reads.get(), "not before it is needed");
		for (int i = 0; i < 3; i++)
			assertEquals(1, image.of(X).floats()[0]);
	}

	@Test
	void severalAreSamplesAFolderOrAList() throws IOException {
		final Map<String, Baseline> samples = baselines.several(tensor("set.npy", 12, 1, 2, 2).toString());
		assertEquals(12, samples.size());
		assertArrayEquals(new float[] { 40, 41, 42, 43 }, List.copyOf(samples.values()).get(10).of(X).floats(), 0f);
		Files.createFile(folder.resolve("b.png"));
		Files.createFile(folder.resolve(".hidden"));
		Files.delete(folder.resolve("set.npy"));
		tensor("c.npy", 1, 2, 2);
		assertEquals(List.of("b.png", "c.npy"), List.copyOf(baselines.several(folder.toString()).keySet()));
		assertEquals(3, baselines.several("zero, blur 5%,noise 2").size());
	}

	@Test
	void mistakesAreTold() throws IOException {
		for (final String wrong : List.of("nothing.npy", "blurr", "", folder.toString())) {
			final String said = assertThrows(GlassboxException.class, () -> baselines.one(wrong)).getMessage();
			assertTrue(said.contains("zero, mean, min, max, blur, noise") && said.contains("file"), said);
		}
		final String empty = assertThrows(GlassboxException.class, () -> baselines.several(Files.createDirectory(folder.resolve(
			"empty")).toString())).getMessage();
		assertTrue(empty.contains("is empty"), empty);
		assertThrows(GlassboxException.class, () -> baselines.several(" , "));
	}

	/** An image as baseline is prepared like the one explained: against itself, nothing is left to attribute. */
	@Test
	void anImageGoesTheWayOfTheExplainedOne() {
		final String network = new ReferenceCase("gapcnn").file("model.onnx").toString();
		final byte[] pixels = new byte[50 * 40];
		for (int i = 0; i < pixels.length; i++)
			pixels[i] = (byte) (i * 31 % 251);
		final ImagePlus image = new ImagePlus("speckle", new ByteProcessor(50, 40, pixels));
		final String same = saved("same.png", image.getProcessor());
		final String dark = saved("dark.png", new ByteProcessor(50, 40));
		try (Context context = new Context(CommandService.class, GlassboxService.class)) {
			final GlassboxService glassbox = context.service(GlassboxService.class);
			final Explanation none = glassbox.explain(image, network, "integrated-gradients", Map.of("baseline", same));
			for (final float v : none.attribution().raw().floats())
				assertEquals(0, v, 1e-6f);
			final Explanation some = glassbox.explain(image, network, "integrated-gradients", Map.of("baseline", dark,
				"normalization", "unit"));
			final Explanation zero = glassbox.explain(image, network, "integrated-gradients", Map.of("baseline", "zero",
				"normalization", "unit"));
			assertTrue(ReferenceCase.relativeError(zero.attribution().raw(), some.attribution().raw()) < 1e-6,
				"black is 0 where values go from 0 to 1");
			final String said = assertThrows(GlassboxException.class, () -> glassbox.explain(image, network, "integrated-gradients",
				Map.of("baseline", network))).getMessage();
			assertTrue(said.contains("ImageJ can't open"), said);
		}
	}
}
