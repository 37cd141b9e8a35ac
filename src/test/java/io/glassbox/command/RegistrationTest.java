package io.glassbox.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.Network;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.OnnxWriter;
import io.glassbox.image.LayerStyle;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;
import org.scijava.command.CommandService;

import ij.IJ;
import ij.ImagePlus;
import ij.process.FloatProcessor;

/** A network of two images, fixed and moving, that tells for each pixel how far it moved: explained by both images. */
class RegistrationTest {

	private static final int SIDE = 16;
	private static final int Y = 6;
	private static final int X = 9;

	private final float[] weights = numbers(2 * 2 * 9, 1);
	private final float[] fixed = numbers(SIDE * SIDE, 2);
	private final float[] moving = numbers(SIDE * SIDE, 3);

	@TempDir
	private Path folder;

	private Context context;
	private Path model;

	@BeforeEach
	void start() {
		context = new Context(CommandService.class, GlassboxService.class);
		model = folder.resolve("flow.onnx");
		OnnxWriter.write(Network.builder().input("fixed", Port.ANY, 1, SIDE, SIDE).input("moving", Port.ANY, 1, SIDE, SIDE).constant(
			"w", Tensor.of(weights, 2, 2, 3, 3)).node("both", "", Operator.of("Concat", "axis", 1), "fixed", "moving").node("flow", "flow",
				Operator.of("Conv", "pads", new int[] { 1, 1, 1, 1 }), "both", "w").output("flow", Port.ANY, 2, SIDE, SIDE).build(), model);
		IJ.saveAsTiff(image("moving", moving), folder.resolve("moving.tif").toString());
	}

	@AfterEach
	void stop() {
		context.dispose();
	}

	private static float[] numbers(final int n, final long seed) {
		final Random random = new Random(seed);
		final float[] v = new float[n];
		for (int k = 0; k < n; k++)
			v[k] = (float) random.nextGaussian();
		return v;
	}

	private static ImagePlus image(final String title, final float[] pixels) {
		return new ImagePlus(title, new FloatProcessor(SIDE, SIDE, pixels.clone()));
	}

	private Explanation explain(final String method, final Map<String, String> more) {
		final Map<String, Object> options = new LinkedHashMap<>(Map.of("values", "raw", "normalization", "raw", "inputs",
			"moving=" + folder.resolve("moving.tif")));
		options.putAll(more);
		return context.service(GlassboxService.class).explain(image("fixed", fixed), model.toString(), method, options);
	}

	/** The gradient of one pixel's displacement along an axis is the kernel of that axis, turned to face the pixel. */
	@Test
	void eachImageHasTheGradientOfOnePixelsDisplacement() {
		final Explanation e = explain("gradient", Map.of("target", "1", "region", X + "," + Y, "absolute", "false"));
		final float[] other = e.attribution().others().get("moving").floats();
		for (int y = 0; y < SIDE; y++)
			for (int x = 0; x < SIDE; x++) {
				final boolean near = Math.abs(y - Y) <= 1 && Math.abs(x - X) <= 1;
				final int tap = (y - Y + 1) * 3 + x - X + 1;
				assertEquals(near ? weights[2 * 9 + tap] : 0, e.attribution().map().floats()[y * SIDE + x], 1e-6);
				assertEquals(near ? weights[3 * 9 + tap] : 0, other[y * SIDE + x], 1e-6);
			}
	}

	/** Of a linear network what both images contribute adds up to the displacement, and each has its share. */
	@Test
	void contributionsOfBothImagesAddUpToTheDisplacement() {
		for (final String method : List.of("input-x-gradient", "integrated-gradients")) {
			final Explanation e = explain(method, Map.of("target", "0", "region", "all"));
			double sum = 0;
			for (final float v : e.attribution().raw().floats())
				sum += v;
			for (final float v : e.attribution().others().get("moving").floats())
				sum += v;
			assertEquals(e.attribution().target().score(), sum, 1e-3);
			assertEquals(1, e.attribution().shares().values().stream().mapToDouble(s -> s).sum(), 1e-9);
			assertEquals(List.of("the image", "moving"), List.copyOf(e.attribution().shares().keySet()));
		}
	}

	@Test
	void theOtherImageHasAHeatmapOfItsOwnThatIsWritten() {
		final Explanation e = explain("gradient", Map.of("target", "0", "region", "all"));
		final ImagePlus heatmap = e.otherHeatmaps().get("moving");
		assertEquals(SIDE, heatmap.getWidth());
		assertArrayEquals(e.attribution().others().get("moving").floats(), (float[]) heatmap.getProcessor().getPixels(), 1e-6f);
		final List<String> files = e.write(folder.resolve("out"), LayerStyle.of(e.map())).stream().map(f -> f.getFileName()
			.toString()).toList();
		assertTrue(files.contains("fixed_gradient_moving.tif"), files.toString());
	}

	/** Occluding the one image leaves the other as it is. */
	@Test
	void methodsThatOnlyScoreKeepTheOtherImage() {
		final Explanation e = explain("occlusion", Map.of("target", "1", "region", X + "," + Y, "window", "1", "stride", "1",
			"baseline", "zero"));
		final int tap = 4;
		assertEquals(weights[2 * 9 + tap] * fixed[Y * SIDE + X], e.attribution().map().floats()[Y * SIDE + X], 1e-4);
	}
}
