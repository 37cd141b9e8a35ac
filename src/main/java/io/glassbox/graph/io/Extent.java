package io.glassbox.graph.io;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A number of samples, channels or pixels that may differ from run to run: the extent of a value along an axis, or what
 * is computed from such extents.
 * <p>
 * It takes part in the network's own shape arithmetic as a {@code Long} would. Sums and products are kept multiplied
 * out, as a polynomial of extents, so that what cancels does: {@code (n * 64) / 64} is {@code n}, and equal numbers are
 * equal however they were reached. Only when an operator needs it as an operand does {@link GraphDraft} compute it in
 * the graph. It becomes a plain number once some operator or check in the author's code fixes it.
 * </p>
 */
final class Extent {

	/** Products of more extents, and sums of more products, are no shape arithmetic. */
	private static final int HIGHEST_DEGREE = 16;
	private static final int MOST_TERMS = 64;
	private static final int LONGEST_KEY = 4096;

	private static final Comparator<List<Extent>> BY_KEYS = Comparator.comparing(List::toString);

	/** The value this is an extent of; null for arithmetic. */
	final String value;
	final int axis;

	/** {@code Div} or {@code Mod} (both rounding down), {@code Min} or {@code Max}; null for an extent and for a polynomial. */
	final String operator;
	final Object left;
	final Object right;

	/** Coefficients by products of extents, the constant by the empty product; null if this is no polynomial. */
	final Map<List<Extent>, Long> terms;

	private final String key;
	private Long known;

	private Extent(final String value, final int axis) {
		this(value, axis, null, null, null, null, value + "@" + axis);
	}

	private Extent(final String value, final int axis, final String operator, final Object left, final Object right,
		final Map<List<Extent>, Long> terms, final String key)
	{
		this.value = value;
		this.axis = axis;
		this.operator = operator;
		this.left = left;
		this.right = right;
		this.terms = terms;
		this.key = key;
		if (key.length() > LONGEST_KEY) throw tooComplex();
	}

	private static UnsupportedConstruct tooComplex() {
		return new UnsupportedConstruct("arithmetic with the size of the input that is too long");
	}

	/** @param axis counted from the last if negative */
	static Extent of(final String value, final int axis) {
		return new Extent(value, axis);
	}

	/**
	 * @param operator {@code Add}, {@code Sub}, {@code Mul}, {@code Div} (rounding down), {@code Mod}, {@code Min} or
	 *          {@code Max}
	 * @return a Long or an Extent
	 */
	static Object computed(final String operator, final Object left, final Object right) {
		final Object a = settled(left);
		final Object b = settled(right);
		if (a instanceof Long x && b instanceof Long y) return plain(operator, x, y);
		return switch (operator) {
			case "Add" -> sum(terms(a), terms(b), 1);
			case "Sub" -> sum(terms(a), terms(b), -1);
			case "Mul" -> product(terms(a), terms(b));
			case "Div" -> divided(a, b);
			case "Mod" -> remainder(a, b);
			default -> extreme(operator, a, b);
		};
	}

	private static long plain(final String operator, final long x, final long y) {
		return switch (operator) {
			case "Add" -> Math.addExact(x, y);
			case "Sub" -> Math.subtractExact(x, y);
			case "Mul" -> Math.multiplyExact(x, y);
			case "Div" -> Math.floorDiv(x, y);
			case "Mod" -> Math.floorMod(x, y);
			case "Min" -> Math.min(x, y);
			case "Max" -> Math.max(x, y);
			default -> throw new IllegalArgumentException(operator);
		};
	}

	// -- polynomials --

	private static Map<List<Extent>, Long> terms(final Object number) {
		if (number instanceof Extent e) return e.terms != null ? e.terms : Map.of(List.of(e), 1L);
		return (Long) number == 0 ? Map.of() : Map.of(List.of(), (Long) number);
	}

	private static Object sum(final Map<List<Extent>, Long> a, final Map<List<Extent>, Long> b, final long sign) {
		final Map<List<Extent>, Long> all = new TreeMap<>(BY_KEYS);
		all.putAll(a);
		b.forEach((factors, n) -> all.merge(factors, Math.multiplyExact(sign, n), Math::addExact));
		return polynomial(all);
	}

	private static Object product(final Map<List<Extent>, Long> a, final Map<List<Extent>, Long> b) {
		final Map<List<Extent>, Long> all = new TreeMap<>(BY_KEYS);
		a.forEach((p, m) -> b.forEach((q, n) -> {
			final List<Extent> factors = new ArrayList<>(p);
			factors.addAll(q);
			factors.sort(Comparator.comparing(f -> f.key));
			if (factors.size() > HIGHEST_DEGREE) throw tooComplex();
			all.merge(List.copyOf(factors), Math.multiplyExact(m, n), Math::addExact);
		}));
		return polynomial(all);
	}

	private static Object polynomial(final Map<List<Extent>, Long> terms) {
		terms.values().removeIf(n -> n == 0);
		if (terms.size() > MOST_TERMS) throw tooComplex();
		if (terms.isEmpty()) return 0L;
		if (terms.size() == 1) {
			final Map.Entry<List<Extent>, Long> only = terms.entrySet().iterator().next();
			if (only.getKey().isEmpty()) return only.getValue();
			if (only.getKey().size() == 1 && only.getValue() == 1) return only.getKey().get(0);
		}
		return new Extent(null, 0, null, null, null, terms, terms.toString());
	}

	/** The part of {@code a} that {@code b} divides without rest, divided. */
	private static Object quotient(final Object a, final Object b) {
		final Map<List<Extent>, Long> exact = new TreeMap<>(BY_KEYS);
		final Map<List<Extent>, Long> divisor = terms(b);
		if (divisor.size() != 1) return a.equals(b) ? (Object) 1L : 0L;
		final Map.Entry<List<Extent>, Long> by = divisor.entrySet().iterator().next();
		terms(a).forEach((factors, n) -> {
			final List<Extent> left = new ArrayList<>(factors);
			if (n % by.getValue() == 0 && by.getKey().stream().allMatch(left::remove)) exact.put(left, n / by.getValue());
		});
		return polynomial(exact);
	}

	private static Object divided(final Object a, final Object b) {
		if (Long.valueOf(0).equals(b)) throw new UnsupportedConstruct("a division by zero");
		final Object whole = quotient(a, b);
		final Object rest = computed("Sub", a, computed("Mul", whole, b));
		final Object more = rest instanceof Long r && b instanceof Long d ? (Object) Math.floorDiv(r, d)
			: rest instanceof Long r && r == 0 ? rest : operation("Div", rest, b);
		return computed("Add", whole, more);
	}

	private static Object remainder(final Object a, final Object b) {
		if (Long.valueOf(0).equals(b)) throw new UnsupportedConstruct("a division by zero");
		final Object rest = computed("Sub", a, computed("Mul", quotient(a, b), b));
		if (rest instanceof Long r && (r == 0 || b instanceof Long)) return r == 0 ? 0L : Math.floorMod(r, (Long) b);
		return operation("Mod", rest, b);
	}

	private static Object extreme(final String operator, final Object a, final Object b) {
		final int order = order(a, b);
		if (order != UNORDERED) return order <= 0 == operator.equals("Min") ? a : b;
		return operation(operator, a, b);
	}

	private static Extent operation(final String operator, final Object a, final Object b) {
		return new Extent(null, 0, operator, a, b, null, operator + "(" + a + ", " + b + ")");
	}

	/** What {@link #order} says of numbers of which only running the network tells which is larger. */
	static final int UNORDERED = Integer.MIN_VALUE;

	/** Negative if {@code a} is certainly less than {@code b}, 0 if they are equal, positive if it is certainly more. */
	static int order(final Object a, final Object b) {
		final Object difference = computed("Sub", a, b);
		if (difference instanceof Long n) return Long.signum(n);
		if (isPositive(difference)) return 1;
		return isPositive(computed("Sub", b, a)) ? -1 : UNORDERED;
	}

	/** Whether this is certainly at least 1, as the extents of what is not empty are, their sums and their products. */
	boolean isPositive() {
		if (terms != null) return terms.entrySet().stream().allMatch(t -> t.getValue() > 0 && t.getKey().stream().allMatch(
			f -> f.isPositive()));
		return operator == null || operator.equals("Max") && (isPositive(left) || isPositive(right));
	}

	private static boolean isPositive(final Object number) {
		return number instanceof Extent e ? e.isPositive() : (Long) number > 0;
	}

	// -- what becomes known --

	/** Fixes this extent. */
	void settle(final long number) {
		known = number;
	}

	/** The Long that an extent has turned out to be, or what was given if it is anything else. */
	static Object settled(final Object number) {
		if (!(number instanceof Extent e)) return number;
		if (e.known != null) return e.known;
		if (e.operator != null) {
			final Object a = settled(e.left);
			final Object b = settled(e.right);
			return a == e.left && b == e.right ? e : computed(e.operator, a, b);
		}
		if (e.terms == null || e.terms.keySet().stream().allMatch(factors -> factors.stream().allMatch(f -> settled(
			f) == f))) return e;
		Object sum = 0L;
		for (final Map.Entry<List<Extent>, Long> term : e.terms.entrySet()) {
			Object product = term.getValue();
			for (final Extent factor : term.getKey())
				product = computed("Mul", product, settled(factor));
			sum = computed("Add", sum, product);
		}
		return sum;
	}

	@Override
	public boolean equals(final Object other) {
		return other instanceof Extent e && key.equals(e.key);
	}

	@Override
	public int hashCode() {
		return key.hashCode();
	}

	@Override
	public String toString() {
		return key;
	}
}
