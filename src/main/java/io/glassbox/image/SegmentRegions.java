package io.glassbox.image;

import io.glassbox.explain.FeatureValues;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

import ij.ImagePlus;
import ij.gui.Roi;

/**
 * The segments that a method gave values to as regions of the image, with their outlines: each pixel belongs to the segment of the
 * network's pixel that is nearest.
 */
public final class SegmentRegions {

	/** More in one plane nobody looks at. */
	private static final int MOST = 100;

	/** Of a volume each segment has an outline in every slice. */
	private static final int MOST_IN_VOLUME = 10;

	private final Explained part;
	private final FeatureValues features;
	private final String name;
	private final ImagePlus image;

	private SegmentRegions(final Explained part, final String name, final ImagePlus image) {
		this.part = part;
		this.features = part.attribution().features().orElseThrow();
		this.name = name;
		this.image = image;
	}

	/** Whether methods gave values to segments, so that these are the regions. */
	public static boolean are(final List<Explained> parts) {
		return parts.stream().allMatch(p -> p.attribution().features().isPresent());
	}

	/**
	 * The segments with a value other than 0, the largest magnitude first; their mean and peak are the value.
	 *
	 * @param parts explained by segments, see {@link #are}
	 * @param name ROIs are called by it and their rank: {@code LIME 1}, and {@code LIME against 2}
	 * @param image the image explained; it is not changed
	 */
	public static List<Region> of(final List<Explained> parts, final String name, final ImagePlus image) {
		return parts.stream().flatMap(p -> new SegmentRegions(p, name, image).find().stream()).toList();
	}

	/** Numbers of the segments with a value other than 0, the largest magnitude first. */
	public static List<Integer> ranking(final FeatureValues features) {
		return IntStream.range(0, features.segments()).boxed().filter(s -> features.values()[s] != 0).sorted(Comparator
			.comparingDouble(s -> -Math.abs(features.values()[s]))).toList();
	}

	/** How a segment is called. */
	public static String name(final String method, final int rank, final double value) {
		return method + (value < 0 ? " against " : " ") + rank;
	}

	private List<Region> find() {
		final boolean volume = part.place().isVolume();
		final List<Integer> ranking = ranking(features);
		final List<Integer> shown = ranking.subList(0, Math.min(volume ? MOST_IN_VOLUME : MOST, ranking.size()));
		final int[] ranks = new int[features.segments()];
		for (int r = 0; r < shown.size(); r++)
			ranks[shown.get(r)] = r + 1;
		final List<Region> regions = new ArrayList<>();
		for (int z = 0; z < part.geometry().depth().map(Geometry.Span::image).orElse(1); z++) {
			final Place place = volume ? new Place(z + 1, part.place().frame()) : part.place();
			final List<List<Components.Run>> runs = runs(z, ranks, shown.size());
			for (int r = 0; r < runs.size(); r++)
				if (!runs.get(r).isEmpty()) regions.add(region(runs.get(r), place, r + 1, shown.get(r)));
		}
		return regions;
	}

	/** The pixels of the segments in one slice, by rank from 1. */
	private List<List<Components.Run>> runs(final int slice, final int[] ranks, final int count) {
		final List<List<Components.Run>> runs = new ArrayList<>();
		for (int r = 0; r < count; r++)
			runs.add(new ArrayList<>());
		final Geometry g = part.geometry();
		final int z = g.depth().map(d -> d.nearest(slice)).orElse(0);
		final int[] columns = IntStream.range(0, g.width().image()).map(g.width()::nearest).toArray();
		final float[] labels = features.labels().floats();
		for (int y = 0; y < g.height().image(); y++) {
			final int row = g.height().nearest(y);
			if (row < 0 || z < 0) continue;
			final int at = (z * g.height().network() + row) * g.width().network();
			int from = 0;
			for (int x = 1; x <= columns.length; x++) {
				final int rank = columns[from] < 0 ? 0 : ranks[(int) labels[at + columns[from]]];
				final int next = x == columns.length ? -1 : columns[x] < 0 ? 0 : ranks[(int) labels[at + columns[x]]];
				if (next == rank) continue;
				if (rank > 0) runs.get(rank - 1).add(new Components.Run(y, from, x, 0, 0));
				from = x;
			}
		}
		return runs;
	}

	private Region region(final List<Components.Run> runs, final Place place, final int rank, final int segment) {
		final double value = features.values()[segment];
		final Roi roi = RelevanceRois.outline(runs);
		roi.setName(name(name, rank, value));
		StackPosition.set(roi, place, image);
		final Components.Mass mass = Components.Mass.of(runs);
		final Optional<double[]> errors = features.errors();
		return new Region(roi, place, value < 0, mass.pixels(), share(value), value, value, errors.isPresent() ? OptionalDouble.of(errors
			.get()[segment]) : OptionalDouble.empty(), mass.x(), mass.y());
	}

	/** Of all values of its sign. */
	private double share(final double value) {
		return value / IntStream.range(0, features.segments()).mapToDouble(s -> features.values()[s]).filter(v -> v * value > 0)
			.sum();
	}
}
