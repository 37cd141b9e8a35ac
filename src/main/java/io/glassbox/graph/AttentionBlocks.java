package io.glassbox.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the places of a network where places look at one another: {@code softmax(Q K' s + mask) V}.
 * <p>
 * Vaswani et al., <em>Attention Is All You Need</em>, 2017, equation 1. An exported network shows it as two products
 * around a softmax, however it was written: MatMul or Einsum; the scale on the query, on the key, on both or on their
 * product; a bias of positions or a mask added, or put in by Where; reshapes for windows and heads in between. What
 * tells it from other softmaxes is that both factors of the first product are computed from the input, and that the
 * weights multiply values of the input again. A head of classes has fixed weights and no second product.
 * </p>
 */
public final class AttentionBlocks {

	/** Between the first product and the softmax: scaling, masks and biases, windows apart and together. */
	private static final String[] BEFORE = { "Mul", "Div", "Add", "Sub", "Where", "Reshape", "Flatten", "Squeeze",
		"Unsqueeze", "Identity", "Cast", "Transpose", "Clip", "Max", "Min", "Tanh" };

	/** Between the softmax and the second product: dropout, guards against rows that are masked throughout. */
	private static final String[] AFTER = { "Dropout", "Identity", "Cast", "Reshape", "Flatten", "Squeeze", "Unsqueeze",
		"Transpose", "Where", "Mul", "Div", "Add", "Split", "Slice", "Conv" };

	private static final String[] PRODUCT = { "MatMul", "Einsum" };

	private final Network network;

	/** Values that depend on the input. */
	private final Set<String> computed = new HashSet<>();

	private AttentionBlocks(final Network network) {
		this.network = network;
		network.inputs().forEach(p -> computed.add(p.name()));
		for (final Node n : network.nodes())
			if (!n.is("Shape", "Size") && n.inputs().stream().anyMatch(computed::contains)) computed.addAll(n.outputs());
	}

	/**
	 * One block. Query, key and value are named as they enter the products, heads apart: places x features, features x
	 * places (or, in an Einsum, as its equation says) and places x features.
	 *
	 * @param layer the module that attends, {@code blocks.0.attn}; the softmax's own name where the file tells none
	 * @param query first factor of the first product
	 * @param key second factor of the first product
	 * @param value what is averaged by the weights
	 * @param scores what the softmax takes: the scaled, masked product
	 * @param weights what the softmax gives: ... x heads x queries x keys, rows summing to one
	 * @param output the second product
	 */
	public record Block(String layer, String query, String key, String value, String scores, String weights,
		String output)
	{

		/**
		 * How many heads attend side by side.
		 *
		 * @param shapes of all values for a batch of one, see {@link Model#shapes}
		 */
		public int heads(final Map<String, int[]> shapes) {
			final int[] shape = shapes.get(weights);
			if (shape == null || shape.length < 3) return 1;
			return shape[shape.length - 3];
		}
	}

	/** All attention blocks, in computing order. */
	public static List<Block> of(final Network network) {
		final AttentionBlocks finder = new AttentionBlocks(network);
		final List<Block> blocks = new ArrayList<>();
		for (final Node node : network.nodes())
			if (node.is("Softmax")) finder.block(node).ifPresent(blocks::add);
		return blocks;
	}

	private Optional<Block> block(final Node softmax) {
		final Optional<Node> first = before(softmax.input(0));
		if (first.isEmpty()) return Optional.empty();
		final Optional<Use> second = after(softmax.output(), new HashSet<>());
		if (second.isEmpty()) return Optional.empty();
		final Node last = second.get().product();
		final String value = last.input(last.input(0).equals(second.get().weights()) ? 1 : 0);
		return Optional.of(new Block(layer(first.get(), softmax, last), first.get().input(0), first.get().input(1), value,
			softmax.input(0), softmax.output(), last.output()));
	}

	/** The product of two computed values that a value comes from by scaling and masking alone. */
	private Optional<Node> before(final String value) {
		final Optional<Node> producer = network.producer(value);
		if (producer.isEmpty()) return Optional.empty();
		final Node node = producer.get();
		if (isProduct(node)) return producer;
		if (!node.is(BEFORE)) return Optional.empty();
		final int from = node.is("Where") ? 1 : 0;
		for (int i = from; i < node.inputs().size(); i++)
			if (computed.contains(node.input(i))) {
				final Optional<Node> found = before(node.input(i));
				if (found.isPresent()) return found;
			}
		return Optional.empty();
	}

	private boolean isProduct(final Node node) {
		return node.is(PRODUCT) && node.inputs().size() == 2 && node.inputs().stream().allMatch(computed::contains);
	}

	/** The second product and the name under which the weights enter it. */
	private record Use(Node product, String weights) {}

	private Optional<Use> after(final String value, final Set<String> seen) {
		if (!seen.add(value)) return Optional.empty();
		for (final Node reader : network.consumers(value))
			if (isProduct(reader)) return Optional.of(new Use(reader, value));
		for (final Node reader : network.consumers(value)) {
			if (!reader.is(AFTER)) continue;
			for (final String out : reader.outputs()) {
				final Optional<Use> found = after(out, seen);
				if (found.isPresent()) return found;
			}
		}
		return Optional.empty();
	}

	/** The innermost layer that all three lie in. */
	private String layer(final Node... nodes) {
		String common = owner(nodes[0]);
		for (final Node n : nodes)
			common = common(common, owner(n));
		while (!common.isEmpty() && !network.layers().containsKey(common))
			common = common.substring(0, Math.max(0, common.lastIndexOf('.')));
		return common.isEmpty() ? nodes[1].id() : common;
	}

	/** The layer of a node; of one without, the layers that its operands come from have in common. */
	private String owner(final Node node) {
		if (!node.layer().isEmpty()) return node.layer();
		String common = null;
		for (final String in : node.inputs()) {
			final String near = nearest(in);
			if (!near.isEmpty()) common = common == null ? near : common(common, near);
		}
		return common == null ? "" : common;
	}

	private String nearest(final String value) {
		Optional<Node> node = network.producer(value);
		while (node.isPresent() && node.get().layer().isEmpty()) {
			final Optional<String> next = node.get().inputs().stream().filter(computed::contains).findFirst();
			node = next.flatMap(network::producer);
		}
		return node.map(Node::layer).orElse("");
	}

	/** The elements with which both dotted names begin. */
	private static String common(final String a, final String b) {
		final String[] as = a.split("\\.");
		final String[] bs = b.split("\\.");
		int n = 0;
		while (n < as.length && n < bs.length && as[n].equals(bs[n]))
			n++;
		return String.join(".", Arrays.copyOf(as, n));
	}
}
