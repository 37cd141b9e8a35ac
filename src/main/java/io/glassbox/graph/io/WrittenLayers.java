package io.glassbox.graph.io;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;

import io.glassbox.graph.Network;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Names of layers and operators in a file that {@link OnnxWriter} wrote: one metadata entry for each, which tells its
 * value, and the layer of each node in that node's documentation.
 */
final class WrittenLayers {

	static final String PRODUCER = "Glassbox";
	private static final String LAYER = "glassbox.layer.";
	private static final String OPERATOR = "glassbox.operator.";

	private final ModelProto model;

	WrittenLayers(final ModelProto model) {
		this.model = model;
	}

	boolean exist() {
		return model.getProducerName().equals(PRODUCER);
	}

	/** The value of each layer, in computing order. */
	Map<String, String> layers() {
		return entries(LAYER);
	}

	/** The value of each operator with a name, in computing order. */
	Map<String, String> operators() {
		return entries(OPERATOR);
	}

	private Map<String, String> entries(final String prefix) {
		final Map<String, String> values = new LinkedHashMap<>();
		for (final StringStringEntryProto e : model.getMetadataPropsList())
			if (e.getKey().startsWith(prefix)) values.put(e.getKey().substring(prefix.length()), e.getValue());
		return values;
	}

	static void write(final Network network, final ModelProto.Builder model) {
		write(network.layers(), LAYER, model);
		write(network.operators(), OPERATOR, model);
	}

	private static void write(final Map<String, String> names, final String prefix, final ModelProto.Builder model) {
		names.forEach((name, value) -> model.addMetadataProps(StringStringEntryProto.newBuilder().setKey(prefix + name)
			.setValue(value)));
	}
}
