package io.glassbox.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.explain.Progress;
import io.glassbox.image.LayerStyle;
import io.glassbox.model.InputSettings;
import io.glassbox.reference.ReferenceCase;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;
import org.scijava.command.CommandService;

import ij.IJ;
import ij.ImagePlus;

/** A map of many samples is seen while it grows, and is there when it was cancelled. */
class GrowingHeatmapTest {

	private final ImagePlus image = IJ.createImage("ramp", "8-bit ramp", 64, 64, 1);
	private Context context;

	@BeforeEach
	void start() {
		context = new Context(CommandService.class, GlassboxService.class);
	}

	@AfterEach
	void stop() {
		context.dispose();
	}

	private Explanation explain(final Progress progress, final Consumer<Supplier<Explanation>> watcher) {
		final Path model = new ReferenceCase("gapcnn").file("model.onnx");
		return context.service(GlassboxService.class).explain(image, new ExplainRequest(Method.named(context, "smoothgrad"), model,
			"top", "auto", false, "auto", false, ExplainRequest.Slices.CURRENT, "auto", Views.NONE, "cpu", InputSettings.of(Map.of()), "", Map.of("method", "grad-cam",
				"samples", 12), progress, watcher));
	}

	/** Shown once, then drawn anew in the same window; the last of its states is the whole map. */
	@Test
	void theSameImageIsDrawnAnewUntilItIsTheWholeMap() {
		final List<ImagePlus> shown = new ArrayList<>();
		final List<String> titles = new ArrayList<>();
		final List<Double> values = new ArrayList<>();
		final GrowingHeatmap growing = new GrowingHeatmap(0, 100, shown::add);
		final Explanation whole = explain(Progress.NONE, soFar -> {
			growing.accept(soFar);
			titles.add(shown.get(0).getTitle());
			values.add(shown.get(0).getStatistics().mean);
		});
		assertEquals(1, shown.size());
		assertEquals("SmoothGrad of ramp (1 of 12 samples)", titles.get(0));
		assertEquals("SmoothGrad of ramp (11 of 12 samples)", titles.get(10));
		assertNotEquals(values.get(0), values.get(5));
		assertArrayEquals((float[]) whole.heatmap().getProcessor().getPixels(), (float[]) shown.get(0).getProcessor().getPixels());
	}

	@Test
	void nothingIsShownOfWhatIsDoneSoon() {
		final GrowingHeatmap growing = new GrowingHeatmap(1_000_000, 100, i -> {
			throw new AssertionError("shown too early");
		});
		explain(Progress.NONE, growing);
		growing.finished();
	}

	@Test
	@Timeout(60)
	void whatWasComputedBeforeCancelStaysAndIsLabelled() {
		final List<ImagePlus> shown = new ArrayList<>();
		final GrowingHeatmap growing = new GrowingHeatmap(0, 100, shown::add);
		final AtomicInteger samples = new AtomicInteger();
		final Progress cancelled = new Progress() {

			@Override
			public void update(final double fraction, final String status) {
				// only the map is watched
			}

			@Override
			public boolean isCancelled() {
				return samples.get() == 5;
			}
		};
		try {
			explain(cancelled, soFar -> {
				growing.accept(soFar);
				samples.incrementAndGet();
			});
			throw new AssertionError("cancel was not heard");
		}
		catch (final CancellationException e) {
			assertEquals("SmoothGrad of ramp (5 of 12 samples)", shown.get(0).getTitle());
			assertTrue(shown.get(0).getInfoProperty().contains("Partial"), shown.get(0).getInfoProperty());
		}
	}

	@Test
	void theStandardErrorIsAnImageAndAFileOfItsOwn(@TempDir final Path folder) {
		final Explanation e = explain(Progress.NONE, soFar -> {});
		final ImagePlus error = e.errorHeatmap().orElseThrow();
		assertEquals("Standard error of SmoothGrad of ramp", error.getTitle());
		assertArrayEquals(e.attribution().error().orElseThrow().floats(), (float[]) error.getProcessor().getPixels(), 1e-6f);
		final List<Path> files = e.write(folder, LayerStyle.of(e.map()));
		final Path file = folder.resolve("ramp_smoothgrad_standard_error.tif");
		assertTrue(files.contains(file), files.toString());
		assertArrayEquals((float[]) error.getProcessor().getPixels(), (float[]) IJ.openImage(file.toString()).getProcessor()
			.getPixels());
	}
}
