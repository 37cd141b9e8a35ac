package io.glassbox.graph;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Follows the axis of the channels through a network: second in a picture as convolutions take it, last where linear
 * layers and layer normalisation work, none while heads or groups are apart.
 * <p>
 * Shapes alone do not tell: 1 x 7 x 7 x 768 is no picture of 7 channels. Convolutions and linear layers settle the axis,
 * transposes move it, reshapes keep it where the extents around it allow, and lose it where they cut it. What comes
 * back from such a cut has its channels where the same number of them is found again.
 * </p>
 */
final class ChannelAxes {

	private static final int LOST = -1;

	/** @param last whether the axis was the last one when it was seen last, rather than the second */
	private record Place(int axis, int channels, boolean last) {}

	private final Network network;
	private final Map<String, int[]> shapes;
	private final Map<String, Place> places = new HashMap<>();

	/** @param shapes of all values, see {@link Model#shapes} */
	ChannelAxes(final Network network, final Map<String, int[]> shapes) {
		this.network = network;
		this.shapes = shapes;
		network.inputs().stream().filter(p -> rank(p.name()) > 1).forEach(p -> put(p.name(), 1, null));
		network.nodes().forEach(this::follow);
	}

	/** The axis of a value's channels, or a negative number if they are on none. */
	int of(final String value) {
		final Place place = places.get(value);
		return place == null ? LOST : place.axis;
	}

	private int rank(final String value) {
		return shapes.containsKey(value) ? shapes.get(value).length : 0;
	}

	private void follow(final Node node) {
		final Optional<String> from = operand(node);
		if (from.isEmpty()) return;
		for (final String out : node.outputs())
			if (rank(out) > 0) put(out, axis(node, from.get(), out), places.get(from.get()));
	}

	/** The operand whose layout the result has: of those that are followed one of the result's rank, else the first. */
	private Optional<String> operand(final Node node) {
		return node.inputs().stream().filter(places::containsKey).filter(v -> rank(v) == rank(node.output())).findFirst().or(
			() -> node.inputs().stream().filter(places::containsKey).findFirst());
	}

	private void put(final String value, final int axis, final Place before) {
		final int[] shape = shapes.get(value);
		if (axis >= 0 && axis < shape.length) places.put(value, new Place(axis, shape[axis], axis > 1 && axis == shape.length -
			1));
		else if (before != null) places.put(value, new Place(LOST, before.channels, before.last));
	}

	private int axis(final Node node, final String in, final String out) {
		final Place place = places.get(in);
		final int[] from = shapes.get(in);
		final int[] to = shapes.get(out);
		switch (node.op().type()) {
			case "Conv", "ConvTranspose", "BatchNormalization", "DepthToSpace", "SpaceToDepth":
				return 1;
			case "Gemm":
				return to.length - 1;
			case "MatMul":
				return network.constant(node.input(1)).isPresent() ? to.length - 1 : LOST;
			case "Einsum":
				return LOST;
			case "Transpose":
				return place.axis < 0 ? LOST : transposed(node, place.axis, to.length);
			case "Reshape", "Flatten":
				final int kept = place.axis < 0 ? LOST : kept(from, place.axis, to);
				return kept < 0 ? foundAgain(place, to) : kept;
			default:
				if (from.length == to.length) return place.axis;
				return place.axis >= 0 && place.axis < to.length && to[place.axis] == place.channels ? place.axis : foundAgain(
					place, to);
		}
	}

	private static int transposed(final Node node, final int axis, final int rank) {
		final long[] perm = node.op().attributes().integers("perm", null);
		for (int i = 0; i < rank; i++)
			if ((perm == null ? rank - 1 - i : perm[i]) == axis) return i;
		return LOST;
	}

	/** The axis of the same extent with as many elements before it, nearest to the old place if extents of 1 leave a choice. */
	private static int kept(final int[] from, final int axis, final int[] to) {
		long before = 1;
		for (int i = 0; i < axis; i++)
			before *= from[i];
		int best = LOST;
		long product = 1;
		for (int j = 0; j < to.length; product *= to[j++])
			if (product == before && to[j] == from[axis] && (best < 0 || Math.abs(j - axis) < Math.abs(best - axis))) best = j;
		return best;
	}

	private static int foundAgain(final Place place, final int[] shape) {
		int found = LOST;
		int count = 0;
		for (int j = 1; j < shape.length; j++)
			if (shape[j] == place.channels) {
				found = j;
				count++;
			}
		if (count < 2) return found;
		final int likely = place.last ? shape.length - 1 : 1;
		return shape[likely] == place.channels ? likely : LOST;
	}
}
