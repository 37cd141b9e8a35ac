package io.glassbox.method;

import io.glassbox.perturb.Halves;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * Owen values of a hierarchy of halves, as far as it has been cut so far.
 * <p>
 * Owen, <em>Values of Games with a Priori Unions</em>, 1977, for unions within unions. When a part is cut, its halves
 * play a game of two: each gets what it adds when it comes first and what it adds when it comes second, half of either.
 * Both are cut further in turn, each beside every combination of whole halves above that there is, so that the number
 * of combinations grows with the square of the number of pixels, not with a power. The result is what Shapley values
 * would be, were only those orders of pixels possible in which each half comes completely before or after the other.
 * </p>
 * <p>
 * To cut all is too much for most images. As SHAP's Partition explainer, this cuts what changes the score most first,
 * weighed by how much of the value it stands for; parts that were never cut share what they add evenly among their
 * elements. So the values add up at any time.
 * </p>
 */
final class OwenTree {

	private final Node root;
	private final int targets;
	private final PriorityQueue<Cut> queue = new PriorityQueue<>();
	private int made;

	/** Whole parts that are there, while others are not. */
	record There(Halves.Part part, There rest) {}

	/** A part, its value as far as it is not left to be cut, and its halves once it was cut in any combination. */
	private static final class Node {

		private final Halves.Part part;
		private final double[] settled;
		private List<Node> halves = List.of();

		Node(final Halves.Part part, final int targets) {
			this.part = part;
			settled = new double[targets];
		}
	}

	/** A part that may be cut, beside parts that are there, null for none. */
	final class Cut implements Comparable<Cut> {

		private final Node node;
		private final There beside;
		private final double[] without;
		private final double[] with;
		private final double weight;
		private final double change;
		private final int number = made++;

		Cut(final Node node, final There beside, final double[] without, final double[] with, final double weight) {
			this.node = node;
			this.beside = beside;
			this.without = without;
			this.with = with;
			this.weight = weight;
			change = weight * IntStream.range(0, targets).mapToDouble(t -> Math.abs(with[t] - without[t])).max().orElseThrow();
		}

		/** One half beside what is there. */
		There half(final int which) {
			return new There(node.halves.get(which).part, beside);
		}

		/** What changes the score most comes first, of equals the older. */
		@Override
		public int compareTo(final Cut other) {
			return change == other.change ? Integer.compare(number, other.number) : Double.compare(other.change, change);
		}
	}

	/**
	 * @param without scores when nothing is there, one for each target
	 * @param with scores when all is there
	 */
	OwenTree(final Halves.Part whole, final double[] without, final double[] with) {
		targets = with.length;
		root = new Node(whole, targets);
		add(root, null, without, with, 1);
	}

	/** Takes out the parts that should be cut next; fewer than so many if no more are left. */
	List<Cut> next(final int most) {
		final List<Cut> cuts = new ArrayList<>();
		while (cuts.size() < most && !queue.isEmpty()) {
			final Cut cut = queue.remove();
			if (cut.node.halves.isEmpty()) cut.node.halves = cut.node.part.halves().stream().map(p -> new Node(p, targets)).toList();
			cuts.add(cut);
		}
		return cuts;
	}

	/** Cuts a part whose halves were scored. */
	void cut(final Cut cut, final double[] first, final double[] second) {
		final double half = cut.weight / 2;
		add(cut.node.halves.get(0), cut.beside, cut.without, first, half);
		add(cut.node.halves.get(1), cut.beside, cut.without, second, half);
		add(cut.node.halves.get(0), cut.half(1), second, cut.with, half);
		add(cut.node.halves.get(1), cut.half(0), first, cut.with, half);
	}

	private void add(final Node node, final There beside, final double[] without, final double[] with,
		final double weight)
	{
		final Cut cut = new Cut(node, beside, without, with, weight);
		if (node.part.isSingle()) settle(cut);
		else queue.add(cut);
	}

	private static void settle(final Cut cut) {
		for (int t = 0; t < cut.with.length; t++)
			cut.node.settled[t] += (cut.with[t] - cut.without[t]) * cut.weight;
	}

	/** Whether all was cut, in every combination. */
	boolean isExact() {
		return queue.isEmpty();
	}

	/** Into how many parts the whole has been cut. */
	int parts() {
		return parts(root);
	}

	private static int parts(final Node node) {
		return node.halves.isEmpty() ? 1 : node.halves.stream().mapToInt(OwenTree::parts).sum();
	}

	/**
	 * The value of each element for one target. What is still to be cut is shared evenly.
	 *
	 * @param order of the elements, see {@link Halves}
	 */
	double[] values(final int target, final int[] order) {
		final double[] shared = new double[root.part.size()];
		share(root, 0, target, open(target), shared);
		final double[] values = new double[shared.length];
		for (int k = 0; k < shared.length; k++)
			values[order[k]] = shared[k];
		return values;
	}

	/** What parts add that are still to be cut. */
	private Map<Node, Double> open(final int target) {
		final Map<Node, Double> open = new IdentityHashMap<>();
		for (final Cut cut : queue)
			open.merge(cut.node, (cut.with[target] - cut.without[target]) * cut.weight, Double::sum);
		return open;
	}

	/** @param each what each element of the part gets from larger parts */
	private static void share(final Node node, final double each, final int target,
		final Map<Node, Double> open, final double[] shared)
	{
		final double own = each + (node.settled[target] + open.getOrDefault(node, 0.0)) / node.part.size();
		if (node.halves.isEmpty()) Arrays.fill(shared, node.part.from(), node.part.from() + node.part.size(), own);
		else node.halves.forEach(half -> share(half, own, target, open, shared));
	}
}
