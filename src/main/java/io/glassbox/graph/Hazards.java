package io.glassbox.graph;

import java.util.Map;
import java.util.Set;

/**
 * Settings of operators that a native engine may not survive: steps of zero, by which it divides, windows of no or
 * negative size. They are looked for before an engine sees the network.
 */
public final class Hazards {

	/** One or more. */
	private static final Set<String> POSITIVE = Set.of("strides", "dilations", "kernel_shape", "group", "num_groups",
		"blocksize", "block_size", "size", "num_heads", "q_num_heads", "kv_num_heads", "num_outputs", "output_height", "output_width");

	/** No less than zero. */
	private static final Set<String> NOT_NEGATIVE = Set.of("output_padding", "output_size", "sampling_ratio");
	private static final Set<String> WINDOWS = Set.of("Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool");

	/** More than any axis or any window of an image; small enough that sums and products of a few fit in 64 bits. */
	private static final long LARGEST = Integer.MAX_VALUE;
	private static final long MOST_AXES = 64;

	private Hazards() {}

	/** @throws GlassboxException if an operator of the network has such a setting */
	public static void check(final Network network) {
		network.nodes().forEach(n -> check(n.op(), n.label()));
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
