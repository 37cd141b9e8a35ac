package io.glassbox.demo;

import io.glassbox.command.ExplainRequest;
import io.glassbox.command.Explanation;
import io.glassbox.command.GlassboxService;
import io.glassbox.command.Method;
import io.glassbox.command.Prediction;
import io.glassbox.explain.Progress;
import io.glassbox.image.Caption;
import io.glassbox.image.LayerStyle;
import io.glassbox.image.Picture;
import io.glassbox.image.Place;
import io.glassbox.image.ResultFiles;

import java.awt.image.BufferedImage;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import ij.IJ;
import ij.ImagePlus;

/**
 * Explains the bundled test image with the bundled network by every method there is, and what the network that
 * segments says of it, and lays the pictures out on one sheet.
 */
public final class Demo {

	private final GlassboxService glassbox;
	private final PrintWriter out;

	/** @param out where to tell what was found and where it lies */
	public Demo(final GlassboxService glassbox, final PrintWriter out) {
		this.glassbox = glassbox;
		this.out = out;
	}

	/**
	 * Writes overlays (PNG), raw maps (32-bit TIFF), ROIs (ImageJ zip), tables (CSV), records and a contact
	 * sheet.
	 *
	 * @throws io.glassbox.graph.GlassboxException if the folder cannot be written to
	 */
	public void run(final Path folder) {
		final Path model = DemoNetworks.extract(DemoNetworks.MAMMO_CNN, folder.resolve("model"));
		final ImagePlus image = IJ.openImage(DemoImages.extract(DemoImages.DEFAULT, folder).toString());
		final Prediction prediction = glassbox.predict(image, model.toString());
		out.println(image.getTitle() + " is " + prediction.top().label() + String.format(Locale.ROOT,
			" (probability %.3f), says %s:", prediction.top().probability(), model.getFileName()));
		prediction.ranking().forEach(e -> out.println(String.format(Locale.ROOT, "  %-10s %8.3f", e.label(), e.score())));
		final Map<String, BufferedImage> pictures = new LinkedHashMap<>();
		pictures.put(image.getTitle(), Caption.below(Picture.enlarged(Picture.of(image, Place.FIRST), ContactSheet.TILE), List
			.of("The network says", String.format(Locale.ROOT, "%s, probability %.3f", prediction.top().label(), prediction
				.top().probability()))));
		for (final Method method : Method.all(glassbox.getContext())) {
			final Explanation e = glassbox.explain(image, ExplainRequest.of(method, model, Map.of(), Progress.NONE));
			final LayerStyle style = LayerStyle.of(e.map());
			e.write(folder, style);
			pictures.put(method.title(), e.picture(style));
		}
		final Path segmenter = DemoNetworks.extract(DemoNetworks.SEGMENTER, folder.resolve("model"));
		pictures.putAll(new SegmentationDemo(glassbox, segmenter, folder.resolve(DemoNetworks.SEGMENTER)).explain(image,
			DemoImages.phantom(DemoImages.DEFAULT).lesion()));
		final Path sheet = folder.resolve("contact-sheet.png");
		ResultFiles.png(sheet, ContactSheet.of(pictures));
		out.println(pictures.size() - 1 + " explanations, with heatmaps, overlays, ROIs, tables and records, lie in " +
			folder.toAbsolutePath().normalize() + "; begin with " + sheet.getFileName() + ".");
	}
}
