package io.glassbox.perturb;

import io.glassbox.explain.Cancellation;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;

import java.util.stream.IntStream;

/**
 * Segments that climb to the same peak of density: each pixel follows the nearest that lies denser, by place and colour. Images
 * of height x width only.
 * <p>
 * A. Vedaldi, S. Soatto, Quick Shift and Kernel Methods for Mode Seeking, ECCV 2008, in the form of scikit-image's {@code
 * quickshift}, whose defaults are here those of LIME's authors. That one adds noise of 1e-5 to the densities, to break ties;
 * here the pixel before counts as denser, so that no seed is needed.
 * </p>
 *
 * @param kernel width of the Gaussian, in pixels; it is looked three times as far. More, and there are fewer segments
 * @param distance a pixel whose nearest denser one is farther is a peak
 * @param ratio what colours, as CIE Lab, are multiplied by, against places
 */
public record Quickshift(double kernel, double distance, double ratio) implements Segmentation {

	private static final double REACH = 3;

	public Quickshift {
		if (!(kernel >= 1 && kernel <= 100)) throw new GlassboxException("quickshift's kernel is from 1 to 100 pixels, found " +
			kernel + ".");
		if (!(distance > 0)) throw new GlassboxException("quickshift's distance is above 0, found " + distance + ".");
		if (!(ratio >= 0 && ratio <= 1)) throw new GlassboxException("quickshift's ratio is from 0 to 1, found " + ratio + ".");
	}

	@Override
	public Segments of(final Tensor image) {
		Pixels.requireFlat(image, "quickshift");
		final Pixels pixels = Pixels.of(image).lab().times(ratio);
		final int width = pixels.extents()[2];
		final double[] densities = new double[pixels.count()];
		final int[] labels = new int[densities.length];
		final double factor = -0.5 / (kernel * kernel);
		IntStream.range(0, pixels.extents()[1]).parallel().forEach(y -> {
			Cancellation.check();
			for (int x = 0; x < width; x++) {
				final double[] sum = { 0 };
				around(pixels, x, y, (at, squared) -> sum[0] += Math.exp(squared * factor));
				densities[y * width + x] = sum[0];
			}
		});
		IntStream.range(0, pixels.extents()[1]).parallel().forEach(y -> {
			Cancellation.check();
			for (int x = 0; x < width; x++) {
				final int here = y * width + x;
				final double[] closest = { distance * distance };
				labels[here] = here;
				around(pixels, x, y, (at, squared) -> {
					if (!(densities[at] > densities[here] || densities[at] == densities[here] && at < here)) return;
					if (squared < closest[0] || squared == closest[0] && labels[here] == here) {
						closest[0] = squared;
						labels[here] = at;
					}
				});
			}
		});
		for (int i = 0; i < labels.length; i++) {
			int top = i;
			while (labels[top] != top)
				top = labels[top];
			for (int at = i; labels[at] != top;) {
				final int next = labels[at];
				labels[at] = top;
				at = next;
			}
		}
		return pixels.segments(labels);
	}

	private interface Visit {

		void at(int place, double squared);
	}

	private void around(final Pixels pixels, final int x, final int y, final Visit visit) {
		final int reach = (int) Math.ceil(REACH * kernel);
		final int width = pixels.extents()[2];
		final int height = pixels.extents()[1];
		for (int v = Math.max(0, y - reach); v < Math.min(height, y + reach + 1); v++)
			for (int u = Math.max(0, x - reach); u < Math.min(width, x + reach + 1); u++)
				visit.at(v * width + u, pixels.squared(y * width + x, v * width + u) + (double) (v - y) * (v - y) + (double) (u - x) *
					(u - x));
	}
}
