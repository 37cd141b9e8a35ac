package io.glassbox.method;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.Progress;
import io.glassbox.graph.Tensor;
import io.glassbox.perturb.Halves;
import io.glassbox.perturb.TimeLeft;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Partition SHAP: a fine map from few combinations, by cutting the image in halves where it matters, see
 * {@link OwenTree}.
 * <p>
 * Pixels play, not segments: what becomes absent are boxes of the image. A network's score of an image without a box
 * says less of that image the more the box's edges matter to it. Several targets share one order of cuts, by the target
 * that changes most; alone, each would be cut a little elsewhere.
 * </p>
 *
 * @param samples combinations to score, at most
 * @param absolute whether magnitudes are shown
 */
record PartitionShap(int samples, boolean absolute) {

	/** Parts that are cut at once: two combinations each fill a batch. The order of cuts depends on it. */
	private static final int AT_ONCE = 8;

	List<Attribution> explain(final Game game, final Progress progress) {
		return new Run(game, progress).explain();
	}

	/** One explanation in the making. */
	private final class Run {

		private final Game game;
		private final Halves halves;
		private final float[] present;
		private final Progress progress;
		private final TimeLeft left = new TimeLeft(samples);
		private final double[] none;
		private final double[] all;
		private final OwenTree tree;
		private int scored;

		Run(final Game game, final Progress progress) {
			this.game = game;
			this.progress = progress;
			halves = Halves.of(game.inputs());
			present = halves.elements().joined();
			final double[][] ends = scores(List.of(Optional.empty(), Optional.of(new OwenTree.There(halves.whole(), null))));
			none = ends[0];
			all = ends[1];
			tree = new OwenTree(halves.whole(), none, all);
		}

		List<Attribution> explain() {
			while (!tree.isExact() && scored + 2 <= samples) {
				final List<OwenTree.Cut> cuts = tree.next(Math.min(AT_ONCE, (samples - scored) / 2));
				final double[][] scores = scores(cuts.stream().flatMap(c -> IntStream.range(0, 2).mapToObj(h -> Optional.of(c.half(h))))
					.toList());
				for (int i = 0; i < cuts.size(); i++)
					tree.cut(cuts.get(i), scores[2 * i], scores[2 * i + 1]);
				progress.partial(() -> attribution(0));
			}
			return IntStream.range(0, all.length).mapToObj(this::attribution).toList();
		}

		/** The scores of some combinations, for each one for each target. */
		private double[][] scores(final List<Optional<OwenTree.There>> combinations) {
			final double[][] scores = new double[combinations.size()][];
			game.score(scores.length, (first, n) -> copies(combinations.subList(first, first + n)), new Progress() {

				@Override
				public void update(final double fraction, final String status) {
					progress.update((double) scored / samples, "combination " + scored + " of " + samples + left.after(scored));
				}

				@Override
				public boolean isCancelled() {
					return progress.isCancelled();
				}
			}, "combination", (i, of) -> {
				scores[i] = of;
				scored++;
				return true;
			});
			return scores;
		}

		private List<Tensor> copies(final List<Optional<OwenTree.There>> combinations) {
			final int length = present.length;
			final int[] order = halves.order();
			final float[] copies = new float[Math.multiplyExact(combinations.size(), length)];
			IntStream.range(0, combinations.size()).parallel().forEach(i -> {
				System.arraycopy(game.absent().elements(), 0, copies, i * length, length);
				final boolean[] has = new boolean[length];
				for (OwenTree.There there = combinations.get(i).orElse(null); there != null; there = there.rest()) {
					final int from = there.part().from();
					final int to = from + there.part().size();
					for (int k = from; k < to; k++) {
						copies[i * length + order[k]] = present[order[k]];
						has[order[k]] = true;
					}
				}
				game.absent().fill(copies, i * length, e -> !has[e]);
			});
			return halves.elements().samples(copies, combinations.size());
		}

		private Attribution attribution(final int target) {
			final double[] values = tree.values(target, halves.order());
			final ShapleyValues.Found found = new ShapleyValues.Found(values, Optional.empty(), all[target], none[target], scored);
			found.requireEfficiency();
			final Map<String, String> facts = new LinkedHashMap<>();
			facts.put("Owen values", tree.isExact() ? "exact" : "cut as far as the samples go");
			facts.put("parts", "" + tree.parts());
			facts.put("combinations scored", "" + scored);
			facts.put("score without anything", number(none[target]));
			facts.put("sum of all values", number(found.sum()) + " of " + number(all[target] - none[target]));
			return game.attribution(target, values, absolute, facts);
		}
	}

	private static String number(final double v) {
		return String.format(Locale.ROOT, "%.4g", v);
	}
}
