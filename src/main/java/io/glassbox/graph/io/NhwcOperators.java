package io.glassbox.graph.io;

import io.glassbox.graph.Attributes;
import io.glassbox.graph.Node;
import io.glassbox.graph.OperandCounts;
import io.glassbox.graph.Operator;
import io.glassbox.graph.UnsupportedNetworkException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads what ONNX Runtime writes for processors that want the channels last: the standard's operators in the domain
 * {@code com.ms.internal.nhwc}, and those of {@code com.microsoft} whose names begin with Nhwc.
 * <p>
 * Each is turned to channels first, computed, and turned back; where one follows another, nothing is turned between them.
 * Operators whose weights lie in blocks ({@code com.microsoft.nchwc}) are not read: their files do not tell the size of a
 * block.
 * </p>
 */
final class NhwcOperators {

	static final String DOMAIN = "com.ms.internal.nhwc";

	/** Operators of the standard in that domain whose other operands, if any, are as they are with channels first. */
	static final Set<String> TYPES = Set.of("Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool",
		"GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool", "BatchNormalization", "InstanceNormalization", "LRN",
		"DepthToSpace", "SpaceToDepth", "GridSample");

	/** Operators of {@code com.microsoft}. */
	static final Set<String> MICROSOFT = Set.of("NhwcConv", "NhwcFusedConv", "NhwcMaxPool", "GroupNorm");

	private final Draft draft;
	private final OpsetTranslation standard;

	/** Appends a convolution that may have an activation and a fourth operand, see {@link MicrosoftOperators}. */
	private final Consumer<Node> fusedConv;
	private final Map<String, String> channelsFirst = new HashMap<>();

	NhwcOperators(final Draft draft, final OpsetTranslation standard, final Consumer<Node> fusedConv) {
		this.draft = draft;
		this.standard = standard;
		this.fusedConv = fusedConv;
	}

	/** Appends to the draft what a node of either domain means. */
	void translate(final Node n) {
		OperandCounts.check(n, n.is("NhwcConv", "NhwcFusedConv") ? 2 : n.is("GroupNorm") ? 3 : 1);
		if (n.outputs().size() > 1) throw unsupported(n, "with more than one result");
		if (n.is("GroupNorm")) groupNorm(n);
		else between(n, first -> {
			switch (n.op().type()) {
				case "NhwcConv" -> fusedConv.accept(typed(weighted(first), "Conv"));
				case "NhwcFusedConv", "Conv" -> fusedConv.accept(typed(first, "Conv"));
				case "NhwcMaxPool" -> standard.translate(typed(first, "MaxPool"));
				default -> standard.translate(first);
			}
		});
	}

	private static UnsupportedNetworkException unsupported(final Node n, final String what) {
		return new UnsupportedNetworkException("The network uses " + n.op().type() + " with channels last " + what + " (node '" +
			n.id() + "'), which Glassbox does not know.");
	}

	private static Node typed(final Node n, final String type) {
		return new Node(n.id(), n.layer(), new Operator(type, n.op().attributes()), n.inputs(), n.outputs());
	}

	/** Lets an operator work with channels first, image and fourth operand of a convolution included. */
	private void between(final Node n, final Consumer<Node> operator) {
		final int rank = rank(n);
		final List<String> operands = new ArrayList<>(n.inputs());
		operands.set(0, first(n, 0, rank));
		if (n.is("Conv", "NhwcFusedConv") && operands.size() > 3) operands.set(3, first(n, 3, rank));
		final String made = n.output() + ".channels_first";
		operator.accept(new Node(n.id(), n.layer(), n.op(), operands, List.of(made)));
		channelsFirst.put(n.output(), draft.resolve(made));
		draft.add(new Node(n.id() + ".channels_last", n.layer(), toLast(rank), List.of(draft.resolve(made)), List.of(n
			.output())));
	}

	private int rank(final Node n) {
		final int[] shape = draft.shapes().of(n.input(0));
		final long[] kernel = n.op().attributes().integers("kernel_shape", null);
		if (shape == null && kernel == null) throw unsupported(n, "of a value of an unknown number of axes");
		return shape == null ? kernel.length + 2 : shape.length;
	}

	/** An operand with its channels first. */
	private String first(final Node n, final int operand, final int rank) {
		final String x = n.input(operand);
		if (channelsFirst.containsKey(x)) return channelsFirst.get(x);
		return draft.add(n, "first" + operand, toFirst(rank), x);
	}

	/** 0 3 1 2. */
	private static Operator toFirst(final int rank) {
		final long[] perm = new long[rank];
		Arrays.setAll(perm, i -> i == 0 ? 0 : i == 1 ? rank - 1 : i - 1);
		return Operator.of("Transpose", "perm", perm);
	}

	/** 0 2 3 1. */
	private static Operator toLast(final int rank) {
		final long[] perm = new long[rank];
		Arrays.setAll(perm, i -> i == 0 ? 0 : i == rank - 1 ? 1 : i + 1);
		return Operator.of("Transpose", "perm", perm);
	}

	/** NhwcConv has the channels of its weights last too: M x kernel x C/group. */
	private Node weighted(final Node n) {
		final int[] shape = draft.shapes().of(n.input(1));
		if (shape == null) throw unsupported(n, "whose weights are of unknown shape");
		final List<String> operands = new ArrayList<>(n.inputs());
		operands.set(1, draft.add(n, "weights", toFirst(shape.length), n.input(1)));
		return new Node(n.id(), n.layer(), n.op(), operands, n.outputs());
	}

	/** Wu and He 2018, then x sigmoid(x) if the attribute {@code activation} is 1; channels last unless it says otherwise. */
	private void groupNorm(final Node n) {
		final Attributes a = n.op().attributes();
		final Consumer<Node> norm = first -> {
			final boolean silu = a.integer("activation", 0) == 1;
			final String normal = silu ? first.output() + ".normal" : first.output();
			draft.add(new Node(silu ? n.id() + ".normal" : n.id(), n.layer(), Operator.of("GroupNormalization", "num_groups", a
				.integer("groups", 1), "epsilon", a.number("epsilon", 1e-5f)), first.inputs(), List.of(normal)));
			if (silu) draft.add(new Node(n.id(), n.layer(), Operator.of("Mul"), List.of(normal, draft.add(n, "share", Operator.of(
				"Sigmoid"), normal)), List.of(first.output())));
		};
		if (a.integer("channels_last", 1) == 0) norm.accept(n);
		else between(n, norm);
	}
}
