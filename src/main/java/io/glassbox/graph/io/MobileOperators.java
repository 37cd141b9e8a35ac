package io.glassbox.graph.io;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Operators that PyTorch's optimiser for mobile phones makes: a convolution or linear layer with its weights packed for
 * XNNPACK, whose result is clamped. A file keeps what was packed: weight, bias, the geometry, the lower and the upper bound.
 *
 * @see <a href="https://pytorch.org/docs/stable/mobile_optimizer.html">torch.utils.mobile_optimizer</a>
 */
final class MobileOperators {

	/** Of a convolution: weight, bias, stride, padding, dilation, groups. */
	private static final int[] CONVOLUTION = { 0, 1, 2, 3, 4, 5 };

	/** A transposed one keeps the padding of the output before dilation and groups, which the operator takes the other way round. */
	private static final int[] TRANSPOSED = { 0, 1, 2, 3, 4, 6, 5 };
	private static final int[] LINEAR = { 0, 1 };


	/** What an object of XNNPACK's keeps in a file. */
	private static final String STATE = "__setstate__";

	private MobileOperators() {}

	static void addTo(final Map<String, AtenOperators.Translation> table) {
		table.put("prepacked::conv2d_clamp_run", (a, g) -> clamped(a, g, "conv2d", CONVOLUTION));
		table.put("prepacked::conv2d_transpose_clamp_run", (a, g) -> clamped(a, g, "conv_transpose2d", TRANSPOSED));
		table.put("prepacked::linear_clamp_run", (a, g) -> clamped(a, g, "linear", LINEAR));
		table.put("prepacked::conv2d_clamp_prepack", (a, g) -> pack(a, CONVOLUTION));
		table.put("prepacked::conv2d_transpose_clamp_prepack", (a, g) -> pack(a, TRANSPOSED));
		table.put("prepacked::linear_clamp_prepack", (a, g) -> pack(a, LINEAR));
	}

	/** Where a file was optimised but not frozen, it packs each time it runs. */
	private static ScriptObject pack(final Arguments a, final int[] order) {
		final List<Object> kept = new ArrayList<>();
		for (int i = 0; i < order.length + 2; i++)
			kept.add(a.get(i));
		final ScriptObject packed = new ScriptObject("__torch__.torch.classes.xnnpack");
		packed.attributes().put(STATE, new ScriptTuple(kept));
		return packed;
	}

	/** The operator that was packed, with these of the values it keeps, and what clamps its result. */
	private static Object clamped(final Arguments a, final GraphDraft g, final String operator, final int[] order) {
		final List<Object> packed = packed(a, order.length + 2);
		final List<Object> arguments = new ArrayList<>(List.of(a.tensor(0)));
		for (final int i : order)
			arguments.add(packed.get(i));
		final Object result = translate(operator, g, arguments);
		final Object low = packed.get(order.length);
		final Object high = packed.get(order.length + 1);
		if (low == null && high == null) return result;
		final List<Object> bounds = new ArrayList<>(List.of(result));
		if (high != null || !(low instanceof Number n) || n.doubleValue() != 0) {
			bounds.add(low);
			bounds.add(high);
		}
		return translate(bounds.size() == 1 ? "relu" : "clamp", g, bounds);
	}

	private static Object translate(final String operator, final GraphDraft g, final List<Object> arguments) {
		return AtenOperators.translate(operator, new Arguments("aten::" + operator, arguments, Map.of()), g);
	}

	private static List<Object> packed(final Arguments a, final int count) {
		if (a.get(1) instanceof ScriptObject o && o.attributes().get(STATE) instanceof ScriptTuple kept && kept.values()
			.size() == count) return kept.values();
		throw a.unsupported("whose weights are not packed as XNNPACK does");
	}
}
