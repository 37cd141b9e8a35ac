package io.glassbox.explain;

import io.glassbox.graph.Tensor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Greedy non-maximum suppression: the boxes that a detector reports, out of the many that it gives.
 * <p>
 * Each box stands for its most likely class, those of a background are left out. The highest scoring box is kept, those of the
 * same class that overlap with it by more than one half (intersection over union) are not, and so on, as torchvision's
 * {@code batched_nms} does. At most 100 boxes are kept, the custom of COCO.
 * </p>
 */
public final class Suppression {

	private static final double OVERLAP = 0.5;
	private static final int MOST = 100;

	private Suppression() {}

	/** @param probability of the score: itself if all scores of the network lie between 0 and 1, else its sigmoid */
	public record Kept(Detection box, int classIndex, float score, double probability) {}

	/**
	 * @param output of a {@link DetectorModel} for one sample, 1 x boxes x (4 + classes)
	 * @param grid where the boxes lie
	 * @return boxes on the image, highest score first
	 */
	public static List<Kept> of(final Tensor output, final List<String> names, final DetectionTarget.Grid grid) {
		final float[] table = output.floats();
		final int width = output.size(2);
		final BoxFormat format = BoxFormat.of(grid.centred(), grid.normalised(), grid.oneOutput(), output);
		final boolean probabilities = areProbabilities(output);
		final List<Kept> all = IntStream.range(0, output.size(1)).mapToObj(b -> {
			final int k = mostLikely(table, b * width + 4, width - 4);
			final float score = table[b * width + 4 + k];
			final double[] c = format.corners(table, b * width, grid.height(), grid.width());
			return new Kept(new Detection(b, c[0], c[1], c[2], c[3], format), k, score, probabilities ? score : 1 / (1 + Math.exp(
				-score)));
		}).filter(k -> width == 5 || !isBackground(k.classIndex, names)).sorted(Comparator.comparing(Kept::score).reversed())
			.toList();
		final List<Kept> kept = new ArrayList<>();
		for (final Kept candidate : all) {
			if (kept.size() == MOST) break;
			if (kept.stream().noneMatch(k -> k.classIndex == candidate.classIndex && k.box.overlap(corners(candidate.box)) > OVERLAP))
				kept.add(candidate);
		}
		return kept.stream().map(k -> new Kept(k.box.at(grid.toImage().apply(corners(k.box))), k.classIndex, k.score,
			k.probability)).toList();
	}

	static boolean isBackground(final int k, final List<String> names) {
		return k < names.size() && names.get(k).trim().toLowerCase(Locale.ROOT).matches("_*background_*");
	}

	/** Whether all scores lie between 0 and 1, as those of a sigmoid or softmax do. */
	static boolean areProbabilities(final Tensor output) {
		for (int i = 0; i < output.length(); i++)
			if (i % output.size(2) >= 4 && !(output.floats()[i] >= 0 && output.floats()[i] <= 1)) return false;
		return true;
	}

	private static int mostLikely(final float[] table, final int from, final int classes) {
		int best = 0;
		for (int k = 1; k < classes; k++)
			if (table[from + k] > table[from + best]) best = k;
		return best;
	}

	private static double[] corners(final Detection box) {
		return new double[] { box.left(), box.top(), box.right(), box.bottom() };
	}
}
