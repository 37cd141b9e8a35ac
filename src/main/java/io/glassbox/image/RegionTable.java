package io.glassbox.image;

import ij.ImagePlus;
import ij.measure.Calibration;
import ij.measure.ResultsTable;

import java.util.List;

/**
 * The numbers of regions as an ImageJ table, one row each.
 * <p>
 * Columns: Label (the image), Region, Slice, Frame, Area and its Unit, Share (of all relevance of its sign), Mean and
 * Peak relevance, the Standard error where the regions are segments of a known one, and the centroid X, Y in the image's unit.
 * </p>
 */
public final class RegionTable {

	private RegionTable() {}

	/** A new table, not shown; without columns if there are no regions. */
	public static ResultsTable of(final List<Region> regions, final ImagePlus image) {
		final ResultsTable table = new ResultsTable();
		if (regions.isEmpty()) return table;
		final Calibration c = image.getCalibration();
		for (final Region r : regions) {
			table.incrementCounter();
			table.addLabel(image.getTitle());
			table.addValue("Region", r.name());
			table.addValue("Slice", r.place().slice());
			table.addValue("Frame", r.place().frame());
			table.addValue("Area", r.pixels() * c.pixelWidth * c.pixelHeight);
			table.addValue("Unit", areaUnit(c));
			table.addValue("Share", r.share());
			table.addValue("Mean", r.mean());
			table.addValue("Peak", r.peak());
			r.error().ifPresent(error -> table.addValue("Standard error", error));
			table.addValue("X", c.getX(r.x()));
			table.addValue("Y", c.getY(r.y(), image.getHeight()));
		}
		for (final String column : new String[] { "Area", "Share", "Mean", "Peak", "Standard error", "X", "Y" })
			if (table.columnExists(column)) // values of any magnitude
				table.setDecimalPlaces(table.getColumnIndex(column), ResultsTable.AUTO_FORMAT);
		return table;
	}

	private static String areaUnit(final Calibration calibration) {
		return calibration.scaled() ? calibration.getUnit() + "\u00b2" : "pixels";
	}
}
