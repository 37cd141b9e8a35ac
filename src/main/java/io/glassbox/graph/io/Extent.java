package io.glassbox.graph.io;

/**
 * A number of samples, channels or pixels that may differ from run to run: the extent of a value along an axis, or what
 * is computed from such extents.
 * <p>
 * It takes part in the network's own shape arithmetic as a {@code Long} would. Only when an operator
 * needs it as an operand does {@link GraphDraft} compute it in the graph. It becomes a plain number once
 * some operator or check in the author's code fixes it.
 * </p>
 */
final class Extent {

	/** The value this is an extent of; null for arithmetic. */
	final String value;
	final int axis;

	/** The ONNX operator, {@code Add}, {@code Mul} …, that computes this from two whole numbers; null for an extent. */
	final String operator;
	final Object left;
	final Object right;

	private Long known;

	private Extent(final String value, final int axis, final String operator, final Object left, final Object right) {
		this.value = value;
		this.axis = axis;
		this.operator = operator;
		this.left = left;
		this.right = right;
	}

	/** @param axis counted from the last if negative */
	static Extent of(final String value, final int axis) {
		return new Extent(value, axis, null, null, null);
	}

	/** @return a Long or an Extent */
	static Object computed(final String operator, final Object left, final Object right) {
		return settled(new Extent(null, 0, operator, left, right));
	}

	/** Fixes this extent. */
	void settle(final long number) {
		known = number;
	}

	/** Whether this is certainly at least 1, as the extents of what is not empty and their products are. */
	boolean isPositive() {
		return operator == null || operator.equals("Mul") && isPositive(left) && isPositive(right);
	}

	private static boolean isPositive(final Object number) {
		return number instanceof Extent e ? e.isPositive() : (Long) number > 0;
	}

	/** The Long that an extent has turned out to be, or what was given if it is anything else. */
	static Object settled(final Object number) {
		if (!(number instanceof Extent extent)) return number;
		if (extent.known == null && extent.operator != null) {
			final Object a = settled(extent.left);
			final Object b = settled(extent.right);
			if (a instanceof Long x && b instanceof Long y) extent.known = switch (extent.operator) {
				case "Add" -> x + y;
				case "Sub" -> x - y;
				case "Mul" -> x * y;
				case "Div" -> Math.floorDiv(x, y);
				case "Mod" -> Math.floorMod(x, y);
				case "Min" -> Math.min(x, y);
				case "Max" -> Math.max(x, y);
				default -> throw new IllegalStateException(extent.operator);
			};
			else if (extent.operator.equals("Mul") && Long.valueOf(1).equals(a)) return b;
			else if ((extent.operator.equals("Mul") || extent.operator.equals("Div")) && Long.valueOf(1).equals(b)) return a;
		}
		return extent.known != null ? (Object) extent.known : extent;
	}
}
