package io.glassbox.graph.patch;

import io.glassbox.graph.Attributes;
import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.Window;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An operator that looks through a window, such as a convolution, and what is done to its result place by place: all of them
 * are computed for the same box of places.
 *
 * @param root the operator with the window; none where the image is altered place by place at first
 * @param each what follows place by place, in computing order
 * @param beside what those read of earlier stages, at the same places; may be the image
 * @param made values that somebody else reads
 * @param extents of all maps made here
 * @param work of the whole maps for one sample, in multiplications
 */
record Stage(Optional<Root> root, List<Node> each, List<String> beside, List<String> made, int[] extents, double work) {

	/**
	 * @param source the map that is looked at
	 * @param outside what stands for places beyond its border
	 */
	record Root(Node node, String source, Window window, float outside) {

		/** The name of a patch of the source, wider than the box by what the window sees. */
		String around() {
			return source + " around";
		}

		/** The places of the source that a box depends on, which may lie outside; of the box's size only. */
		int[] seen(final int[] size) {
			final int[] seen = new int[size.length];
			Arrays.setAll(seen, a -> (int) ((size[a] - 1) * window.strides()[a] + reach(a)));
			return seen;
		}

		int[] seenFrom(final int[] from) {
			final int[] seen = new int[from.length];
			Arrays.setAll(seen, a -> (int) (from[a] * window.strides()[a] - window.begins()[a]));
			return seen;
		}

		private long reach(final int axis) {
			return window.dilations()[axis] * (window.kernel()[axis] - 1) + 1;
		}

		/** The places that see something of a box of the source; at least one, even if windows step over all of it. */
		Box seeing(final Box changed, final int[] extents) {
			final int[] from = new int[extents.length];
			final int[] to = new int[extents.length];
			for (int a = 0; a < extents.length; a++) {
				final long stride = window.strides()[a];
				final long begin = window.begins()[a];
				final long first = -Math.floorDiv(-(changed.from()[a] + begin - reach(a) + 1), stride);
				final long last = Math.floorDiv(changed.to()[a] - 1 + begin, stride);
				from[a] = (int) Math.max(0, Math.min(extents[a] - 1, first));
				to[a] = (int) Math.max(from[a] + 1, Math.min(extents[a], last + 1));
			}
			return new Box(from, to);
		}

		/** The operator on a patch that has its border around it already. */
		Node bare() {
			if (node.is("Pad")) return new Node(node.id(), node.layer(), Operator.of("Identity"), List.of(around()), node.outputs());
			final Attributes bare = node.op().attributes().with("pads", new long[2 * window.kernel().length]).with("auto_pad",
				"NOTSET");
			final List<String> operands = new ArrayList<>(node.inputs());
			operands.set(0, around());
			return new Node(node.id(), node.layer(), new Operator(node.op().type(), bare.has("ceil_mode") ? bare.with("ceil_mode", 0)
				: bare), operands, node.outputs());
		}
	}

	/** All of it, in computing order. */
	Stream<Node> nodes() {
		return Stream.concat(root.stream().map(Root::node), each.stream());
	}

	/** The box of places that may change with its operands. */
	Box changed(final Map<String, Box> changed) {
		final Optional<Box> seen = root.map(r -> r.seeing(changed.get(r.source), extents));
		return beside.stream().map(changed::get).reduce(seen.orElse(null), (a, b) -> a == null ? b : a.with(b));
	}

	/** What is computed on patches: takes the source's patch first, if there is a root, then those beside. */
	Network network(final Network whole, final Map<String, long[]> shapes) {
		final Network.Builder b = Network.builder();
		root.ifPresent(r -> b.input(port(r.around(), shapes.get(r.source))));
		beside.forEach(v -> b.input(port(v, shapes.get(v))));
		whole.constants().forEach(b::constant);
		root.ifPresent(r -> b.node(r.bare()));
		each.forEach(b::node);
		made.forEach(v -> b.output(port(v, shapes.get(v))));
		return b.build();
	}

	/** Any number of patches of any size. */
	private static Port port(final String name, final long[] shape) {
		final int[] open = new int[shape.length];
		Arrays.fill(open, Port.ANY);
		open[1] = (int) shape[1];
		return new Port(name, open);
	}
}
