package io.glassbox.graph;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The shape of a sum of products as an equation tells it: {@code bij,bjk->bik}. */
final class EinsumShape {

	private EinsumShape() {}

	static long[] of(final String equation, final List<Operand> in) {
		final Map<Integer, Long> extents = extents(equation, in);
		return extents == null ? null : result(equation, extents).mapToLong(extents::get).toArray();
	}

	/** How many products there are. */
	static double products(final String equation, final List<Operand> in) {
		return extents(equation, in).values().stream().mapToDouble(n -> n).reduce(1, (p, q) -> p * q);
	}

	/** The extent of each letter; axes under dots have the letters -1, -2 … from the last. */
	private static Map<Integer, Long> extents(final String equation, final List<Operand> in) {
		final String[] terms = equation.replace(" ", "").split("->")[0].split(",", -1);
		if (terms.length != in.size()) return null;
		final Map<Integer, Long> extents = new TreeMap<>();
		for (int i = 0; i < terms.length; i++) {
			final long[] shape = in.get(i).shape();
			final int dotted = shape.length - terms[i].replace("...", "").length();
			final int[] letters = letters(terms[i], dotted);
			if (letters.length != shape.length) return null;
			for (int k = 0; k < letters.length; k++)
				extents.merge(letters[k], shape[k], Math::max);
		}
		return extents;
	}

	private static int[] letters(final String term, final int dotted) {
		final int dots = term.indexOf("...");
		if (dots < 0) return term.chars().toArray();
		return IntStream.concat(IntStream.concat(term.chars().limit(dots), IntStream.rangeClosed(1, dotted).map(i -> i -
			dotted - 1)), term.chars().skip(dots + 3)).toArray();
	}

	/** The letters after the arrow; without one, those that occur once, in alphabetical order. */
	private static IntStream result(final String equation, final Map<Integer, Long> extents) {
		final String[] sides = equation.replace(" ", "").split("->", -1);
		final int dotted = (int) extents.keySet().stream().filter(k -> k < 0).count();
		if (sides.length > 1) return IntStream.of(letters(sides[1], dotted));
		return extents.keySet().stream().mapToInt(k -> k).filter(k -> k < 0 || sides[0].indexOf(k) == sides[0].lastIndexOf(k));
	}
}
