package io.glassbox.graph.io;

import java.util.Map;
import java.util.function.Function;

/**
 * What code asks about tensors and its surroundings, with the answers of a network that infers on floats and
 * wants gradients: fused kernels that have none are then left aside in favour of the layers they replace.
 */
final class ScriptQueries {

	private static final Map<String, Function<Arguments, Object>> TABLE = Map.ofEntries(Map.entry("requires_grad",
		a -> true), Map.entry("is_grad_enabled", a -> true), Map.entry("is_scripting", a -> true), Map.entry("is_tracing",
			a -> false), Map.entry("is_autocast_enabled", a -> false), Map.entry("is_cuda", a -> false), Map.entry("device",
				a -> "cpu"), Map.entry("layout", a -> 0L), Map.entry("is_nested", a -> false), Map.entry("dtype",
					ScriptQueries::type), Map.entry("is_floating_point", a -> a.tensor(0)
						.kind() == SymbolicTensor.Kind.FLOAT));

	private ScriptQueries() {}

	static boolean knows(final String name) {
		return TABLE.containsKey(name);
	}

	static Object answer(final String name, final Arguments arguments) {
		return TABLE.get(name).apply(arguments);
	}

	/** PyTorch's number for the type of the elements. */
	private static Object type(final Arguments a) {
		return TorchTypes.number(a.tensor(0).kind());
	}
}
