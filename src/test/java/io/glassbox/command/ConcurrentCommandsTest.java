package io.glassbox.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.glassbox.model.ModelManager;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.scijava.Context;
import org.scijava.command.CommandService;

import ij.ImagePlus;
import ij.process.ByteProcessor;

/** Commands that run at once: each gives what it gives alone, bit for bit, and leaves nothing on lease. */
class ConcurrentCommandsTest {

	private static final int THREADS = 4;
	private static final int RUNS = 10;
	private static final String[] CASES = { "gapcnn/model.onnx", "gapcnn/model.pt", "miniresnet/model.onnx",
		"vggish/model.pt" };

	private Context context;
	private GlassboxService glassbox;
	private CommandService commands;

	@BeforeEach
	void open() {
		context = new Context(CommandService.class, GlassboxService.class);
		glassbox = context.service(GlassboxService.class);
		commands = context.service(CommandService.class);
	}

	@AfterEach
	void close() {
		context.dispose();
	}

	@Test
	void explanationsAtOnceAreThoseOfOneAfterTheOther() throws Exception {
		final List<float[]> alone = new ArrayList<>();
		for (int i = 0; i < THREADS; i++)
			alone.add(byService(i));
		atOnce(i -> {
			for (int run = 0; run < RUNS; run++)
				assertArrayEquals(alone.get(i), byService(i), 0f, CASES[i] + ", run " + run);
		});
	}

	@Test
	void commandsAtOnceDoNotDisturbEachOther() throws Exception {
		final List<float[]> alone = new ArrayList<>();
		for (int i = 0; i < THREADS; i++)
			alone.add(byService(i));
		atOnce(i -> {
			for (int run = 0; run < RUNS; run++) {
				final ImagePlus image = image(i);
				final byte[] before = ((byte[]) image.getProcessor().getPixels()).clone();
				final Map<String, Object> inputs = Map.of("image", image, "model", model(i), "target", "top");
				final ImagePlus heatmap = (ImagePlus) commands.run(Method.named(context, "grad-cam").info(), true, inputs).get(1,
					TimeUnit.MINUTES).getOutput("heatmap");
				assertArrayEquals(alone.get(i), (float[]) heatmap.getProcessor().getPixels(), 0f, CASES[i] + ", run " + run);
				assertArrayEquals(before, (byte[]) image.getProcessor().getPixels());
				assertEquals(1, image.getOverlay().size());
			}
		});
	}

	/** What one of the threads does. */
	private interface Work {

		void of(int thread) throws Exception;
	}

	private void atOnce(final Work work) throws Exception {
		final ExecutorService pool = Executors.newFixedThreadPool(THREADS);
		try {
			final List<Future<?>> all = new ArrayList<>();
			for (int i = 0; i < THREADS; i++) {
				final int thread = i;
				all.add(pool.submit(() -> {
					work.of(thread);
					return null;
				}));
			}
			for (final Future<?> one : all)
				one.get(2, TimeUnit.MINUTES);
		}
		finally {
			pool.shutdownNow();
		}
		assertFalse(context.service(ModelManager.class).list().stream().anyMatch(e -> e.inUse()));
	}

	private float[] byService(final int thread) {
		return (float[]) glassbox.explain(image(thread), model(thread).toString(), "grad-cam", Map.of("target", "top"))
			.heatmap().getProcessor().getPixels();
	}

	private static File model(final int thread) {
		return new File("src/test/resources/reference", CASES[thread]);
	}

	/** A gradient with a disc, elsewhere in each. */
	private static ImagePlus image(final int thread) {
		final ByteProcessor pixels = new ByteProcessor(64, 64);
		for (int i = 0; i < pixels.getPixelCount(); i++)
			pixels.set(i, i / 32);
		pixels.setValue(230);
		pixels.fillOval(8 + 10 * thread, 20, 18, 18);
		return new ImagePlus("image " + thread, pixels);
	}
}
