package io.glassbox.graph.io;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Puts the nodes of an ONNX graph in the order in which they can be computed.
 * <p>
 * The standard asks for that order, but tools that insert nodes put them last, and ONNX Runtime does not mind. What is
 * read in order has its operands' shapes and constants known. Nodes that already are in order stay where they are; so does
 * a graph that has no order, because it goes round in circles or makes a value twice.
 * </p>
 */
final class NodeOrder {

	private final GraphProto graph;
	private final Map<String, Integer> makers = new HashMap<>();

	private NodeOrder(final GraphProto graph) {
		this.graph = graph;
	}

	/** The same network with its graph, and the graphs inside that, in order. */
	static ModelProto ordered(final ModelProto model) {
		final GraphProto ordered = ordered(model.getGraph());
		return ordered == model.getGraph() ? model : model.toBuilder().setGraph(ordered).build();
	}

	private static GraphProto ordered(final GraphProto graph) {
		final List<NodeProto> nodes = graph.getNodeList().stream().map(NodeOrder::ordered).toList();
		final List<NodeProto> ordered = new NodeOrder(graph).order().stream().map(nodes::get).toList();
		final boolean same = IntStream.range(0, nodes.size()).allMatch(i -> ordered.get(i) == graph.getNode(i));
		return same ? graph : graph.toBuilder().clearNode().addAllNode(ordered).build();
	}

	private static NodeProto ordered(final NodeProto node) {
		NodeProto.Builder inside = null;
		for (int i = 0; i < node.getAttributeCount(); i++) {
			final AttributeProto a = node.getAttribute(i);
			if (!a.hasG() || ordered(a.getG()) == a.getG()) continue;
			if (inside == null) inside = node.toBuilder();
			inside.setAttribute(i, a.toBuilder().setG(ordered(a.getG())));
		}
		return inside == null ? node : inside.build();
	}

	/** Positions of the nodes: always the first of those whose operands are made. */
	private List<Integer> order() {
		final int n = graph.getNodeCount();
		final List<Integer> asWritten = IntStream.range(0, n).boxed().toList();
		for (int i = 0; i < n; i++)
			for (final String value : graph.getNode(i).getOutputList())
				if (!value.isEmpty() && makers.put(value, i) != null) return asWritten;
		final int[] waitsFor = new int[n];
		final Map<Integer, List<Integer>> readers = new HashMap<>();
		final PriorityQueue<Integer> ready = new PriorityQueue<>();
		for (int i = 0; i < n; i++) {
			final List<Integer> before = operands(graph.getNode(i)).map(makers::get).filter(m -> m != null).distinct().toList();
			waitsFor[i] = before.size();
			for (final int maker : before)
				readers.computeIfAbsent(maker, k -> new ArrayList<>()).add(i);
			if (before.isEmpty()) ready.add(i);
		}
		final List<Integer> order = new ArrayList<>();
		while (!ready.isEmpty()) {
			final int next = ready.remove();
			order.add(next);
			for (final int reader : readers.getOrDefault(next, List.of()))
				if (--waitsFor[reader] == 0) ready.add(reader);
		}
		return order.size() == n ? order : asWritten;
	}

	/** What a node reads, and what the graphs inside it read, be it their own or from outside. */
	private static Stream<String> operands(final NodeProto node) {
		return Stream.concat(node.getInputList().stream(), node.getAttributeList().stream().filter(AttributeProto::hasG)
			.flatMap(a -> Stream.concat(a.getG().getNodeList().stream().flatMap(NodeOrder::operands), a.getG().getOutputList()
				.stream().map(o -> o.getName()))));
	}
}
