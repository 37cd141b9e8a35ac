package io.glassbox.graph;

import java.util.List;

/** Checks what is fed to a network against what it takes. */
public final class Ports {

	private Ports() {}

	/** @throws GlassboxException if number or shapes of the inputs do not fit; the message says which and how */
	public static void check(final List<Port> ports, final List<Tensor> inputs) {
		if (ports.size() != inputs.size()) throw new GlassboxException("The network takes " + ports.size() +
			" input(s), " + ports + ", but was given " + inputs.size() + ".");
		for (int i = 0; i < ports.size(); i++) {
			final Port port = ports.get(i);
			if (!port.accepts(inputs.get(i).shape())) throw new GlassboxException("Input '" + port.name() +
				"' of the network takes " + port.describe() + ", but was given " + inputs.get(i) + ".");
			if (!port.element().fits(inputs.get(i))) throw new GlassboxException("Input '" + port.name() +
				"' of the network takes elements of type " + port.element() + ", but was given " + inputs.get(i) + ".");
		}
	}
}
