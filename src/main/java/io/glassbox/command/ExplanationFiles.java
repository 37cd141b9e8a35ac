package io.glassbox.command;

import io.glassbox.image.BoxOutline;
import io.glassbox.image.Caption;
import io.glassbox.image.ColourBar;
import io.glassbox.image.LayerStyle;
import io.glassbox.image.Picture;
import io.glassbox.image.Place;
import io.glassbox.image.ResultFiles;
import io.glassbox.graph.io.SafeFile;

import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import ij.measure.ResultsTable;

/** Names and writes the files of an explanation. */
final class ExplanationFiles {

	/** A picture's shorter side has at least so many pixels, so that a person can see something. */
	private static final int LEGIBLE = 384;

	private ExplanationFiles() {}

	static List<Path> write(final Explanation e, final String method, final Path folder, final LayerStyle style) {
		final String stem = stem(e.source().getTitle()) + "_" + cleaned(method);
		final List<Path> written = new ArrayList<>();
		for (int i = 0; i < e.map().size(); i++) {
			final String number = e.map().size() == 1 ? "" : String.format(Locale.ROOT, "_%04d", i + 1);
			final Path overlay = folder.resolve(stem + "_overlay" + number + ".png");
			ResultFiles.png(overlay, picture(e, i, style));
			written.add(overlay);
		}
		final Path heatmap = folder.resolve(stem + "_heatmap.tif");
		ResultFiles.tiff(heatmap, e.heatmap(style.clip()));
		e.errorHeatmap().ifPresent(error -> {
			final Path file = folder.resolve(stem + "_standard_error.tif");
			ResultFiles.tiff(file, error);
			written.add(file);
		});
		e.bars().ifPresent(bars -> {
			final Path file = folder.resolve(stem + "_bars.png");
			ResultFiles.png(file, bars);
			written.add(file);
		});
		final ResultsTable scores = e.scores();
		if (scores.size() > 0) {
			final Path file = folder.resolve(stem + "_scores.csv");
			ResultFiles.csv(file, scores);
			written.add(file);
		}
		final Path rois = folder.resolve(stem + "_rois.zip");
		ResultFiles.rois(rois, e.rois());
		final Path table = folder.resolve(stem + "_regions.csv");
		ResultFiles.csv(table, e.table());
		final Path record = folder.resolve(stem + "_record.txt");
		final StringBuilder text = new StringBuilder();
		for (final Map.Entry<String, String> line : e.provenance().entrySet())
			text.append(line.getKey()).append(": ").append(line.getValue()).append('\n');
		SafeFile.write(record, out -> out.write(text.toString().getBytes(StandardCharsets.UTF_8)));
		written.addAll(List.of(heatmap, rois, table, record));
		e.otherTables().forEach((name, rows) -> {
			final Path file = folder.resolve(stem + "_" + stem(name) + ".csv");
			ResultFiles.csv(file, rows);
			written.add(file);
		});
		e.otherHeatmaps().forEach((name, image) -> {
			final Path file = folder.resolve(stem + "_" + stem(name) + ".tif");
			ResultFiles.tiff(file, image);
			written.add(file);
		});
		e.trees().forEach((name, picture) -> {
			final Path file = folder.resolve(stem + "_" + name + ".png");
			ResultFiles.png(file, picture);
			written.add(file);
		});
		return written;
	}

	/** Writes pictures of a stack as a whole, see {@link Views}. */
	static List<Path> write(final Explanation e, final String method, final Path folder, final LayerStyle style,
		final Views views)
	{
		final List<Path> written = new ArrayList<>();
		views.of(e, style).forEach((name, picture) -> {
			final Path file = folder.resolve(stem(e.source().getTitle()) + "_" + cleaned(method) + "_" + name + ".png");
			ResultFiles.png(file, picture);
			written.add(file);
		});
		return written;
	}

	/** The image with the layer over it, a scale beside it and what it shows below it. */
	static BufferedImage picture(final Explanation e, final int plane, final LayerStyle style) {
		final Place place = e.map().place(plane);
		final BufferedImage own = Picture.of(e.source(), place, e.map(), style);
		final BufferedImage image = Picture.enlarged(own, LEGIBLE);
		e.box(place).ifPresent(box -> BoxOutline.draw(box, image, image.getWidth() / own.getWidth()));
		return Caption.below(ColourBar.beside(image, e.map(), style), e.caption(place, style));
	}

	/** A title without its ending and without what file systems refuse. */
	private static String stem(final String title) {
		final int dot = title.lastIndexOf('.');
		return cleaned(dot > 0 ? title.substring(0, dot) : title);
	}

	private static String cleaned(final String name) {
		return name.replaceAll("[^\\p{L}\\p{N}._+-]+", "_").replaceAll("_+$", "");
	}
}
