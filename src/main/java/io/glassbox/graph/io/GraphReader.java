package io.glassbox.graph.io;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;

import io.glassbox.graph.Element;
import io.glassbox.graph.Elements;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;
import io.glassbox.graph.OperatorNames;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.UnsupportedNetworkException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Turns the graph of one ONNX file, once its operators are known to be readable, into a network. */
final class GraphReader {

	private final GraphProto graph;
	private final Path file;
	private final Draft draft = new Draft();
	private final LayerNames names;
	private final WrittenLayers written;
	private final boolean openBatch;
	private final List<Port> inputs = new ArrayList<>();

	/** Samples for which the file was written, if it is being opened for others; else 0. */
	private int writtenFor;

	/**
	 * @param openBatch whether to try and let the first axis of the inputs have any extent
	 * @throws FixedBatch if that was tried, as soon as a node fixes the batch size
	 */
	GraphReader(final ModelProto model, final int opset, final Path file, final Map<String, Tensor> parameters,
		final boolean openBatch)
	{
		graph = model.getGraph();
		this.file = file;
		this.openBatch = openBatch;
		names = new LayerNames(graph);
		written = new WrittenLayers(model);
		draft.constants().putAll(parameters);
		readInputs(parameters.keySet());
		graph.getInitializerList().stream().filter(t -> t.getDataType() == OnnxTypes.BOOL).forEach(t -> draft.elements().put(t
			.getName(), Element.BOOLEAN));
		final BodyReader body = new BodyReader(draft, new OpsetTranslation(opset, draft, new IntegerWidths(graph)), new OnnxTensors(file));
		final Scope scope = Scope.network();
		final BatchAxis batch = new BatchAxis(draft);
		for (int i = 0; i < graph.getNodeCount(); i++) {
			final int before = draft.nodes().size();
			body.read(graph.getNode(i), written.exist() ? graph.getNode(i).getDocString() : names.of(i), scope);
			if (openBatch) draft.nodes().subList(before, draft.nodes().size()).forEach(batch::checkOpen);
		}
		for (final ValueInfoProto out : graph.getOutputList())
			if (scope.sequence(out.getName()) != null) throw new UnsupportedNetworkException("The output '" + out.getName() +
				"' of the network is a sequence of tensors; Glassbox explains tensors only.");
	}

	private void readInputs(final Set<String> initialised) {
		for (final ValueInfoProto in : graph.getInputList()) {
			if (initialised.contains(in.getName())) continue;
			final int[] shape = shape(in);
			final int[] inside = shape == null ? null : shape.clone();
			if (shape != null && shape.length > 0 && (openBatch && countsSamples(in, shape) || shape[0] == Port.ANY)) {
				if (shape[0] != Port.ANY) writtenFor = shape[0];
				shape[0] = Port.ANY;
				inside[0] = Shapes.BATCH;
			}
			final Port port = new Port(in.getName(), shape, element(in));
			inputs.add(port);
			draft.elements().put(port.name(), port.element());
			draft.shapes().put(port.name(), inside);
		}
		if (inputs.isEmpty()) throw new GlassboxException("The network in '" + file +
			"' has no input; export it again with an example input.");
	}

	/** Whether the first axis may count samples: a list of integers is a shape, sizes or the like, and weights have none. */
	private boolean countsSamples(final ValueInfoProto in, final int[] shape) {
		return (shape.length > 1 || element(in) == Element.FLOAT) && graph.getNodeList().stream().noneMatch(n -> n.getOpType()
			.startsWith("Conv") && n.getInputList().indexOf(in.getName()) > 0);
	}

	private static int[] shape(final ValueInfoProto port) {
		if (!port.getType().hasTensorType() || !port.getType().getTensorType().hasShape()) return null;
		return port.getType().getTensorType().getShape().getDimList().stream().mapToInt(GraphReader::extent).toArray();
	}

	/** @throws UnsupportedNetworkException if it is no tensor of numbers or conditions */
	private static Element element(final ValueInfoProto in) {
		final int type = OnnxTypes.kept(in.getType().getTensorType().getElemType());
		if (!in.getType().hasTensorType() || type != OnnxTypes.FLOAT && type != OnnxTypes.INT64 && type != OnnxTypes.BOOL)
			throw new UnsupportedNetworkException("The input '" + in.getName() + "' of the network is no tensor of numbers.");
		return Elements.ofOnnx(type);
	}

	private static int extent(final Dimension d) {
		return d.hasDimValue() && d.getDimValue() > 0 ? Math.toIntExact(d.getDimValue()) : Port.ANY;
	}

	/** The network, with its batch axis open or not as this reader was told. */
	Network network() {
		return network(openBatch ? new BatchAxis(draft).opened() : draft.nodes(), graph.getOutputList().stream().filter(
			this::holdsSamples).map(o -> draft.resolve(o.getName())).toList());
	}

	/** Whether the first axis of an output counts samples, as far as what computes it tells, or else the file. */
	private boolean holdsSamples(final ValueInfoProto out) {
		final String value = draft.resolve(out.getName());
		final int[] told = shape(out);
		final int[] inside = draft.shapes().of(value);
		final boolean unknown = inside == null || inside.length > 0 && inside[0] == Port.ANY;
		return draft.shapes().isBatch(value) || unknown && told != null && told.length > 0 && told[0] == writtenFor;
	}

	/** The network as written for one sample, made to take any number, or, where that cannot be, as it is written. */
	Network networkForAnyBatch() {
		if (!inputs.stream().allMatch(GraphReader::holdsOneSample)) return network();
		final List<String> outputs = graph.getOutputList().stream().map(o -> draft.resolve(o.getName())).toList();
		final Optional<List<Node>> opened = BatchOpening.of(draft, inputs.stream().map(Port::name).toList(), outputs);
		if (opened.isEmpty()) return network();
		for (final ListIterator<Port> i = inputs.listIterator(); i.hasNext();)
			i.set(anyBatch(i.next()));
		return network(opened.get(), outputs);
	}

	private static boolean holdsOneSample(final Port p) {
		return p.shape() != null && p.shape().length > 1 && p.shape()[0] == 1;
	}

	private static Port anyBatch(final Port p) {
		final int[] shape = p.shape().clone();
		shape[0] = Port.ANY;
		return new Port(p.name(), shape, p.element());
	}

	/** @param samples outputs whose first axis counts samples, any number of them */
	private Network network(final List<Node> nodes, final List<String> samples) {
		final Network.Builder b = Network.builder();
		inputs.forEach(b::input);
		draft.constants().forEach(b::constant);
		final Map<String, String> renamed = outputs();
		final Set<String> made = new HashSet<>();
		inputs.forEach(p -> made.add(p.name()));
		nodes.forEach(n -> made.addAll(n.outputs()));
		for (final Node n : nodes)
			b.node(new Node(n.id(), n.layer(), n.op(), renamed(n.inputs(), renamed), renamed(n.outputs(), renamed)));
		for (final ValueInfoProto out : graph.getOutputList()) {
			final String value = draft.resolve(out.getName());
			final String inside = renamed.getOrDefault(value, value);
			if (!inside.equals(out.getName()) && made.add(out.getName())) b.node(identity(nodes, inside, out.getName()));
			b.output(new Port(out.getName(), outputShape(out, samples.contains(value)), draft.elements().of(value)));
		}
		computed(written.exist() ? written.layers() : names.values(), made, renamed).forEach(b::layer);
		computed(written.operators(), made, renamed).forEach(b::operator);
		try {
			return !written.exist() && names.tellModules() ? OperatorNames.given(b.build()) : b.build();
		}
		catch (final GlassboxException e) {
			throw new GlassboxException("The network in '" + file + "' is broken: " + e.getMessage() + " Export it again.", e);
		}
	}

	/** What gives an output its name, where the value has another: it is an input, or an output already. */
	private static Node identity(final List<Node> nodes, final String value, final String output) {
		String id = output;
		while (taken(nodes, id))
			id += ".identity";
		return new Node(id, "", Operator.of("Identity"), List.of(value), List.of(output));
	}

	private static boolean taken(final List<Node> nodes, final String id) {
		return nodes.stream().anyMatch(n -> n.id().equals(id));
	}

	/** Names whose values are computed, with what those are called in the network. */
	private Map<String, String> computed(final Map<String, String> names, final Set<String> made,
		final Map<String, String> renamed)
	{
		final Map<String, String> computed = new LinkedHashMap<>();
		names.forEach((name, value) -> {
			final String at = draft.resolve(value);
			if (draft.constant(at).isEmpty() && made.contains(at)) computed.put(name, renamed.getOrDefault(at, at));
		});
		return computed;
	}

	/**
	 * Values that take the name of an output, because what stood between them did nothing: an output keeps the
	 * name that the file gives it.
	 */
	private Map<String, String> outputs() {
		final Set<String> made = new HashSet<>();
		draft.nodes().forEach(n -> made.addAll(n.outputs()));
		final Map<String, String> renamed = new HashMap<>();
		for (final ValueInfoProto out : graph.getOutputList())
			if (made.contains(draft.resolve(out.getName()))) renamed.putIfAbsent(draft.resolve(out.getName()), out.getName());
		for (final ValueInfoProto out : graph.getOutputList())
			if (made.contains(out.getName())) renamed.remove(out.getName());
		return renamed;
	}

	private static List<String> renamed(final List<String> values, final Map<String, String> names) {
		return values.stream().map(v -> names.getOrDefault(v, v)).toList();
	}

	private static int[] outputShape(final ValueInfoProto out, final boolean samples) {
		final int[] shape = shape(out);
		if (shape != null && shape.length > 0 && samples) shape[0] = Port.ANY;
		return shape;
	}
}
