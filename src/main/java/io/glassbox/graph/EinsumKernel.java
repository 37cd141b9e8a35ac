package io.glassbox.graph;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Sums of products told by an equation, {@code bhid,bhjd->bhij}: each axis has a letter, and a letter that the result
 * lacks is summed over.
 * <p>
 * Operands are joined two at a time. Letters fall into those of both operands and the result (a batch), of
 * both but not the result (summed), and of one alone; so that each join is one matrix product. Three dots stand for as
 * many axes as there are left over.
 * </p>
 */
final class EinsumKernel {

	/** Where the letters that stand for the dots begin. */
	private static final int DOTS = 1000;

	private EinsumKernel() {}

	static void register(final Map<String, Kernel> table) {
		Kernels.single(table, "Einsum", c -> evaluate(c.attributes().string("equation", "").replace(" ", ""), c.in()));
	}

	/** An operand and the letter of each of its axes, no letter twice. */
	private record Lettered(PtNDArray x, List<Integer> letters) {

		long extent(final int letter) {
			final int axis = letters.indexOf(letter);
			return axis < 0 ? 1 : x.getShape().get(axis);
		}

		/** Without the axes of letters nobody needs any more, over which it is summed. */
		Lettered needing(final Set<Integer> needed) {
			final long[] gone = letters.stream().filter(l -> !needed.contains(l)).mapToLong(letters::indexOf).toArray();
			return gone.length == 0 ? this : new Lettered(JniUtils.sum(x, gone, false), letters.stream().filter(
				needed::contains).toList());
		}

		/** Its axes in this order; a letter it lacks becomes an axis of one. */
		PtNDArray ordered(final List<Integer> order) {
			final long[] perm = order.stream().filter(letters::contains).mapToLong(letters::indexOf).toArray();
			final PtNDArray moved = JniUtils.permute(x, perm);
			return JniUtils.reshape(moved, order.stream().mapToLong(this::extent).toArray());
		}
	}

	private static PtNDArray evaluate(final String equation, final PtNDArray[] operands) {
		final String[] sides = equation.split("->", -1);
		final String[] terms = sides[0].split(",", -1);
		if (terms.length != operands.length) throw new GlassboxException("Einsum '" + equation + "' is about " +
			terms.length + " operands, but has " + operands.length + ".");
		int dots = 0;
		final List<Lettered> all = new ArrayList<>();
		for (int i = 0; i < terms.length; i++) {
			final int rank = operands[i].getShape().dimension();
			final int left = rank - terms[i].replace("...", "").length();
			if (left < 0 || left > 0 && !terms[i].contains("...")) throw new GlassboxException("Einsum '" + equation +
				"' has as operand " + i + " an array of " + rank + " axes.");
			dots = Math.max(dots, left);
			all.add(diagonal(operands[i], letters(terms[i], left)));
		}
		final List<Integer> wanted = sides.length > 1 ? letters(sides[1], dots) : implied(terms, dots);
		return joined(all, wanted).ordered(wanted);
	}

	private static List<Integer> letters(final String term, final int dots) {
		final List<Integer> letters = new ArrayList<>();
		final int at = term.indexOf("...");
		for (int i = 0; i < term.length(); i++)
			if (i == at) {
				for (int k = dots; k > 0; k--)
					letters.add(DOTS + k);
				i += 2;
			}
			else letters.add((int) term.charAt(i));
		return letters;
	}

	/** Without an arrow: the dots, then the letters that occur once, in alphabetical order. */
	private static List<Integer> implied(final String[] terms, final int dots) {
		final Map<Integer, Integer> counts = new TreeMap<>();
		for (final String term : terms)
			term.replace("...", "").chars().forEach(l -> counts.merge(l, 1, Integer::sum));
		final List<Integer> wanted = new ArrayList<>(letters("...", dots));
		counts.forEach((letter, n) -> {
			if (n == 1) wanted.add(letter);
		});
		return wanted;
	}

	/** Of axes with the same letter the diagonal. */
	private static Lettered diagonal(final PtNDArray operand, final List<Integer> given) {
		PtNDArray x = operand;
		final List<Integer> letters = new ArrayList<>(given);
		for (int i = 0; i < letters.size(); i++) {
			final int letter = letters.get(i);
			final int twin = letters.lastIndexOf(letter);
			if (twin == i) continue;
			x = JniUtils.diagonal(x, 0, i, twin);
			letters.remove(twin);
			letters.remove(i);
			letters.add(letter);
			i = -1;
		}
		return new Lettered(x, letters);
	}

	private static Lettered joined(final List<Lettered> all, final List<Integer> wanted) {
		Lettered result = null;
		for (int i = 0; i < all.size(); i++) {
			final Set<Integer> later = new LinkedHashSet<>(wanted);
			all.subList(i + 1, all.size()).forEach(o -> later.addAll(o.letters()));
			final Set<Integer> now = new LinkedHashSet<>(later);
			if (result != null) now.addAll(result.letters());
			final Lettered next = all.get(i).needing(now);
			if (result == null) result = next;
			else {
				final Set<Integer> both = new LinkedHashSet<>(later);
				both.addAll(next.letters());
				result = product(result.needing(both), next, later);
			}
		}
		return result;
	}

	private static Lettered product(final Lettered a, final Lettered b, final Set<Integer> needed) {
		final List<Integer> batch = new ArrayList<>();
		final List<Integer> summed = new ArrayList<>();
		final List<Integer> left = new ArrayList<>();
		final List<Integer> right = new ArrayList<>();
		for (final int letter : a.letters())
			(!b.letters().contains(letter) ? left : needed.contains(letter) ? batch : summed).add(letter);
		b.letters().stream().filter(l -> !a.letters().contains(l)).forEach(right::add);
		final PtNDArray x = JniUtils.reshape(a.ordered(joined(batch, left, summed)), shape(a, batch, left, summed));
		final PtNDArray y = JniUtils.reshape(b.ordered(joined(batch, summed, right)), shape(b, batch, summed, right));
		final PtNDArray product = JniUtils.matmul(x, y);
		final List<Integer> letters = joined(batch, left, right);
		final long[] shape = letters.stream().mapToLong(l -> Math.max(a.extent(l), b.extent(l))).toArray();
		return new Lettered(JniUtils.reshape(product, shape), letters);
	}

	@SafeVarargs
	private static List<Integer> joined(final List<Integer>... lists) {
		return Arrays.stream(lists).flatMap(List::stream).toList();
	}

	/** The batch axis by axis, so that one of extent one may meet a longer one; the others each as one. */
	private static long[] shape(final Lettered x, final List<Integer> batch, final List<Integer> rows,
		final List<Integer> columns)
	{
		final long[] shape = new long[batch.size() + 2];
		for (int i = 0; i < batch.size(); i++)
			shape[i] = x.extent(batch.get(i));
		shape[shape.length - 2] = rows.stream().mapToLong(x::extent).reduce(1, (p, q) -> p * q);
		shape[shape.length - 1] = columns.stream().mapToLong(x::extent).reduce(1, (p, q) -> p * q);
		return shape;
	}
}
