package io.glassbox.image;

import ij.ImagePlus;
import ij.gui.ImageRoi;
import ij.gui.Overlay;
import ij.gui.Roi;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Names;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The layers of relevance on an image: named, semi-transparent, and no part of its pixels.
 * <p>
 * They live in the image's overlay under names that begin with {@code Glassbox: }, beside whatever else is there,
 * which is left alone. In a stack a layer has one entry for each slice explained. Layers survive duplicating the
 * image. Those of a saved and reopened TIFF, and those of a scaled copy, keep their picture, can be hidden and removed,
 * but not restyled, for the values are gone.
 * </p>
 */
public final class Layers {

	private static final String PREFIX = "Glassbox: ";

	private final ImagePlus image;

	private Layers(final ImagePlus image) {
		this.image = image;
	}

	/** The layers of an image. */
	public static Layers of(final ImagePlus image) {
		return new Layers(image);
	}

	/** Layers in the order they were added, without the common beginning of their names. */
	public List<String> names() {
		synchronized (image) {
			final LinkedHashSet<String> names = new LinkedHashSet<>();
			for (final Roi roi : overlay())
				if (isLayer(roi)) names.add(roi.getProperty(LayerRoi.NAME));
			return List.copyOf(names);
		}
	}

	/** Adds a layer on top. It replaces one of the same name in the slices they share. */
	public void add(final String name, final RelevanceMap map, final LayerStyle style) {
		if (!map.fits(image)) throw new IllegalArgumentException("A map of " + map.width() + " x " + map.height() +
			" does not fit " + image);
		synchronized (image) {
			final Overlay overlay = overlay();
			for (int i = 0; i < map.size(); i++) {
				final LayerRoi roi = LayerRoi.of(map, i, style);
				roi.setName(PREFIX + name);
				roi.setProperty(LayerRoi.NAME, name);
				StackPosition.set(roi, map.place(i), image);
				for (final Roi old : overlay.toArray())
					if (isLayer(old, name) && StackPosition.same(old, roi)) overlay.remove(old);
				overlay.add(roi);
			}
			image.setOverlay(overlay);
		}
	}

	/**
	 * How a layer looks; empty if only its picture is left.
	 *
	 * @throws GlassboxException if there is no such layer
	 */
	public Optional<LayerStyle> style(final String name) {
		return restylable(name).map(LayerRoi::style).findFirst();
	}

	/**
	 * The values behind a layer; empty if only its picture is left.
	 *
	 * @throws GlassboxException if there is no such layer
	 */
	public Optional<RelevanceMap> map(final String name) {
		return restylable(name).map(LayerRoi::map).findFirst();
	}

	/**
	 * Changes how a layer looks in all its slices; a hidden layer stays hidden.
	 *
	 * @throws GlassboxException if there is no such layer, or only its picture is left
	 */
	public void setStyle(final String name, final LayerStyle style) {
		replace(name, roi -> {
			if (roi instanceof LayerRoi layer && layer.canBeStyled()) return layer.styled(style);
			throw new GlassboxException("The layer '" + name + "' was read from a file or scaled, and has its picture but " +
				"no longer its values; explain the image again to change its style.");
		});
	}

	/** @throws GlassboxException if there is no such layer */
	public boolean isVisible(final String name) {
		return find(name).stream().anyMatch(roi -> roi.getOpacity() > 0);
	}

	/**
	 * Shows or hides a layer.
	 *
	 * @throws GlassboxException if there is no such layer
	 */
	public void setVisible(final String name, final boolean visible) {
		replace(name, roi -> {
			if (visible && roi.getOpacity() == 0) roi.setOpacity(opacity(roi));
			if (!visible && roi.getOpacity() > 0) {
				roi.setProperty(LayerRoi.OPACITY, "" + roi.getOpacity());
				roi.setOpacity(0);
			}
			return roi;
		});
	}

	/**
	 * Removes a layer from all slices.
	 *
	 * @throws GlassboxException if there is no such layer
	 */
	public void remove(final String name) {
		synchronized (image) {
			final Overlay overlay = overlay();
			find(name).forEach(overlay::remove);
			image.setOverlay(overlay.size() == 0 ? null : overlay);
		}
	}

	/** The opacity a hidden layer had. */
	private static double opacity(final ImageRoi roi) {
		final String kept = roi.getProperty(LayerRoi.OPACITY);
		return kept == null ? 1 : Double.parseDouble(kept);
	}

	private void replace(final String name, final UnaryOperator<ImageRoi> change) {
		synchronized (image) {
			final Overlay overlay = overlay();
			final List<ImageRoi> layers = find(name);
			for (int i = 0; i < overlay.size(); i++)
				if (overlay.get(i) instanceof ImageRoi roi && layers.contains(roi)) overlay.set(change.apply(roi), i);
			image.setOverlay(overlay);
		}
	}

	private Stream<LayerRoi> restylable(final String name) {
		return find(name).stream().filter(LayerRoi.class::isInstance).map(LayerRoi.class::cast).filter(
			LayerRoi::canBeStyled);
	}

	private List<ImageRoi> find(final String name) {
		synchronized (image) {
			final List<ImageRoi> found = new ArrayList<>();
			for (final Roi roi : overlay())
				if (isLayer(roi, name)) found.add((ImageRoi) roi);
			if (found.isEmpty()) throw new GlassboxException(Names.unknown("layer", name, names()));
			return found;
		}
	}

	private static boolean isLayer(final Roi roi) {
		return roi instanceof ImageRoi && roi.getProperty(LayerRoi.NAME) != null;
	}

	private static boolean isLayer(final Roi roi, final String name) {
		return isLayer(roi) && roi.getProperty(LayerRoi.NAME).equals(name);
	}

	private Overlay overlay() {
		return image.getOverlay() == null ? new Overlay() : image.getOverlay();
	}
}
