package io.glassbox.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.explain.Progress;
import io.glassbox.graph.GlassboxException;
import io.glassbox.image.LayerStyle;
import io.glassbox.image.OrthogonalViews;
import io.glassbox.reference.ReferenceCase;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;
import org.scijava.command.CommandService;

import ij.ImagePlus;
import ij.ImageStack;
import ij.process.FloatProcessor;

/** A volume of thick slices, cut and projected. */
class ViewsTest {

	private static final int GAP = 6;

	private final ReferenceCase volume = new ReferenceCase("cnn3d");
	private Context context;

	@TempDir
	private Path folder;

	@BeforeEach
	void start() {
		context = new Context(CommandService.class, GlassboxService.class);
	}

	@AfterEach
	void stop() {
		context.dispose();
	}

	/** 16 slices of 32 x 32 pixels, slices three times as thick as pixels are wide. */
	private ImagePlus stack() {
		final float[] voxels = volume.input().floats();
		final ImageStack stack = new ImageStack(32, 32);
		for (int z = 0; z < 16; z++)
			stack.addSlice(new FloatProcessor(32, 32, Arrays.copyOfRange(voxels, z * 1024, (z + 1) * 1024)));
		final ImagePlus image = new ImagePlus("volume", stack);
		image.setDimensions(1, 16, 1);
		image.getCalibration().pixelDepth = 3;
		image.setDisplayRange(0, 1);
		return image;
	}

	private Explanation explain(final String method) {
		return context.service(GlassboxService.class).explain(stack(), volume.file("model.onnx").toString(), method, Map.of("values",
			"raw"));
	}

	@Test
	void voxelsAreAsLongAsTheyAre() {
		final Explanation e = explain("grad-cam");
		final BufferedImage cuts = new OrthogonalViews(e.source(), e.map(), 1, LayerStyle.of(e.map())).cuts();
		assertEquals(320 + GAP + 480, cuts.getWidth());
		assertEquals(320 + GAP + 480, cuts.getHeight());
		final BufferedImage projection = new OrthogonalViews(e.source(), e.map(), 1, LayerStyle.of(e.map())).projection();
		assertEquals(320, projection.getWidth());
		assertEquals(320, projection.getHeight());
	}

	/** The strongest voxel lies where the lines cross. */
	@Test
	void cutsGoThroughTheStrongestRelevance() {
		final Explanation e = explain("grad-cam");
		float strongest = 0;
		String place = "";
		for (int z = 0; z < e.map().size(); z++) {
			final float[] plane = e.map().plane(z);
			for (int i = 0; i < plane.length; i++)
				if (Math.abs(plane[i]) > strongest) {
					strongest = Math.abs(plane[i]);
					place = "x " + i % 32 + ", y " + i / 32 + ", slice " + (z + 1);
				}
		}
		final OrthogonalViews views = new OrthogonalViews(e.source(), e.map(), 1, LayerStyle.of(e.map()));
		assertTrue(views.place().endsWith(place), views.place() + ", expected " + place);
	}

	/** Without relevance in sight, the projection is the image's brightest. */
	@Test
	void theProjectionShowsTheBrightestOfTheImage() {
		final Explanation e = explain("grad-cam");
		final LayerStyle hidden = new LayerStyle("viridis", 0, 0.99);
		final BufferedImage projection = new OrthogonalViews(e.source(), e.map(), 1, hidden).projection();
		float brightest = 0;
		for (int z = 1; z <= 16; z++)
			brightest = Math.max(brightest, e.source().getStack().getProcessor(z).getf(15, 20));
		assertEquals(brightest * 255, projection.getRGB(155, 205) & 255, 8);
	}

	@Test
	void picturesAreWrittenBesideTheOthers() {
		final Explanation e = explain("integrated-gradients");
		final List<Path> files = e.write(folder, LayerStyle.of(e.map()), Views.BOTH);
		for (final String name : List.of("volume_integrated-gradients_orthogonal.png", "volume_integrated-gradients_projection.png"))
			assertTrue(files.contains(folder.resolve(name)) && Files.exists(folder.resolve(name)), files.toString());
	}

	@Test
	void viewsOfASingleSliceAreRefused() {
		final ReferenceCase flat = new ReferenceCase("vggish");
		final ImagePlus image = new ImagePlus("flat", new FloatProcessor(64, 64, flat.input().floats()));
		final Explanation e = context.service(GlassboxService.class).explain(image, flat.file("model.onnx").toString(), "grad-cam", Map
			.of());
		final AtomicInteger passes = new AtomicInteger();
		final Map<String, Object> options = Map.of("views", "both");
		final GlassboxException beforehand = assertThrows(GlassboxException.class, () -> context.service(GlassboxService.class).explain(
			image, ExplainRequest.of(Method.named(context, "grad-cam"), flat.file("model.onnx"), options, new Progress() {

				@Override
				public void update(final double fraction, final String status) {
					passes.incrementAndGet();
				}

				@Override
				public boolean isCancelled() {
					return false;
				}
			})));
		assertTrue(beforehand.getMessage().contains("slices=all"), beforehand.getMessage());
		assertEquals(0, passes.get(), "nothing is explained first");
		final GlassboxException refused = assertThrows(GlassboxException.class, () -> Views.BOTH.of(e, LayerStyle.of(e.map())));
		assertTrue(refused.getMessage().contains("slices=all"), refused.getMessage());
		assertThrows(GlassboxException.class, () -> Views.parse("sideways"));
	}
}
