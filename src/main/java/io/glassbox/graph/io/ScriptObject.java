package io.glassbox.graph.io;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An instance of a TorchScript class, a module as a rule: the qualified name of its class and its
 * attributes, in the order they were saved.
 */
final class ScriptObject {

	private final String type;
	private final Map<String, Object> attributes = new LinkedHashMap<>();

	ScriptObject(final String type) {
		this.type = type;
	}

	/** {@code __torch__.torch.nn.modules.conv.Conv2d} */
	String type() {
		return type;
	}

	Map<String, Object> attributes() {
		return attributes;
	}
}
