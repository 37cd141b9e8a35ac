package io.glassbox.command;

import io.glassbox.explain.Attribution;
import io.glassbox.image.Explained;
import io.glassbox.image.Heatmap;
import io.glassbox.image.LayerStyle;
import io.glassbox.image.Layers;
import io.glassbox.image.Place;
import io.glassbox.image.Region;
import io.glassbox.image.RegionRule;
import io.glassbox.image.RegionTable;
import io.glassbox.image.RelevanceMap;
import io.glassbox.image.RelevanceRois;
import io.glassbox.image.SegmentRegions;
import io.glassbox.image.TreePicture;
import io.glassbox.image.ValueBars;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

import ij.ImagePlus;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.measure.ResultsTable;

/**
 * An image explained: relevance for each of its pixels, and everything that can be drawn, measured and
 * written of it.
 * <p>
 * Holds plain arrays; nothing needs closing. The image stays as it was until {@link #addTo} puts a layer
 * on it.
 * </p>
 */
public final class Explanation {

	private final Method method;
	private final ImagePlus source;
	private final List<Explained> parts;
	private final Map<String, String> provenance;
	private final List<Roi> boxes;
	private final String which;
	private final RelevanceMap map;

	Explanation(final Method method, final ImagePlus source, final List<Explained> parts,
		final Map<String, String> provenance, final List<Roi> boxes)
	{
		this(method, source, parts, provenance, boxes, "");
	}

	/** @param which tells this one from others of the same image that were made with it; empty if there are none */
	Explanation(final Method method, final ImagePlus source, final List<Explained> parts,
		final Map<String, String> provenance, final List<Roi> boxes, final String which)
	{
		this.which = which;
		this.boxes = List.copyOf(boxes);
		this.method = method;
		this.source = source;
		this.parts = List.copyOf(parts);
		this.provenance = new LinkedHashMap<>(provenance);
		map = RelevanceMap.of(parts);
	}

	/** What there is while a method has not finished: the map so far, with what the method tells of it. */
	static Explanation partial(final Method method, final ImagePlus source, final Explained part) {
		final Map<String, String> told = new LinkedHashMap<>();
		told.put("Method", method.name());
		told.put("Image", source.getTitle());
		told.put("Explained", part.attribution().target().description());
		told.put("Partial", "not all samples were taken");
		part.attribution().told().forEach((key, value) -> told.put("Fact " + key, value));
		return new Explanation(method, source, List.of(part), told, List.of());
	}

	/** The image that was explained. */
	public ImagePlus source() {
		return source;
	}

	/** What was explained: one slice, several, or volumes, each with its attribution. */
	public List<Explained> parts() {
		return parts;
	}

	/** The attribution of the first part, usually the only one. */
	public Attribution attribution() {
		return parts.get(0).attribution();
	}

	/** Relevance for each pixel of the image. */
	public RelevanceMap map() {
		return map;
	}

	/** Everything needed to get this again, by readable keys. */
	public Map<String, String> provenance() {
		return new LinkedHashMap<>(provenance);
	}

	/** A new 32-bit image of the source's size and calibration, titled {@code <method> of <image>}; not shown. */
	public ImagePlus heatmap() {
		return Heatmap.of(title(), map, source, provenance);
	}

	/** The same with a display range that holds so many percent of the pixels' relevance; values stay as they are. */
	public ImagePlus heatmap(final double clip) {
		return Heatmap.of(title(), map, source, provenance, clip);
	}

	/** The standard error of each pixel's relevance as an image like the heatmap, if the method samples and knows it; not shown. */
	public Optional<ImagePlus> errorHeatmap() {
		final List<Explained> errors = parts.stream().flatMap(p -> p.error().stream()).toList();
		return errors.size() < parts.size() ? Optional.empty() : Optional.of(Heatmap.of("Standard error of " + title(),
			RelevanceMap.of(errors), source, provenance));
	}

	private String title() {
		return which.isEmpty() ? method.title() : method.title() + ", " + which + ",";
	}

	/** Puts a layer on an image of the source's size; returns the layer's name. */
	public String addTo(final ImagePlus image, final LayerStyle style) {
		final List<String> explained = parts.stream().map(p -> p.attribution().target().description()).distinct().toList();
		final String name = method.title() + ": " + (explained.size() == 1 ? explained.get(0) : "one class for each slice");
		Layers.of(image).add(name, map, style);
		final Overlay overlay = image.getOverlay() == null ? new Overlay() : image.getOverlay();
		boxes.forEach(box -> overlay.add((Roi) box.clone(), box.getName()));
		if (!boxes.isEmpty()) image.setOverlay(overlay);
		return name;
	}

	/**
	 * The regions that hold the most relevance: at least half the maximum, the strongest ten of each slice. Of a method that gave
	 * values to segments these segments, the largest magnitude first.
	 */
	public List<Region> regions() {
		if (SegmentRegions.are(parts)) return SegmentRegions.of(parts, method.title(), source);
		return RelevanceRois.of(map, RegionRule.DEFAULT, method.title(), source);
	}

	/** The boxes explained of a network that detects, one for each part; none of others. */
	public List<Roi> boxes() {
		return boxes.stream().map(b -> (Roi) b.clone()).toList();
	}

	/** The box explained at a place of the image. */
	Optional<Roi> box(final Place place) {
		return IntStream.range(0, boxes.size()).filter(i -> parts.get(i).place().equals(place)).mapToObj(boxes::get).findFirst();
	}

	/** Outlines of the regions. */
	public List<Roi> rois() {
		return regions().stream().map(Region::roi).toList();
	}

	/** The regions' measurements, a row each: area, share of relevance, mean, peak, centroid. */
	public ResultsTable table() {
		return RegionTable.of(regions(), source);
	}

	/**
	 * What the inputs that are no pictures contributed, such as clinical values, by their names: a row for each element, of the
	 * first part. Empty if the network takes the image alone, or the method explains the image alone.
	 */
	public Map<String, ResultsTable> otherTables() {
		return others().tables();
	}

	/**
	 * What the strongest features contributed as bars, of the first part; empty unless the method gave values to segments and single
	 * values.
	 */
	public Optional<BufferedImage> bars() {
		final Attribution a = attribution();
		return a.features().map(f -> ValueBars.of(a, method.title(), List.of(String.format(Locale.ROOT, "%s of %s", method.title(), a
			.target().description()))));
	}

	/**
	 * The target's score of each altered copy of the image, in the order in which they were scored; without columns unless the method
	 * scores such.
	 */
	public ResultsTable scores() {
		final ResultsTable table = new ResultsTable();
		for (final Explained part : parts)
			part.attribution().scores().ifPresent(scores -> {
				for (int i = 0; i < scores.length; i++) {
					table.addRow();
					table.addValue("Slice", part.place().slice());
					table.addValue("Frame", part.place().frame());
					table.addValue("Copy", i);
					table.addValue("Score", scores[i]);
				}
			});
		if (table.columnExists("Score")) table.setDecimalPlaces(table.getColumnIndex("Score"), ResultsTable.AUTO_FORMAT);
		return table;
	}

	/** Heatmaps of other images the network takes, by their inputs' names, on the network's own grid. */
	public Map<String, ImagePlus> otherHeatmaps() {
		return others().heatmaps();
	}

	/** The decision trees of a method that grows them, drawn, by names for files: {@code tree}, of several parts with numbers. */
	public Map<String, BufferedImage> trees() {
		final Map<String, BufferedImage> trees = new LinkedHashMap<>();
		for (int i = 0; i < parts.size(); i++) {
			final String name = parts.size() == 1 ? "tree" : String.format(Locale.ROOT, "tree_%04d", i + 1);
			parts.get(i).attribution().features().filter(f -> f.tree().isPresent()).ifPresent(f -> trees.put(name, TreePicture.of(f)));
		}
		return trees;
	}

	OtherContributions others() {
		return new OtherContributions(method.title(), attribution());
	}

	/** What was explained at a place of the image, by what, in two lines, and what else has to be known of the picture. */
	List<String> caption(final Place place, final LayerStyle style) {
		final Explained part = parts.stream().filter(p -> p.place().frame() == place.frame() && (p.place().isVolume() || p
			.place().slice() == place.slice())).findFirst().orElseThrow();
		final Attribution a = part.attribution();
		final List<String> lines = new ArrayList<>();
		lines.add(method.title() + layer(a.facts()));
		lines.add(String.format(Locale.ROOT, "%s, score %.4g", a.target().description(), a.target().score()));
		if (a.facts().containsKey("upsampling")) lines.add(a.facts().get("upsampling"));
		style.told().ifPresent(lines::add);
		return lines;
	}

	private static String layer(final Map<String, String> facts) {
		if (facts.containsKey("layer")) return ", layer " + facts.get("layer");
		return facts.containsKey("layers") ? ", " + facts.get("layers").split(", ").length + " layers" : "";
	}

	/** The image with the explanation over it, a scale beside it and a caption below, for PNG files and reports. */
	public BufferedImage picture(final LayerStyle style) {
		return ExplanationFiles.picture(this, 0, style);
	}

	private String stem() {
		return which.isEmpty() ? method.name() : method.name() + "_" + which;
	}

	/** Prediction, target and what the method tells, one {@code key: value} a line. */
	public String summary() {
		final StringBuilder text = new StringBuilder();
		provenance.forEach((key, value) -> {
			if (key.matches("Method|(.*: )?(Prediction|Probability|Explained|Score|Boxes)|Fact .*"))
				text.append(key.replace("Fact ", "")).append(": ").append(value).append('\n');
		});
		return text.toString().strip();
	}

	/**
	 * Writes overlay (PNG), heatmap (32-bit TIFF), ROIs (ImageJ zip), table (CSV) and record (text), each whole
	 * or not at all.
	 *
	 * @return the files written
	 * @throws io.glassbox.graph.GlassboxException if the folder cannot be written to
	 */
	public List<Path> write(final Path folder, final LayerStyle style) {
		return ExplanationFiles.write(this, stem(), folder, style);
	}

	/**
	 * The same, and pictures of the stack as a whole.
	 *
	 * @throws io.glassbox.graph.GlassboxException if the folder cannot be written to, or there are views of a single slice
	 */
	public List<Path> write(final Path folder, final LayerStyle style, final Views views) {
		final List<Path> written = new ArrayList<>(write(folder, style));
		written.addAll(ExplanationFiles.write(this, stem(), folder, style, views));
		return written;
	}
}
