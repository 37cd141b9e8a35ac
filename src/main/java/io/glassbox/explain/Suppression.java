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

	/** @param probability see {@link DetectionTarget.Reading#softmax} */
	public record Kept(Detection box, int classIndex, float score, double probability) {}

	/**
	 * @param output of a {@link DetectorModel} for one sample, 1 x boxes x (4 + classes)
	 * @param reading how the table is read
	 * @return boxes on the image, the most likely first
	 */
	public static List<Kept> of(final Tensor output, final List<String> names,
		final DetectionTarget.Reading reading)
	{
		final float[] table = output.floats();
		final int width = output.size(2);
		final BoxFormat format = reading.format(output);
		final BoxScale scale = reading.scale(output);
		final List<Kept> all = IntStream.range(0, output.size(1)).mapToObj(b -> box(table, b, width, mostLikely(table, b * width + 4,
			width - 4), reading, format, scale)).filter(k -> width == 5 || !isBackground(k.classIndex, names)).sorted(Comparator
				.comparing(Kept::probability).thenComparing(Kept::score).reversed()).toList();
		final List<Kept> kept = new ArrayList<>();
		for (final Kept candidate : all) {
			if (kept.size() == MOST) break;
			if (kept.stream().noneMatch(k -> k.classIndex == candidate.classIndex && k.box.overlap(corners(candidate.box)) > OVERLAP))
				kept.add(candidate);
		}
		return kept.stream().map(k -> onImage(k, reading)).toList();
	}

	/** Each class where it is most likely, whatever else is more likely there, boxes on the image. */
	public static List<Kept> best(final Tensor output, final DetectionTarget.Reading reading) {
		final float[] table = output.floats();
		final int width = output.size(2);
		final BoxFormat format = reading.format(output);
		final BoxScale scale = reading.scale(output);
		return IntStream.range(0, width - 4).mapToObj(k -> {
			int best = 0;
			for (int b = 1; b < output.size(1); b++)
				if (scale.probability(table, b * width + 4, width - 4, k) > scale.probability(table, best * width + 4, width - 4, k)) best = b;
			return box(table, best, width, k, reading, format, scale);
		}).map(k -> onImage(k, reading)).toList();
	}

	private static Kept box(final float[] table, final int box, final int width, final int k,
		final DetectionTarget.Reading reading, final BoxFormat format, final BoxScale scale)
	{
		final double[] c = format.corners(table, box * width, reading.height(), reading.width());
		return new Kept(new Detection(box, c[0], c[1], c[2], c[3], format), k, table[box * width + 4 + k], scale.probability(table,
			box * width + 4, width - 4, k));
	}

	private static Kept onImage(final Kept k, final DetectionTarget.Reading reading) {
		return new Kept(k.box.at(reading.toImage().apply(corners(k.box))), k.classIndex, k.score, k.probability);
	}

	static boolean isBackground(final int k, final List<String> names) {
		return k < names.size() && names.get(k).trim().toLowerCase(Locale.ROOT).matches("_*background_*");
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
