package io.glassbox.command;

import io.glassbox.graph.GlassboxException;
import io.glassbox.image.Place;
import io.glassbox.image.Region;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

import ij.ImagePlus;
import ij.gui.ImageRoi;
import ij.gui.Roi;
import ij.io.RoiDecoder;
import ij.plugin.frame.RoiManager;

/** Finds the ROIs that a person drew on an image. */
final class SegmentRois {

	private SegmentRois() {}

	/**
	 * The ROI Manager's ROIs; if there are none, the areas of the image's overlay; if there are none, its selection. Regions of
	 * an explanation are left out where a person has drawn others.
	 *
	 * @throws GlassboxException if there is nothing of these that has an area
	 */
	static List<Roi> of(final ImagePlus image) {
		final RoiManager manager = RoiManager.getInstance2();
		final List<Roi> managed = manager == null ? List.of() : areas(manager.getRoisAsArray());
		if (!managed.isEmpty()) return managed;
		final List<Roi> drawn = image.getOverlay() == null ? List.of() : areas(image.getOverlay().toArray());
		if (!drawn.isEmpty()) return drawn;
		final List<Roi> selected = image.getRoi() == null ? List.of() : areas(image.getRoi());
		if (selected.isEmpty()) throw new GlassboxException("There are no ROIs: none in the ROI Manager, none on '" + image.getTitle() +
			"'. Draw some and add them with Edit > Selection > Add to Manager, or name a file of ROIs (.zip) as segments.");
		return selected;
	}

	/** Layers are images and no ROIs; and what an earlier explanation left counts only if there is nothing else. */
	private static List<Roi> areas(final Roi... rois) {
		final List<Roi> areas = Arrays.stream(rois).filter(Roi::isArea).filter(r -> !(r instanceof ImageRoi)).toList();
		final List<Roi> drawn = areas.stream().filter(r -> !Region.isResult(r)).toList();
		return drawn.isEmpty() ? areas : drawn;
	}

	/** @throws GlassboxException if the file holds no ROIs with an area */
	static List<Roi> read(final Path file) {
		final List<Roi> rois = new ArrayList<>();
		try {
			if (file.toString().toLowerCase(Locale.ROOT).endsWith(".roi")) add(Files.readAllBytes(file), file.getFileName().toString(),
				rois);
			else try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
				for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry())
					if (e.getName().endsWith(".roi")) add(zip.readAllBytes(), e.getName(), rois);
			}
		}
		catch (final IOException e) {
			throw new GlassboxException("The ROIs in " + file + " can't be read: " + e.getMessage(), e);
		}
		final List<Roi> areas = areas(rois.toArray(Roi[]::new));
		if (areas.isEmpty()) throw new GlassboxException(file + " holds no ROIs with an area, as File > Save of the ROI Manager writes " +
			"them; " + rois.size() + " ROIs were found.");
		return areas;
	}

	private static void add(final byte[] bytes, final String name, final List<Roi> rois) throws IOException {
		final Roi roi = RoiDecoder.openFromByteArray(bytes);
		if (roi == null) throw new IOException("'" + name + "' is no ROI");
		rois.add(roi);
	}

	/** Whether a ROI belongs to a slice: one that is tied to none belongs to all. */
	static boolean isOn(final Roi roi, final Place place, final ImagePlus image) {
		if (roi.hasHyperStackPosition()) return (roi.getZPosition() == 0 || roi.getZPosition() == place.slice()) && (roi
			.getTPosition() == 0 || roi.getTPosition() == place.frame());
		if (roi.getPosition() == 0 || image.getStackSize() == 1) return true;
		if (roi.getPosition() > image.getStackSize()) return false;
		final int[] at = image.convertIndexToPosition(roi.getPosition());
		return at[1] == place.slice() && at[2] == place.frame();
	}
}
