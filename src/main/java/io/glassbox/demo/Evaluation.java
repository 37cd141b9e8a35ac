package io.glassbox.demo;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;
import io.glassbox.method.GradCam;

import java.util.List;
import java.util.Locale;

/**
 * Where the Grad-CAM of a network's answer points, over phantoms with a lesion or a marker.
 * <p>
 * A network that calls a breast normal has nothing to point at, so there the place of the maximum says little.
 * </p>
 *
 * @param lesions how many of them have a lesion
 * @param onLesion in how many of these the maximum lies on the lesion, dilated by the layer's stride
 * @param markers how many of them have a marker
 * @param onMarker in how many of these the maximum lies on the marker, dilated likewise
 */
record Evaluation(int lesions, int onLesion, int markers, int onMarker) {

	/**
	 * Explains the predicted class of each phantom.
	 *
	 * @param rightOnly whether to leave out phantoms that are classified wrongly
	 */
	static Evaluation of(final Model model, final List<Phantom> phantoms, final boolean rightOnly) {
		final GradCam gradCam = new GradCam(MammoCnn.LAST_SPATIAL_LAYER, true, false);
		int lesions = 0;
		int onLesion = 0;
		int markers = 0;
		int onMarker = 0;
		for (final Phantom p : phantoms) {
			if (!p.hasLesion() && !p.hasMarker()) continue;
			final Tensor image = Films.of(List.of(p)).images(0);
			final Attribution a = gradCam.explain(model, List.of(image), Target.top(List.of()), Progress.NONE);
			if (rightOnly && Films.top(a.output().floats()) != p.label().ordinal()) continue;
			if (p.hasLesion()) {
				lesions++;
				if (Localisation.hit(a.map(), p.lesion(), p.width(), MammoCnn.STRIDE)) onLesion++;
			}
			if (p.hasMarker()) {
				markers++;
				if (Localisation.hit(a.map(), p.marker(), p.width(), MammoCnn.STRIDE)) onMarker++;
			}
		}
		return new Evaluation(lesions, onLesion, markers, onMarker);
	}

	@Override
	public String toString() {
		return String.format(Locale.ROOT, "Grad-CAM maximum on the lesion in %d of %d (%.1f %%), on the marker in %d of %d" +
			" that have one (%.1f %%)", onLesion, lesions, percent(onLesion, lesions), onMarker, markers, percent(onMarker, markers));
	}

	private static double percent(final int part, final int whole) {
		return whole == 0 ? 0 : 100.0 * part / whole;
	}
}
