package io.glassbox.command;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Names;
import io.glassbox.image.Caption;
import io.glassbox.image.ColourBar;
import io.glassbox.image.LayerStyle;
import io.glassbox.image.OrthogonalViews;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** Pictures of an explained stack beside its slices: cuts along three planes, a projection along z. */
public enum Views {
		NONE, ORTHOGONAL, PROJECTION, BOTH;

	/** As people write them. */
	static final List<String> NAMES = Arrays.stream(values()).map(v -> v.name().toLowerCase(Locale.ROOT)).toList();

	/** @throws GlassboxException if there are no such views */
	public static Views parse(final Object text) {
		final String name = text == null ? "none" : text.toString().trim().toLowerCase(Locale.ROOT);
		if (!NAMES.contains(name)) throw new GlassboxException(Names.unknown("kind of views", name, NAMES));
		return values()[NAMES.indexOf(name)];
	}

	/**
	 * The pictures with scale and caption, by what they are: {@code orthogonal}, {@code projection}, of several times with the
	 * number of each.
	 *
	 * @throws GlassboxException if a single slice was explained
	 */
	public Map<String, BufferedImage> of(final Explanation e, final LayerStyle style) {
		final Map<String, BufferedImage> pictures = new LinkedHashMap<>();
		if (this == NONE) return pictures;
		final int[] frames = IntStream.range(0, e.map().size()).map(i -> e.map().place(i).frame()).distinct().toArray();
		for (final int frame : frames) {
			final OrthogonalViews views = new OrthogonalViews(e.source(), e.map(), frame, style);
			final String number = frames.length == 1 ? "" : String.format(Locale.ROOT, "_%04d", frame);
			if (this != PROJECTION) pictures.put("orthogonal" + number, told(e, views.cuts(), "Orthogonal views " + views.place(),
				style));
			if (this != ORTHOGONAL) pictures.put("projection" + number, told(e, views.projection(),
				"Projection along z: the brightest of the image, the strongest relevance", style));
		}
		return pictures;
	}

	private static BufferedImage told(final Explanation e, final BufferedImage picture, final String what,
		final LayerStyle style)
	{
		final List<String> lines = new ArrayList<>(e.caption(e.map().place(0), style));
		lines.add(what);
		return Caption.below(ColourBar.beside(picture, e.map(), style), lines);
	}
}
