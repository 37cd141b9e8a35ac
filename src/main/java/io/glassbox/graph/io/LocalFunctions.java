package io.glassbox.graph.io;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;

import io.glassbox.graph.UnsupportedNetworkException;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts the bodies of the functions a file defines in the place of their calls.
 * <p>
 * Exporters write modules, or operators ONNX does not have, as functions of the file's own. What a body computes on the
 * way gets the name of the call before its own.
 * </p>
 */
final class LocalFunctions {

	/** Of functions that call functions. */
	private static final int DEEPEST = 64;
	private static final int MOST_NODES = 50_000;

	private final Map<String, FunctionProto> functions = new HashMap<>();
	private final long opset;
	private int written;

	private LocalFunctions(final ModelProto model) {
		model.getFunctionsList().forEach(f -> functions.put(f.getDomain() + ":" + f.getName(), f));
		opset = opset(model.getOpsetImportList());
	}

	/** The same network without calls of functions; the very same if it defines none. */
	static ModelProto inlined(final ModelProto model) {
		if (model.getFunctionsCount() == 0) return model;
		final LocalFunctions f = new LocalFunctions(model);
		final GraphProto.Builder graph = model.getGraph().toBuilder().clearNode();
		for (final NodeProto n : model.getGraph().getNodeList())
			f.write(n, Renaming.NONE, 0, graph);
		return model.toBuilder().clearFunctions().setGraph(graph).build();
	}

	/** The version of the ONNX operator set, or 0 if none is told. */
	private static long opset(final List<OperatorSetIdProto> imports) {
		return imports.stream().filter(o -> OnnxFile.isStandard(o.getDomain())).mapToLong(OperatorSetIdProto::getVersion)
			.max().orElse(0);
	}

	/** What the names of a function body mean where it is called. */
	private record Renaming(String prefix, Map<String, String> values, Map<String, AttributeProto> attributes) {

		static final Renaming NONE = new Renaming(null, Map.of(), Map.of());

		String value(final String name) {
			if (prefix == null || name.isEmpty()) return name;
			final String outside = values.get(name);
			return outside != null ? outside : prefix + name;
		}

		String node(final String name) {
			return prefix == null || name.isEmpty() ? name : prefix + name;
		}

		/** The same inside a graph that defines some names itself, which keep them. */
		Renaming within(final GraphProto graph) {
			if (prefix == null) return this;
			final Map<String, String> inner = new HashMap<>(values);
			defined(graph).forEach(name -> inner.put(name, name));
			return new Renaming(prefix, inner, attributes);
		}

		private static Set<String> defined(final GraphProto graph) {
			final Set<String> names = new HashSet<>();
			graph.getInputList().stream().map(ValueInfoProto::getName).forEach(names::add);
			graph.getInitializerList().stream().map(TensorProto::getName).forEach(names::add);
			graph.getNodeList().forEach(n -> names.addAll(n.getOutputList()));
			return names;
		}
	}

	private void write(final NodeProto n, final Renaming names, final int depth, final GraphProto.Builder into) {
		if (depth > DEEPEST || ++written > MOST_NODES) throw new UnsupportedNetworkException(
			"The functions of the network call one another more than " + DEEPEST + " deep, or make more than " + MOST_NODES +
				" operators.");
		final NodeProto.Builder node = n.toBuilder().clearInput().clearOutput().clearAttribute().setName(names.node(n
			.getName()));
		n.getInputList().forEach(v -> node.addInput(names.value(v)));
		n.getOutputList().forEach(v -> node.addOutput(names.value(v)));
		for (final AttributeProto a : n.getAttributeList())
			attribute(a, names, depth, node);
		final FunctionProto called = functions.get(n.getDomain() + ":" + n.getOpType());
		if (called == null) into.addNode(node);
		else call(called, node.build(), depth, into);
	}

	private void attribute(final AttributeProto a, final Renaming names, final int depth, final NodeProto.Builder node) {
		if (!a.getRefAttrName().isEmpty()) {
			final AttributeProto given = names.attributes.get(a.getRefAttrName());
			if (given != null) node.addAttribute(given.toBuilder().setName(a.getName()));
		}
		else if (a.hasG()) {
			final Renaming inner = names.within(a.getG());
			final GraphProto.Builder graph = a.getG().toBuilder().clearNode();
			a.getG().getNodeList().forEach(m -> write(m, inner, depth + 1, graph));
			for (int i = 0; i < graph.getOutputCount(); i++)
				graph.getOutputBuilder(i).setName(inner.value(graph.getOutput(i).getName()));
			node.addAttribute(a.toBuilder().setG(graph));
		}
		else node.addAttribute(a);
	}

	private void call(final FunctionProto f, final NodeProto call, final int depth, final GraphProto.Builder into) {
		final long own = opset(f.getOpsetImportList());
		if (own != 0 && own != opset) throw new UnsupportedNetworkException("The function '" + f.getName() +
			"' of the network uses version " + own + " of the ONNX operator set, the network itself version " + opset +
				"; Glassbox reads one version at a time.");
		final Map<String, String> values = new HashMap<>();
		for (int i = 0; i < f.getInputCount(); i++)
			values.put(f.getInput(i), i < call.getInputCount() ? call.getInput(i) : "");
		final Map<String, String> passed = new HashMap<>();
		for (int i = 0; i < f.getOutputCount(); i++) {
			final String outside = i < call.getOutputCount() ? call.getOutput(i) : "";
			if (outside.isEmpty()) continue;
			if (values.containsKey(f.getOutput(i))) passed.put(outside, values.get(f.getOutput(i)));
			else values.put(f.getOutput(i), outside);
		}
		final Map<String, AttributeProto> attributes = new HashMap<>();
		f.getAttributeProtoList().forEach(a -> attributes.put(a.getName(), a));
		call.getAttributeList().forEach(a -> attributes.put(a.getName(), a));
		final String name = call.getName().isEmpty() ? call.getOutput(0) : call.getName();
		final Renaming inside = new Renaming(name + "/", values, attributes);
		f.getNodeList().forEach(n -> write(n, inside, depth + 1, into));
		passed.forEach((out, in) -> into.addNode(NodeProto.newBuilder().setOpType("Identity").setName(name + "/" + out)
			.addOutput(out).addInput(in)));
	}
}
