package io.glassbox.image;

import ij.ImagePlus;
import ij.gui.Roi;
import ij.plugin.filter.ThresholdToSelection;
import ij.process.ByteProcessor;
import ij.process.ImageProcessor;

import java.awt.Rectangle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/** Outlines the regions of an image that hold the most relevance. */
public final class RelevanceRois {

	private final RelevanceMap map;
	private final RegionRule rule;
	private final String name;
	private final ImagePlus image;

	private RelevanceRois(final RelevanceMap map, final RegionRule rule, final String name, final ImagePlus image) {
		this.map = map;
		this.rule = rule;
		this.name = name;
		this.image = image;
	}

	/**
	 * The regions for the target, those with most relevance first, slice by slice; then, for signed maps, those against
	 * it. None if the map is 0 everywhere.
	 *
	 * @param name ROIs are called by it and numbered: {@code Grad-CAM 1}, {@code Grad-CAM against 1}
	 * @param image the image explained; it is not changed
	 */
	public static List<Region> of(final RelevanceMap map, final RegionRule rule, final String name,
		final ImagePlus image)
	{
		final RelevanceRois rois = new RelevanceRois(map, rule, name, image);
		final List<Region> regions = new ArrayList<>(rois.find(1));
		if (map.signed()) regions.addAll(rois.find(-1));
		return regions;
	}

	private List<Region> find(final int sign) {
		final List<Region> regions = new ArrayList<>();
		final RelevanceTotals totals = new RelevanceTotals(map, sign);
		if (totals.total() == 0) return regions;
		final float threshold = rule.kind() == RegionRule.Kind.SHARE ? totals.threshold(rule.value()) : (float) (rule
			.value() * map.extreme());
		for (int plane = 0; plane < map.size(); plane++) {
			final Place place = map.place(plane);
			Components.of(map, plane, threshold, sign).stream().sorted(Comparator.comparingDouble(c -> -Math.abs(sum(c))))
				.limit(rule.most()).forEach(c -> regions.add(region(c, place, sign, regions.size() + 1, totals.total())));
		}
		return regions;
	}

	private static double sum(final List<Components.Run> component) {
		return component.stream().mapToDouble(Components.Run::sum).sum();
	}

	private Region region(final List<Components.Run> component, final Place place, final int sign, final int number,
		final double total)
	{
		final Components.Mass mass = Components.Mass.of(component);
		double peak = 0;
		for (final Components.Run run : component)
			if (Math.abs(run.peak()) > Math.abs(peak)) peak = run.peak();
		final Roi roi = outline(component);
		roi.setName(name + (sign < 0 ? " against " : " ") + number);
		StackPosition.set(roi, place, image);
		final double sum = sum(component);
		return new Region(roi, place, sign < 0, mass.pixels(), Math.abs(sum) / total, sum / mass.pixels(), peak, OptionalDouble
			.empty(), mass.x(), mass.y());
	}

	static Roi outline(final List<Components.Run> component) {
		final Rectangle box = new Rectangle(component.get(0).from(), component.get(0).y(), 0, 0);
		for (final Components.Run run : component)
			box.add(new Rectangle(run.from(), run.y(), run.length(), 1));
		final byte[] pixels = Memory.array(byte[]::new, (long) box.width * box.height, Byte.BYTES,
			"The outline of a region of " + box.width + " x " + box.height + " pixels");
		final ByteProcessor mask = new ByteProcessor(box.width, box.height, pixels);
		for (final Components.Run run : component)
			for (int x = run.from(); x < run.to(); x++)
				mask.set(x - box.x, run.y() - box.y, 255);
		mask.setThreshold(255, 255, ImageProcessor.NO_LUT_UPDATE);
		final Roi roi = new ThresholdToSelection().convert(mask);
		roi.setLocation(box.x, box.y);
		return roi;
	}
}
