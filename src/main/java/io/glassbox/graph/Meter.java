package io.glassbox.graph;

import java.util.List;

/** Keeps count of what one pass through a network takes, and ends it before it takes more than its {@link Allowance}. */
final class Meter {

	/** More axes than libtorch can handle everywhere. */
	private static final int MOST_AXES = 32;

	private final Allowance allowance;
	private double held;
	private double most;
	private double work;

	Meter(final Allowance allowance) {
		this.allowance = allowance;
	}

	/** Of a pass with these inputs. */
	static Meter of(final double parameterBytes, final List<Tensor> inputs) {
		return new Meter(Allowance.of(parameterBytes, inputs.stream().mapToLong(Tensor::bytes).sum()));
	}

	/**
	 * Checks an operator before it runs.
	 *
	 * @param operands null where one is left out, or nothing is known of it
	 * @return the shapes of its results, or null if they cannot be told
	 * @throws GlassboxException if it would take too much, or is one that an engine does not survive
	 */
	long[][] before(final Operator op, final String where, final List<Operand> operands, final int results) {
		Hazards.check(op, where, operands);
		final long[][] shapes = ResultShapes.of(op, operands, results);
		if (shapes == null || shapes.length == 0) return shapes;
		for (final long[] shape : shapes)
			checkAxes(where, shape.length);
		final Costs costs = Costs.of(op, operands, shapes);
		work += costs.work();
		allowance.check(held + costs.bytes() + costs.spare(), work, where, shapes[0]);
		return shapes;
	}

	private static void checkAxes(final String where, final int axes) {
		if (axes > MOST_AXES) throw new GlassboxException("The network makes a value of " + axes + " axes in " + where + "; " +
			MOST_AXES + " is the most there can be.");
	}

	/** Counts a value that now takes memory. */
	void hold(final String where, final long[] shape) {
		checkAxes(where, shape.length);
		held += 4 * Operand.size(shape);
		most = Math.max(most, held);
		allowance.check(held, work, where, shape);
	}

	/** The most that values took at any time, in bytes. */
	double mostHeld() {
		return most;
	}

	/** Multiplications, or elements looked at, so far. */
	double work() {
		return work;
	}

	/** Counts memory that was given back. */
	void release(final long[] shape) {
		held -= 4 * Operand.size(shape);
	}
}
