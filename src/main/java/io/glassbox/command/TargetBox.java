package io.glassbox.command;

import io.glassbox.explain.DetectionTarget;
import io.glassbox.explain.DetectorModel;
import io.glassbox.explain.Suppression;
import io.glassbox.explain.Target;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;
import io.glassbox.image.Geometry;
import io.glassbox.image.Prepared;
import io.glassbox.model.BoxDescription;

import java.awt.Rectangle;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.Stream;

import ij.ImagePlus;
import ij.gui.Roi;

/**
 * The box that a person names for a network that detects: {@code auto} (the one at the image's selection, or the highest scoring
 * if there is none), {@code top}, {@code roi}, or its number from 0.
 */
final class TargetBox {

	static final String AUTO = "auto";

	private static final String EXPECTED = "A box is auto, top, roi, or a number from 0.";

	private final String text;

	/** @throws GlassboxException if it is none of these */
	TargetBox(final String text) {
		this.text = text == null || text.isBlank() ? AUTO : text.trim();
		if (!this.text.matches("(?i)auto|top|roi|\\d{1,9}")) throw new GlassboxException("No box '" + text + "'. " + EXPECTED);
	}

	/**
	 * The targets on an image made ready for a network.
	 *
	 * @param targets a class, or several, each with the box that says it; {@code top 5} for the first boxes that the network
	 *          reports, or of them that overlap with the selection
	 * @param detector whose boxes they are
	 * @param output of the detector, asked for the top boxes alone
	 * @throws GlassboxException if the selection is asked for and there is none, or no box is left
	 */
	List<DetectionTarget> on(final ImagePlus image, final Prepared prepared, final String targets, final List<String> names,
		final DetectorModel detector, final BoxDescription how, final Supplier<Tensor> output)
	{
		final Optional<Rectangle> selected = selected(image);
		final DetectionTarget.Reading reading = reading(prepared, detector, how);
		final OptionalInt top = TargetTexts.top(targets);
		if (top.isPresent()) return reported(image, selected, names, reading, output.get()).limit(top.getAsInt()).map(
			k -> new DetectionTarget(Target.label(k.classIndex(), names), names, new DetectionTarget.Which(OptionalInt.of(k.box().index()), Optional
				.empty()), reading)).toList();
		final DetectionTarget.Which which = new DetectionTarget.Which(index(), selected.map(r -> onNetwork(r, prepared.geometry()
			.width(), prepared.geometry().height())));
		return TargetTexts.listed(targets).stream().map(t -> new DetectionTarget(t, names, which, reading)).toList();
	}

	private Optional<Rectangle> selected(final ImagePlus image) {
		final Roi roi = text.matches("(?i)auto|roi") ? image.getRoi() : null;
		if (roi == null && text.equalsIgnoreCase("roi")) throw new GlassboxException("'" + image.getTitle() +
			"' has no selection; draw one around an object, or choose another box. " + EXPECTED);
		return Optional.ofNullable(roi).map(Roi::getBounds);
	}

	private Stream<Suppression.Kept> reported(final ImagePlus image, final Optional<Rectangle> selected,
		final List<String> names, final DetectionTarget.Reading reading, final Tensor output)
	{
		if (index().isPresent()) throw new GlassboxException("The top boxes were asked for, but also box " + text +
			"; leave out one of them.");
		final List<Suppression.Kept> kept = Suppression.of(output, names, reading).stream().filter(k -> selected.isEmpty() || selected
			.get().intersects(k.box().left(), k.box().top(), k.box().right() - k.box().left(), k.box().bottom() - k.box().top()))
			.toList();
		if (kept.isEmpty()) throw new GlassboxException("The network reports no box" + (selected.isEmpty() ? " in '" + image
			.getTitle() + "'." : " that overlaps with the selection of '" + image.getTitle() + "'; choose box=top for the whole image."));
		return kept.stream();
	}

	/**
	 * How boxes are read on an image made ready for a network.
	 *
	 * @throws GlassboxException if it is no plane with height before width
	 */
	static DetectionTarget.Reading reading(final Prepared prepared, final DetectorModel detector, final BoxDescription how) {
		if (prepared.xFirst() || prepared.geometry().depth().isPresent()) throw new GlassboxException(
			"Boxes are understood of networks that take planes with height before width.");
		final Geometry.Span x = prepared.geometry().width();
		final Geometry.Span y = prepared.geometry().height();
		return new DetectionTarget.Reading(y.network(), x.network(), how.centred(), how.normalised(), detector.inOneOutput(),
			detector.classesExclude(), c -> new double[] { edge(c[0], x), edge(c[1], y), edge(c[2], x), edge(c[3], y) });
	}

	/** How boxes are read on a tensor: in its own pixels. */
	static DetectionTarget.Reading reading(final Tensor input, final DetectorModel detector, final BoxDescription how) {
		return new DetectionTarget.Reading(input.size(input.rank() - 2), input.size(input.rank() - 1), how.centred(), how
			.normalised(), detector.inOneOutput(), detector.classesExclude(), c -> c);
	}

	/**
	 * The target on a tensor: boxes are told in its pixels.
	 *
	 * @throws GlassboxException if the selection is asked for, which a tensor has not
	 */
	DetectionTarget on(final Tensor input, final String classes, final List<String> names, final DetectorModel detector,
		final BoxDescription how)
	{
		if (text.equalsIgnoreCase("roi")) throw new GlassboxException("A tensor has no selection; give an image. " + EXPECTED);
		return new DetectionTarget(classes, names, new DetectionTarget.Which(index(), Optional.empty()), reading(input,
			detector, how));
	}

	private OptionalInt index() {
		return text.matches("\\d+") ? OptionalInt.of(Integer.parseInt(text)) : OptionalInt.empty();
	}

	private static double[] onNetwork(final Rectangle r, final Geometry.Span x, final Geometry.Span y) {
		return new double[] { x.toNetwork(r.x - 0.5) + 0.5, y.toNetwork(r.y - 0.5) + 0.5, x.toNetwork(r.x + r.width - 0.5) + 0.5,
			y.toNetwork(r.y + r.height - 0.5) + 0.5 };
	}

	/** From the outer edge of the network's first pixel to the outer edge of the image's. */
	private static double edge(final double position, final Geometry.Span span) {
		return span.toImage(position - 0.5) + 0.5;
	}
}
