package io.glassbox.graph.io;

import java.util.Collection;
import java.util.Optional;

/** What is said of a network whose numbers were stored in other floats than those it is computed with. */
final class Widened {

	private Widened() {}

	/** @param types of floats found in the file, as PyTorch calls them: {@code float16}, {@code bfloat16}, {@code float64} */
	static Optional<String> note(final Collection<String> types) {
		return types.isEmpty() ? Optional.empty() : Optional.of("Its parameters are stored in " + String.join(" and ", types) +
			"; Glassbox computes in float32" + (types.contains("float64") ? ", which keeps seven digits of them." : "."));
	}
}
