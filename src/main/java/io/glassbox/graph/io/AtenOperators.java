package io.glassbox.graph.io;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * PyTorch's tensor operators in the graph's vocabulary: one entry per operator.
 * <p>
 * Names are those of the {@code aten} namespace; other libraries' have theirs before them, {@code torchvision::nms}. An
 * operator that works in place, {@code relu_}, needs no entry of its own: it is the translation of {@code relu}, whose result its operand then stands for. To teach the reader another operator, add an
 * entry to the group it belongs to.
 * </p>
 */
final class AtenOperators {

	/** Adds to the graph what one call of an operator computes. */
	@FunctionalInterface
	interface Translation {

		/** @return the operator's result: tensors, plain values, or lists and tuples of them */
		Object translate(Arguments arguments, GraphDraft graph);
	}

	private static final Map<String, Translation> TABLE = new HashMap<>();

	static {
		AtenConvolution.addTo(TABLE);
		AtenPooling.addTo(TABLE);
		AtenActivation.addTo(TABLE);
		AtenNormalization.addTo(TABLE);
		AtenArithmetic.addTo(TABLE);
		AtenLogic.addTo(TABLE);
		AtenReduction.addTo(TABLE);
		AtenShape.addTo(TABLE);
		AtenSlicing.addTo(TABLE);
		AtenIndexing.addTo(TABLE);
		AtenJoining.addTo(TABLE);
		AtenCreation.addTo(TABLE);
		AtenMatrices.addTo(TABLE);
		AtenAttention.addTo(TABLE);
		AtenResampling.addTo(TABLE);
		TorchvisionOperators.addTo(TABLE);
		MobileOperators.addTo(TABLE);
	}

	private AtenOperators() {}

	static boolean knows(final String name) {
		return TABLE.containsKey(name) || isInPlace(name);
	}

	private static boolean isInPlace(final String name) {
		return name.endsWith("_") && !name.endsWith("__") && TABLE.containsKey(name.substring(0, name.length() - 1));
	}

	static Object translate(final String name, final Arguments arguments, final GraphDraft graph) {
		for (final Object v : arguments.positional())
			if (v instanceof Collection<?> c && c.contains(Unknown.UNTIL_RUN)) throw arguments.unsupported(
				"called with a number known only at run time");
		if (TABLE.containsKey(name)) return TABLE.get(name).translate(arguments, graph);
		final SymbolicTensor changed = arguments.tensor(0);
		final Object result = TABLE.get(name.substring(0, name.length() - 1)).translate(arguments, graph);
		if (result != changed) changed.become(graph.cast((SymbolicTensor) result, changed.kind()));
		return changed;
	}
}
