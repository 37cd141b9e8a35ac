package io.glassbox.method;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.ChannelReduction;
import io.glassbox.explain.Elements;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;
import io.glassbox.perturb.TimeLeft;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One explanation by {@link MeaningfulPerturbation} in the making: masks are learned one after another. */
final class MaskLearning {

	/** After how many steps the mask is shown that is being learned. */
	private static final int SHOWN = 10;

	private final MeaningfulPerturbation method;
	private final Model model;
	private final Tensor image;
	private final Elements picture;
	private final Tensor output;
	private final Target.Resolved target;
	private final Progress progress;
	private final int[] extents;
	private final Pyramid pyramid;
	private final double none;
	private final MaskReward reward;
	private final List<double[]> found = new ArrayList<>();

	MaskLearning(final MeaningfulPerturbation method, final Model model, final List<Tensor> inputs, final Target asked,
		final Progress progress)
	{
		this.method = method;
		this.model = model;
		this.progress = progress;
		image = Elements.image(inputs, "A mask is learned of");
		picture = Elements.ofPicture(inputs);
		extents = Arrays.copyOfRange(image.shape(), 2, image.rank());
		output = model.score(inputs).get(0);
		target = asked.resolve(output);
		pyramid = Pyramid.of(image, method.levels());
		none = score(pyramid.levels().get(0));
		final double range = Math.abs(target.score() - none);
		if (!(range > 0)) throw new GlassboxException("The score is " + target.score() +
			" with and without the image: there is nothing that a mask could show. Another baseline may help.");
		reward = new MaskReward(new GradientSamples(model, picture, target, Map.of()), pyramid, method.game(), range, progress);
	}

	private double score(final float[] elements) {
		return target.of(model.score(picture.with(elements)).get(0), 0);
	}

	Attribution explain() {
		final int masks = isExtremal() ? method.areas().size() : 1;
		for (int i = 0; i < masks; i++)
			found.add(learned(i, masks));
		return attribution(found);
	}

	private boolean isExtremal() {
		return method.algorithm() == MeaningfulPerturbation.Algorithm.EXTREMAL;
	}

	private double[] learned(final int number, final int masks) {
		final MaskSearch search = search(number);
		final double[] cells = new double[search.cells().count()];
		Arrays.fill(cells, search.start());
		final Jitters jitters = new Jitters(extents, method.jitter(), method.seed());
		final TimeLeft left = new TimeLeft(method.steps());
		for (int move = 0; move < method.steps(); move++) {
			progress.check();
			progress.update((number + (double) move / method.steps()) / masks, "step " + move + " of " + method.steps() + (masks > 1
				? " for area " + method.areas().get(number) : "") + left.after(move));
			final double[] mask = search.cells().mask(cells);
			final double[] byPlace = new double[mask.length];
			reward.of(mask, jitters.next(), byPlace, -search.rewardWeight());
			search.addToPlaces(mask, byPlace, move);
			final double[] byCell = search.cells().back(cells, byPlace);
			search.addToCells(cells, byCell);
			search.move(cells, byCell, move);
			if ((move + 1) % SHOWN == 0) progress.partial(() -> attribution(Stream.concat(found.stream(), Stream.of(search.cells().mask(
				cells))).toList()));
		}
		progress.check();
		return search.cells().mask(cells);
	}

	private MaskSearch search(final int number) {
		final int longest = Arrays.stream(extents).max().orElseThrow();
		final int along = isExtremal() ? 32 : 28; // as the papers have them
		final int step = method.cell() > 0 ? method.cell() : Math.max(1, Math.round((float) longest / along));
		return isExtremal() ? new ExtremalSearch(extents, step, method.game(), method.areas().get(number), method.steps())
			: new FongVedaldiSearch(extents, step, method.sparsity(), method.smoothness());
	}

	private Attribution attribution(final List<double[]> masks) {
		final double[] mean = new double[pyramid.places()];
		masks.forEach(m -> IntStream.range(0, mean.length).forEach(k -> mean[k] += m[k] / masks.size()));
		final float[] raw = new float[image.length()];
		for (int k = 0; k < raw.length; k++)
			raw[k] = (float) Math.min(1, mean[k % mean.length]);
		final Map<String, String> facts = new LinkedHashMap<>();
		facts.put("score of the perturbed image", number(none));
		for (int i = 0; i < masks.size(); i++)
			tell(masks.get(i), isExtremal() ? "mask of area " + method.areas().get(i) : "mask", facts);
		return InputMap.of(Tensor.of(raw, image.shape()), false, ChannelReduction.MEAN, target, output, facts).signed(false);
	}

	private void tell(final double[] mask, final String name, final Map<String, String> facts) {
		final double[] rest = Arrays.stream(mask).map(m -> 1 - m).toArray();
		facts.put(name, String.format(Locale.ROOT, "covers %.3g %%, score with it %s, without it %s", 100 * Arrays.stream(mask)
			.average().orElseThrow(), number(score(pyramid.seen(mask))), number(score(pyramid.seen(rest)))));
	}

	private static String number(final double v) {
		return String.format(Locale.ROOT, "%.4g", v);
	}
}
