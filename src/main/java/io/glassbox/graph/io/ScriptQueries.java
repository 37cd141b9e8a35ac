package io.glassbox.graph.io;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What code asks about tensors and its surroundings, with the answers of a network that infers on floats and
 * wants gradients: fused kernels that have none are then left aside in favour of the layers they replace.
 */
final class ScriptQueries {

	private static final Map<String, Function<Arguments, Object>> TABLE = new HashMap<>();

	static {
		for (final String yes : List.of("requires_grad", "is_grad_enabled", "is_scripting", "is_contiguous", "is_leaf",
			"is_cpu"))
			TABLE.put(yes, a -> true);
		for (final String no : List.of("is_tracing", "is_autocast_enabled", "is_autocast_cpu_enabled", "is_cuda", "is_xpu",
			"is_mps", "is_nested", "is_sparse", "is_quantized", "is_mkldnn", "is_meta", "is_complex", "is_inference",
			"_is_tracing", "has_torch_function"))
			TABLE.put(no, a -> false);
		TABLE.put("device", a -> "cpu");
		TABLE.put("get_device", a -> -1L);
		TABLE.put("layout", a -> 0L);
		TABLE.put("dtype", ScriptQueries::type);
		TABLE.put("is_floating_point", a -> a.tensor(0).isFloat());
	}

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
