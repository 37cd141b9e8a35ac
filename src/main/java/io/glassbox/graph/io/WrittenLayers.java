package io.glassbox.graph.io;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Layer names in a file that {@link OnnxWriter} wrote: one metadata entry for each layer, which names its
 * value, and the layer of each node in that node's documentation.
 */
final class WrittenLayers {

	static final String PRODUCER = "Glassbox";
	private static final String PREFIX = "glassbox.layer.";

	private final ModelProto model;

	WrittenLayers(final ModelProto model) {
		this.model = model;
	}

	boolean exist() {
		return model.getProducerName().equals(PRODUCER);
	}

	/** The value of each layer, in computing order. */
	Map<String, String> values() {
		final Map<String, String> values = new LinkedHashMap<>();
		for (final StringStringEntryProto e : model.getMetadataPropsList())
			if (e.getKey().startsWith(PREFIX)) values.put(e.getKey().substring(PREFIX.length()), e.getValue());
		return values;
	}

	static void write(final Map<String, String> layers, final ModelProto.Builder model) {
		layers.forEach((layer, value) -> model.addMetadataProps(StringStringEntryProto.newBuilder().setKey(PREFIX + layer)
			.setValue(value)));
	}
}
