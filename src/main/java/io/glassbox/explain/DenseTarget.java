package io.glassbox.explain;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What is explained of a network that scores every place of the image, as segmentation networks do: the score of a class,
 * added up (or averaged) over an area.
 * <p>
 * The sum over the pixels predicted as the class is the target of Seg-Grad-CAM, Vinogradova et al., AAAI 2020, equation 3,
 * and of the segmentation examples of Captum and pytorch-grad-cam. The top class is the one predicted at most places; class 0,
 * by custom the background, only if nothing else is predicted. Of a difference of two classes the area is that of the
 * first. A list of scores, of a network that scores the image as a whole, is what it would be without an area.
 * </p>
 */
public final class DenseTarget implements Target {

	private final Target classes;
	private final List<String> names;
	private final Area area;
	private final boolean mean;

	private DenseTarget(final Target classes, final List<String> names, final Area area, final boolean mean) {
		this.classes = classes;
		this.names = names;
		this.area = area;
		this.mean = mean;
	}

	/**
	 * @param text the class or classes, as {@link Target#parse} reads them
	 * @param mean whether the scores are averaged over the area rather than added up
	 * @throws GlassboxException if the text is none of these
	 */
	public static Target of(final String text, final List<String> names, final Area area, final boolean mean) {
		return new DenseTarget(Target.parse(text, names), names, area, mean);
	}

	@Override
	public Resolved resolve(final Tensor output) {
		if (!DenseScores.are(output)) return ofWhole(output);
		final int[] counts = DenseScores.counts(output);
		final float[] votes = new float[counts.length];
		for (int k = 0; k < votes.length; k++)
			votes[k] = counts[k];
		final boolean foreground = IntStream.range(1, counts.length).anyMatch(k -> counts[k] > 0);
		if (foreground) votes[0] = 0;
		final Resolved chosen = classes.resolve(Tensor.of(votes, 1, votes.length));
		final float[] weights = chosen.seed().floats();
		final int first = IntStream.range(0, weights.length).filter(k -> weights[k] > 0).findFirst().orElseThrow(
			() -> new GlassboxException("The target is a class minus itself, which is always 0."));
		final boolean[] inside = area.places(output, first);
		final int count = (int) IntStream.range(0, inside.length).filter(i -> inside[i]).count();
		if (count == 0) throw new GlassboxException("There is nothing to explain: " + area.describe(0) + " of " + Target.label(first,
			names) + ". Predicted: " + predicted(counts) + ". Choose one of these, or another region (all, roi, x,y or a mask).");
		return resolved(output, weights, inside, mean ? 1f / count : 1f, chosen.description() + (mean ? ", mean over "
			: " over ") + area.describe(count));
	}

	private Resolved ofWhole(final Tensor output) {
		if (area != Area.PREDICTED) throw new GlassboxException("A region was chosen, but the network scores the image as a " +
			"whole, " + Arrays.toString(output.shape()) + ", not its places; leave the region at auto.");
		return classes.resolve(output);
	}

	private static Resolved resolved(final Tensor output, final float[] weights, final boolean[] inside, final float weight,
		final String description)
	{
		final float[] seed = new float[output.length()];
		double score = 0;
		for (int k = 0; k < weights.length; k++)
			for (int i = 0; i < inside.length && weights[k] != 0; i++)
				if (inside[i]) {
					final int at = k * inside.length + i;
					seed[at] = weights[k] * weight;
					score += (double) seed[at] * output.floats()[at];
				}
		return new Resolved(description, score, Tensor.of(seed, output.shape()));
	}

	private String predicted(final int[] counts) {
		final String some = IntStream.range(0, counts.length).filter(k -> counts[k] > 0).mapToObj(k -> Target.label(k, names) +
			" at " + counts[k]).collect(Collectors.joining(", "));
		return some.isEmpty() ? "nothing at all" : some;
	}
}
