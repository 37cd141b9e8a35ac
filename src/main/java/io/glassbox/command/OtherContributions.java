package io.glassbox.command;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.Elements;
import io.glassbox.graph.Tensor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import ij.ImagePlus;
import ij.ImageStack;
import ij.gui.Plot;
import ij.measure.ResultsTable;
import ij.process.FloatProcessor;

/**
 * What the inputs beside the image contributed: of a vector, a table and bars; of another image, a heatmap on the network's own
 * grid, a slice for each channel and depth.
 */
final class OtherContributions {

	private final String title;
	private final Map<String, Tensor> others;

	/** @param title of the method */
	OtherContributions(final String title, final Attribution a) {
		this.title = title;
		others = a.others();
	}

	/** Tables of the inputs that are no pictures, by the inputs' names: one row for each element. */
	Map<String, ResultsTable> tables() {
		final Map<String, ResultsTable> tables = new LinkedHashMap<>();
		others.forEach((name, t) -> {
			if (Elements.isPicture(t)) return;
			final ResultsTable table = new ResultsTable();
			table.setPrecision(6);
			for (int i = 0; i < t.length(); i++) {
				table.addRow();
				table.addValue("Element", i);
				table.addValue("Contribution", t.floats()[i]);
			}
			tables.put(name, table);
		});
		return tables;
	}

	/** The same as bars, a plot each, not shown. */
	List<ImagePlus> plots() {
		final List<ImagePlus> plots = new ArrayList<>();
		others.forEach((name, t) -> {
			if (Elements.isPicture(t)) return;
			final double[] x = new double[t.length()];
			final double[] y = new double[t.length()];
			for (int i = 0; i < x.length; i++) {
				x[i] = i;
				y[i] = t.floats()[i];
			}
			final Plot plot = new Plot(title + " of " + name, "Element", "Contribution");
			plot.setColor("#3b6fb6", "#3b6fb6");
			plot.add("bar", x, y);
			plot.setColor("black");
			plot.setLimitsToFit(true);
			plots.add(plot.getImagePlus());
		});
		return plots;
	}

	/** Heatmaps of the inputs that are pictures, by the inputs' names, not shown. */
	Map<String, ImagePlus> heatmaps() {
		final Map<String, ImagePlus> heatmaps = new LinkedHashMap<>();
		others.forEach((name, t) -> {
			if (!Elements.isPicture(t)) return;
			final int width = t.size(t.rank() - 1);
			final int height = t.size(t.rank() - 2);
			final ImageStack stack = new ImageStack(width, height);
			for (int at = 0; at < t.length(); at += width * height) {
				final float[] plane = new float[width * height];
				System.arraycopy(t.floats(), at, plane, 0, plane.length);
				stack.addSlice("", new FloatProcessor(width, height, plane));
			}
			heatmaps.put(name, new ImagePlus(title + " of " + name, stack));
		});
		return heatmaps;
	}
}
