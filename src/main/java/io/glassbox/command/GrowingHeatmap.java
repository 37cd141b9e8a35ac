package io.glassbox.command;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

import ij.ImagePlus;

/**
 * The heatmap of a method that takes many samples, shown while it grows.
 * <p>
 * It is drawn anew from time to time, with the number of samples in its title. When the method has finished it goes, since the
 * whole takes its place. When it was cancelled, it stays: what was computed until then is not lost, and is labelled as what it
 * is. Who closes its window does not get it back.
 * </p>
 */
final class GrowingHeatmap implements Consumer<Supplier<Explanation>> {

	/** What methods call the number of their samples, which other words may follow. */
	private static final List<String> SAMPLES = List.of("SmoothGrad samples", "samples", "masks", "combinations scored");

	/** Between two drawings: what people see as growing, and little beside the work itself. */
	static final long PAUSE_MILLIS = 500;

	private final long pause;
	private final double clip;
	private final Consumer<ImagePlus> display;
	private long next;
	private ImagePlus shown;

	/**
	 * @param pauseMillis between two drawings, and before the first
	 * @param clip of the display, percent
	 * @param display shows an image for the first time
	 */
	GrowingHeatmap(final long pauseMillis, final double clip, final Consumer<ImagePlus> display) {
		pause = TimeUnit.MILLISECONDS.toNanos(pauseMillis);
		next = System.nanoTime() + pause;
		this.clip = clip;
		this.display = display;
	}

	@Override
	public void accept(final Supplier<Explanation> soFar) {
		if (System.nanoTime() < next) return;
		draw(soFar.get());
		next = System.nanoTime() + pause;
	}

	private void draw(final Explanation e) {
		final ImagePlus now = e.heatmap(clip);
		final Optional<String> samples = SAMPLES.stream().map(e.attribution().facts()::get).filter(Objects::nonNull).map(
			told -> told.replaceAll("^(\\d+( of \\d+)?).*", "$1")).findFirst();
		now.setTitle(now.getTitle() + samples.map(n -> " (" + n + " samples)").orElse(" (so far)"));
		if (shown == null) {
			shown = now;
			display.accept(now);
			return;
		}
		shown.setStack(now.getStack());
		shown.setTitle(now.getTitle());
		shown.setProperty("Info", now.getInfoProperty());
		shown.setDisplayRange(now.getDisplayRangeMin(), now.getDisplayRangeMax());
		shown.updateAndDraw();
	}

	/** The method is done. */
	void finished() {
		if (shown == null) return;
		shown.changes = false;
		shown.close();
	}
}
