package io.glassbox.graph.io;

import java.util.Optional;

import io.glassbox.graph.Forecast;
import io.glassbox.graph.Hazards;
import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Tensor;

/**
 * Networks that ONNX Runtime must not be given, because it could take the whole program down with it.
 * <p>
 * It divides integers without looking at the divisor, and it allocates what a network asks for, which cannot be checked
 * beforehand where sizes depend on what the inputs hold. libtorch runs such networks: it looks, and is asked node by node.
 * </p>
 */
final class OnnxRuntimeHazards {

	private OnnxRuntimeHazards() {}

	/**
	 * Why ONNX Runtime must not run a network, if so.
	 *
	 * @throws io.glassbox.graph.GlassboxException if no engine should, see {@link Hazards}
	 */
	static Optional<String> in(final Network network) {
		Hazards.check(network);
		final ValueTypes types = new ValueTypes(network);
		for (final Node n : network.nodes())
			if (n.is("Div", "Mod") && types.of(n.input(1)) == OnnxTypes.INT64 && !isSafe(network.constants().get(n.input(1))))
				return Optional.of("it divides by integers that may be zero, in " + n.label());
		return Forecast.dependsOnData(network) ? Optional.of("sizes in it depend on what its inputs hold") : Optional.empty();
	}

	/** The least integer divided by -1 is beyond what the processor can represent. */
	private static boolean isSafe(final Tensor divisor) {
		if (divisor == null) return false;
		for (final long d : divisor.longs())
			if (d == 0 || d == -1) return false;
		return true;
	}
}
