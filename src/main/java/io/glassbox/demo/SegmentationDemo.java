package io.glassbox.demo;

import io.glassbox.command.ExplainRequest;
import io.glassbox.command.Explanation;
import io.glassbox.command.GlassboxService;
import io.glassbox.command.Method;
import io.glassbox.explain.Progress;
import io.glassbox.image.LayerStyle;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import ij.ImagePlus;
import ij.gui.OvalRoi;

/**
 * Explains what the bundled network that segments says of an image: the lesion it found, one pixel, and what a person
 * encircled.
 */
final class SegmentationDemo {

	private static final int ENCIRCLED = 12;

	private final GlassboxService glassbox;
	private final Path model;
	private final Path folder;

	/** @param folder where the results go, a folder for each */
	SegmentationDemo(final GlassboxService glassbox, final Path model, final Path folder) {
		this.glassbox = glassbox;
		this.model = model;
		this.folder = folder;
	}

	/**
	 * The pictures by title.
	 *
	 * @param image a copy is explained: a selection is drawn on it
	 * @param lesion the true mask, row by row, whose middle is pointed at
	 */
	Map<String, BufferedImage> explain(final ImagePlus image, final byte[] lesion) {
		final ImagePlus shown = image.duplicate();
		shown.setTitle(image.getTitle());
		final int[] middle = SpotView.centre(lesion, image.getWidth());
		final Map<String, BufferedImage> pictures = new LinkedHashMap<>();
		pictures.put("Seg-Grad-CAM of the lesion found", explain(shown, "grad-cam", "auto", "lesion"));
		pictures.put("Gradient of one pixel", explain(shown, "gradient", middle[0] + "," + middle[1], "pixel"));
		shown.setRoi(new OvalRoi(middle[0] - ENCIRCLED, middle[1] - ENCIRCLED, 2 * ENCIRCLED, 2 * ENCIRCLED));
		pictures.put("Gradient of a selection", explain(shown, "gradient", "roi", "selection"));
		return pictures;
	}

	private BufferedImage explain(final ImagePlus image, final String method, final String region, final String name) {
		final Explanation e = glassbox.explain(image, ExplainRequest.of(Method.named(glassbox.getContext(), method), model, Map
			.of("target", "lesion", "region", region), Progress.NONE));
		final LayerStyle style = LayerStyle.of(e.map());
		e.write(folder.resolve(name), style);
		return e.picture(style);
	}
}
