package io.glassbox.graph;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a native engine may not survive: steps of zero, by which it divides, windows of no or negative size, windows over
 * more or fewer axes than it has. It is looked for before an engine sees the operator.
 */
public final class Hazards {

	/** One or more. */
	private static final Set<String> POSITIVE = Set.of("strides", "dilations", "kernel_shape", "group", "num_groups",
		"blocksize", "block_size", "size", "num_heads", "q_num_heads", "kv_num_heads", "num_outputs", "output_height", "output_width");

	/** No less than zero. */
	private static final Set<String> NOT_NEGATIVE = Set.of("output_padding", "output_size", "sampling_ratio");

	/** Slide a window, or a single one over everything, along the axes after the first two. */
	private static final Set<String> SPATIAL = Set.of("Conv", "ConvTranspose", "MaxPool", "AveragePool", "GlobalAveragePool",
		"GlobalMaxPool", "AdaptiveAveragePool");
	private static final int FEWEST_AXES = 3;
	private static final int MOST_SPATIAL = 5;

	/** Take a number for each axis, or for each axis twice, as operands after the first. */
	private static final Set<String> BY_AXES = Set.of("Reshape", "Expand", "Tile", "Pad", "Slice", "Squeeze", "Unsqueeze",
		"Resize");
	private static final Set<String> WINDOWS = Set.of("Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool");

	/** More than any axis or any window of an image; small enough that sums and products of a few fit in 64 bits. */
	private static final long LARGEST = Integer.MAX_VALUE;
	private static final long MOST_AXES = 64;

	private Hazards() {}

	/** @throws GlassboxException if an operator of the network has such a setting, or lacks an operand */
	public static void check(final Network network) {
		network.nodes().forEach(OperandCounts::check);
		network.nodes().forEach(n -> check(n.op(), n.label()));
	}

	/**
	 * libtorch's windows go over one to three axes; asked for another number, DJL hands back an array that is none, and
	 * whoever looks at it next takes the process down.
	 *
	 * @param operands null where nothing is known of one
	 */
	static void check(final Operator op, final String where, final List<Operand> operands) {
		check(op, where);
		if (op.is("Gemm")) matrices(where, operands);
		axes(op, where, operands);
		if (!SPATIAL.contains(op.type()) || operands.isEmpty() || operands.get(0) == null) return;
		final long[] x = operands.get(0).shape();
		if (x.length < FEWEST_AXES || x.length > MOST_SPATIAL) throw new GlassboxException("The " + op.type() + " '" + where +
			"' is given a value of shape " + Arrays.toString(x) + "; expected " + FEWEST_AXES + " to " + MOST_SPATIAL +
			" axes: samples, channels and one to three of space. The file is damaged, export it again.");
		if (op.is("Conv", "ConvTranspose") && operands.size() > 1 && operands.get(1) != null && operands.get(1)
			.shape().length != x.length) throw new GlassboxException("The " + op.type() + " '" + where + "' has a weight of shape " +
				Arrays.toString(operands.get(1).shape()) + " for a value of shape " + Arrays.toString(x) +
				"; expected as many axes. The file is damaged, export it again.");
		if (op.is("AdaptiveAveragePool")) window(op, where, "output_size", x.length);
		else window(op, where, "kernel_shape", x.length);
	}

	/** An axis is told by one number, so that a long list of them is no shape, and would make an engine ask for much. */
	private static void axes(final Operator op, final String where, final List<Operand> operands) {
		for (int i = op.is("ConstantOfShape") ? 0 : BY_AXES.contains(op.type()) ? 1 : operands.size(); i < operands
			.size(); i++)
			if (operands.get(i) != null && operands.get(i).size() > Operand.LONGEST) throw new GlassboxException("The " + op
				.type() + " '" + where + "' is told its axes by " + (long) operands.get(i).size() + " numbers; expected one or two for " +
				"each axis. The file is damaged, export it again.");
	}

	/** What Gemm multiplies has two axes, always. */
	private static void matrices(final String where, final List<Operand> operands) {
		for (final Operand o : operands.subList(0, Math.min(2, operands.size())))
			if (o != null && o.rank() != 2) throw new GlassboxException("The Gemm '" + where + "' is given a value of shape " +
				Arrays.toString(o.shape()) + "; expected two axes. The file is damaged, export it again.");
	}

	/** A convolution may leave its window to the weight. */
	private static void window(final Operator op, final String where, final String name, final int rank) {
		final long[] window = op.attributes().integers(name, null);
		if (window == null ? op.is("MaxPool", "AveragePool", "AdaptiveAveragePool") : window.length != rank - 2)
			throw new GlassboxException("The " + op.type() + " '" + where + "' has the " + name + " " + Arrays.toString(window) +
				" for a value of " + rank + " axes; expected " + (rank - 2) + " numbers. The file is damaged, export it again.");
	}

	/** @param where the node, for the message */
	static void check(final Operator op, final String where) {
		for (final Map.Entry<String, Object> e : op.attributes().asMap().entrySet())
			if (e.getValue() instanceof Long value) check(op, where, e.getKey(), value);
			else if (e.getValue() instanceof long[] values) {
				for (final long value : values)
					check(op, where, e.getKey(), value);
			}
	}

	private static void check(final Operator op, final String where, final String name, final long value) {
		final long least = POSITIVE.contains(name) ? 1 : NOT_NEGATIVE.contains(name) || name.equals("pads") && WINDOWS
			.contains(op.type()) ? 0 : name.equals("axis") || name.equals("axes") || name.equals("perm") ? -MOST_AXES : Long.MIN_VALUE;
		if (least == Long.MIN_VALUE) return;
		final long most = least < 0 ? MOST_AXES : LARGEST;
		if (value < least || value > most) throw new GlassboxException("The " + op.type() + " '" + where + "' has " + value +
			" among its " + name + ", which must lie between " + least + " and " + most +
			": the file is damaged, export it again.");
	}
}
