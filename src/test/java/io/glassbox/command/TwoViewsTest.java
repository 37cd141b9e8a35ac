package io.glassbox.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.explain.Attribution;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Network;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.OnnxWriter;

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

/**
 * A network of two views of different sizes, each with a convolution of its own whose positive values are averaged, and scores
 * that add both. A map shows what the network sees in the very view that it is drawn on.
 */
class TwoViewsTest {

	private static final int[] CC = { 16, 12 };
	private static final int[] MLO = { 20, 24 };

	private final ImagePlus cc = image("cc", CC, 1);
	private final ImagePlus mlo = image("mlo", MLO, 2);

	@TempDir
	private Path folder;

	private Context context;
	private Path model;

	@BeforeEach
	void start() {
		context = new Context(CommandService.class, GlassboxService.class);
		model = folder.resolve("views.onnx");
		final Network.Builder b = Network.builder().input("cc", Port.ANY, 1, CC[0], CC[1]).input("mlo", Port.ANY, 1, MLO[0], MLO[1]);
		for (final String view : List.of("cc", "mlo"))
			b.constant("w_" + view, Tensor.of(new float[] { 1, 0, 0, 0, 1, 0, 0, 0, view.equals("cc") ? 1 : -1 }, 1, 1, 3, 3)).node("conv_" +
				view, view + ".conv", Operator.of("Conv", "pads", new int[] { 1, 1, 1, 1 }), view, "w_" + view).node("relu_" + view, view +
					".relu", Operator.of("Relu"), "conv_" + view).node("pool_" + view, "", Operator.of("GlobalAveragePool"), "relu_" + view);
		b.constant("head", Tensor.of(new float[] { 1, 2, 3, 5 }, 2, 2)).node("both", "", Operator.of("Concat", "axis", 1), "pool_cc",
			"pool_mlo").node("flat", "", Operator.of("Flatten"), "both").node("scores", "", Operator.of("Gemm", "transB", 1), "flat",
				"head").layer("cc.relu", "relu_cc").layer("mlo.relu", "relu_mlo").output("scores", Port.ANY, 2);
		OnnxWriter.write(b.build(), model);
		for (final ImagePlus view : List.of(cc, mlo))
			IJ.saveAsTiff(view.duplicate(), folder.resolve(view.getTitle() + ".tif").toString());
	}

	@AfterEach
	void stop() {
		context.dispose();
	}

	private static ImagePlus image(final String title, final int[] extents, final long seed) {
		final Random random = new Random(seed);
		final float[] v = new float[extents[0] * extents[1]];
		for (int k = 0; k < v.length; k++)
			v[k] = (float) random.nextGaussian();
		return new ImagePlus(title, new FloatProcessor(extents[1], extents[0], v));
	}

	private Explanation explain(final ImagePlus image, final String method, final Map<String, String> more) {
		final String other = image == cc ? "mlo" : "cc";
		final Map<String, Object> options = new LinkedHashMap<>(Map.of("values", "raw", "normalization", "raw", "target", "1",
			"inputs", other + "=" + folder.resolve(other + ".tif")));
		options.putAll(more);
		final GlassboxService glassbox = context.service(GlassboxService.class);
		return glassbox.explain(image, model.toString(), method, options);
	}

	/** The convolution of an image at each place, nothing below zero. */
	private static float[] seen(final ImagePlus image, final float last) {
		final int width = image.getWidth();
		final int height = image.getHeight();
		final float[] seen = new float[width * height];
		for (int y = 0; y < height; y++)
			for (int x = 0; x < width; x++)
				seen[y * width + x] = Math.max(0, at(image, x - 1, y - 1) + at(image, x, y) + last * at(image, x + 1, y + 1));
		return seen;
	}

	private static float at(final ImagePlus image, final int x, final int y) {
		return x < 0 || y < 0 || x >= image.getWidth() || y >= image.getHeight() ? 0 : image.getProcessor().getf(x, y);
	}

	/** The layer that auto takes lies in the branch of the view that is open, the first or the second. */
	@Test
	void gradCamShowsWhatIsSeenInTheViewThatIsOpen() {
		for (final ImagePlus view : List.of(cc, mlo)) {
			final Explanation e = explain(view, "grad-cam", Map.of());
			final Attribution a = e.attribution();
			assertEquals(view.getTitle() + ".relu", a.facts().get("layer"));
			assertEquals(view.getTitle(), e.provenance().get("Image goes into"));
			final float[] seen = seen(view, view == cc ? 1 : -1);
			final float weight = (view == cc ? 3f : 5f) / seen.length;
			final float[] expected = new float[seen.length];
			for (int k = 0; k < seen.length; k++)
				expected[k] = weight * seen[k];
			assertArrayEquals(expected, a.map().floats(), 1e-6f);
			assertEquals(view.getWidth(), e.heatmap().getWidth());
		}
	}

	@Test
	void aLayerThatDoesNotSeeTheOpenViewIsRefused() {
		final String said = assertThrows(GlassboxException.class, () -> explain(cc, "grad-cam", Map.of("layer", "mlo.relu")))
			.getMessage();
		assertEquals("Layer 'mlo.relu' does not see the input 'cc', on which the map would be drawn; choose another layer, or auto, or " +
			"open the image that it sees and give this one as inputs=[cc=...].", said);
	}

	/** Contributions to both views are found together, each on its own grid, whichever is open; they add up to the score. */
	@Test
	void bothViewsAreExplainedWhicheverIsOpen() {
		final Attribution first = explain(cc, "input-x-gradient", Map.of()).attribution();
		final Attribution second = explain(mlo, "input-x-gradient", Map.of()).attribution();
		assertArrayEquals(first.raw().floats(), second.others().get("cc").floats());
		assertArrayEquals(second.raw().floats(), first.others().get("mlo").floats());
		assertArrayEquals(new int[] { 1, 1, MLO[0], MLO[1] }, first.others().get("mlo").shape());
		double sum = 0;
		for (final Tensor t : List.of(first.raw(), first.others().get("mlo")))
			for (final float v : t.floats())
				sum += v;
		assertEquals(first.target().score(), sum, 1e-5);
	}

	/** Methods that cover parts of the image cover those of the view that is open. */
	@Test
	void occlusionCoversTheViewThatIsOpen() {
		final Attribution a = explain(mlo, "occlusion", Map.of("window", "24", "stride", "24", "baseline", "zero")).attribution();
		double all = 0;
		for (final float s : seen(mlo, -1))
			all += 5 * s / (MLO[0] * MLO[1]);
		assertEquals(all, a.map().floats()[0], 1e-5);
	}

	@Test
	void predictionIsTheSameWhicheverViewIsOpen() {
		final GlassboxService glassbox = context.service(GlassboxService.class);
		final Map<String, String> raw = Map.of("values", "raw", "normalization", "raw");
		final Prediction one = glassbox.predict(cc, model, "auto", raw, "mlo=" + folder.resolve("mlo.tif"));
		final Prediction other = glassbox.predict(mlo, model, "auto", raw, "cc=" + folder.resolve("cc.tif"));
		assertEquals(one, other);
		final String said = assertThrows(GlassboxException.class, () -> glassbox.predict(mlo, model, "auto", raw, "")).getMessage();
		assertTrue(said.contains("an image can go into 'cc'"), said);
	}
}
