package io.glassbox.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names for what is computed in a module's own code rather than by a module of its own, the same whichever file tells
 * the network: the module's path and the operator in lower case, {@code classifier.mul}, or {@code relu} in the network's
 * own code.
 * <p>
 * The second of a kind in a module is {@code relu_1}, the third {@code relu_2}, as the second call of a module is.
 * What varies with the way a file was saved is neither named nor counted: operators that only put elements elsewhere, or
 * zeros around them, and arithmetic on sizes or other numbers that are not computed from the elements of an input. Where an exporter says one
 * operator in several, as it does a GELU, those bear names of their own, which another file need not have. A name that means a layer,
 * an input or another value already is passed over.
 * </p>
 */
public final class OperatorNames {

	/** These compute nothing; how many there are depends on who wrote them down. */
	private static final Set<String> MOVING = Set.of("Cast", "Dropout", "Expand", "Flatten", "Gather", "Identity", "Pad",
		"Reshape", "Slice", "Split", "Squeeze", "Transpose", "Unsqueeze");

	private final Network network;

	/** Layers by the values they return. */
	private final Map<String, List<String>> returned = new HashMap<>();
	private final Set<String> meant = new HashSet<>();
	private final Set<String> taken = new HashSet<>();
	private final Map<String, Integer> counts = new HashMap<>();

	private OperatorNames(final Network network) {
		this.network = network;
		network.layers().forEach((layer, value) -> returned.computeIfAbsent(value, v -> new ArrayList<>()).add(layer));
		taken.addAll(network.layers().keySet());
		network.inputs().forEach(p -> meant.add(p.name()));
		network.nodes().forEach(n -> {
			meant.add(n.id());
			meant.addAll(n.outputs());
		});
	}

	/** The network with a name for every operator that computes what its module does not return. */
	public static Network given(final Network network) {
		return new OperatorNames(network).named();
	}

	private Network named() {
		final Network.Builder b = network.toBuilder();
		final Set<String> counted = counted(network.inputs().stream().map(Port::name).toList(), network.nodes(),
			new Elements(network));
		for (final Node node : network.nodes()) {
			if (!counted.contains(node.output())) continue;
			final String name = next(node);
			if (!isReturned(node)) b.operator(name, node.output());
		}
		return b.build();
	}

	/**
	 * Whether a layer returns what a node computes: its module, or one that this is in. A module called from there that only
	 * passes it on, as a Dropout does, is none; a file may not tell it.
	 */
	private boolean isReturned(final Node node) {
		final String within = node.layer().isEmpty() ? ".*" : Pattern.quote(node.layer()) + "(_\\d+)?\\..*";
		return returned.getOrDefault(node.output(), List.of()).stream().anyMatch(layer -> !layer.matches(within));
	}

	/**
	 * First outputs of the nodes that count.
	 *
	 * @param nodes in computing order
	 * @param elements of all values
	 */
	public static Set<String> counted(final Collection<String> inputs, final List<Node> nodes, final Elements elements) {
		final Set<String> computed = new HashSet<>(inputs);
		final Set<String> counted = new HashSet<>();
		final Map<String, String> cuts = new HashMap<>();
		for (final Node node : nodes) {
			if (node.is("Shape", "Size") || node.inputs().stream().noneMatch(computed::contains)) continue;
			computed.addAll(node.outputs());
			computed.remove("");
			if (node.is("Slice")) cuts.put(node.output(), node.input(0));
			if (!MOVING.contains(node.op().type()) && !joinsAgain(node, cuts) && elements.of(node
				.output()) == Element.FLOAT) counted.add(node.output());
		}
		counted.remove("");
		return counted;
	}

	/** Whether a Concat has one part, or the two of one value that it was cut into, as to roll it. */
	private static boolean joinsAgain(final Node node, final Map<String, String> cuts) {
		if (!node.is("Concat")) return false;
		final Set<String> from = new HashSet<>();
		node.inputs().forEach(v -> from.add(cuts.getOrDefault(v, v)));
		return node.inputs().size() == 1 || node.inputs().size() == 2 && from.size() == 1 && node.inputs().stream().allMatch(
			cuts::containsKey);
	}

	/** A product of matrices bears the same name however it was written. */
	private static String kind(final Node node) {
		return isProduct(node) ? "matmul" : node.op().type().toLowerCase(Locale.ROOT);
	}

	/** Whether an Einsum has the result of a MatMul: what both have, then the rows of the first, then the columns of the second. */
	private static boolean isProduct(final Node node) {
		final String[] sides = node.op().attributes().string("equation", "").replace(" ", "").split("->|,");
		if (!node.is("Einsum") || sides.length != 3 || sides[2].length() < 2) return false;
		for (int i = 0; i < sides[2].length(); i++) {
			final int fromLast = sides[2].length() - i;
			final String label = sides[2].substring(i, i + 1);
			if (sides[0].contains(label) != (fromLast != 1) || sides[1].contains(label) != (fromLast != 2)) return false;
		}
		return true;
	}

	private String next(final Node node) {
		final String kind = kind(node);
		final String first = node.layer().isEmpty() ? kind : node.layer() + "." + kind;
		while (true) {
			final int count = counts.merge(first, 1, Integer::sum) - 1;
			final String name = count == 0 ? first : first + "_" + count;
			if (!meansAnother(name, node) && taken.add(name)) return name;
		}
	}

	/** Whether a name has been a way to say another value all along, which people may have written down. */
	private boolean meansAnother(final String name, final Node node) {
		return meant.contains(name) && !name.equals(node.id()) && !node.outputs().contains(name);
	}
}
