package io.glassbox.graph.io;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;

import io.glassbox.graph.Element;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.UnsupportedNetworkException;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads the nodes of a graph in order, and in place of control flow what it comes to.
 * <p>
 * The branch that an {@code If} takes and how often a {@code Loop} runs must follow from constants and known shapes. The
 * nodes of the branch, or of each turn, then become part of the network, their names preceded by the node's.
 * </p>
 */
final class BodyReader {

	/** Of control flow within control flow. */
	private static final int DEEPEST = 32;

	/** Of nodes inside control flow, each turn of a loop counted; as many take a quarter of a gigabyte. */
	private static final int MOST_UNROLLED = 16_000;

	private final Draft draft;
	private final OpsetTranslation translation;
	private final MicrosoftOperators microsoft;
	private final OnnxTensors tensors;
	private final SequenceReader sequences;
	private final Set<String> ids = new HashSet<>();
	private int read;
	private int unrolled;

	BodyReader(final Draft draft, final OpsetTranslation translation, final OnnxTensors tensors) {
		this.draft = draft;
		this.translation = translation;
		microsoft = new MicrosoftOperators(draft, translation);
		this.tensors = tensors;
		sequences = new SequenceReader(draft);
	}

	/** @param layer the dotted name of the module the node belongs to, or empty */
	void read(final NodeProto n, final String layer, final Scope scope) {
		read++;
		if (scope.depth() > 0) unroll();
		final String id = id(n, scope);
		switch (n.getOpType()) {
			case "If" -> choose(n, id, layer, scope);
			case "Loop" -> repeat(n, id, layer, scope);
			case "Scan" -> scan(n, id, layer, scope);
			case "SequenceMap" -> map(n, id, layer, scope);
			default -> {
				if (MicrosoftOperators.isDomain(n.getDomain())) microsoft.translate(n.getDomain(), node(n, id, layer, scope));
				else if (!sequences.read(n, id, layer, scope)) translation.translate(node(n, id, layer, scope));
			}
		}
	}

	private void unroll() {
		expect(1);
		unrolled++;
	}

	/** @throws UnsupportedNetworkException if the loops read so far, with as many nodes more, are too many to follow */
	private void expect(final long nodes) {
		if (unrolled + nodes > MOST_UNROLLED) throw new UnsupportedNetworkException("The network's loops make more than " +
			MOST_UNROLLED + " operators once they are unrolled, more than Glassbox follows.");
	}

	private String id(final NodeProto n, final Scope scope) {
		final String name = scope.unique(n.getName().isEmpty() ? n.getOpType() + "_" + (read - 1) : n.getName());
		String id = name;
		for (int i = 1; !ids.add(id); i++)
			id = name + "_" + i;
		return id;
	}

	private Node node(final NodeProto n, final String id, final String layer, final Scope scope) {
		final List<String> operands = new ArrayList<>(n.getInputList().stream().map(v -> draft.resolve(scope.value(v)))
			.toList());
		final List<String> outputs = new ArrayList<>(n.getOutputList().stream().map(scope::define).toList());
		trim(operands);
		if (!n.getOpType().equals("Split")) trim(outputs);
		if (outputs.isEmpty()) throw new GlassboxException("A " + n.getOpType() +
			" of the network makes nothing; export it again.");
		n.getAttributeList().stream().filter(AttributeProto::hasT).filter(a -> a.getT().getDataType() == OnnxTypes.BOOL)
			.filter(a -> n.getOpType().equals("Constant")).forEach(a -> draft.elements().put(outputs.get(0),
				Element.BOOLEAN));
		return new Node(id, layer, new Operator(n.getOpType(), OnnxAttributes.read(n.getAttributeList(), tensors)), operands,
			outputs);
	}

	private static void trim(final List<String> values) {
		while (!values.isEmpty() && values.get(values.size() - 1).isEmpty())
			values.remove(values.size() - 1);
	}

	private static GraphProto graph(final NodeProto n, final String attribute) {
		return n.getAttributeList().stream().filter(a -> a.getName().equals(attribute) && a.hasG()).findFirst().orElseThrow(
			() -> new GlassboxException("The " + n.getOpType() + " '" + n.getName() + "' has no " + attribute + ".")).getG();
	}

	/** A fixed number, or a refusal. */
	private long fixed(final NodeProto n, final String id, final Scope scope, final String name, final String what) {
		final Tensor t = draft.constant(draft.resolve(scope.value(name))).orElseThrow(() -> new UnsupportedNetworkException(
			"The " + n.getOpType() + " '" + id + "' depends on the image: its " + what +
				" is computed. Glassbox reads networks whose course is fixed."));
		if (t.length() == 0) throw new GlassboxException("The " + what + " of the " + n.getOpType() + " '" + id +
			"' is empty.");
		return t.isFloat() ? (long) t.floats()[0] : t.longs()[0];
	}

	private Scope inner(final Scope scope, final String id, final GraphProto body) {
		final Scope inner = scope.inner(id.substring(scope.unique("").length()));
		if (inner.depth() > DEEPEST) throw new UnsupportedNetworkException("The network nests control flow more than " +
			DEEPEST + " deep.");
		for (final TensorProto t : body.getInitializerList()) {
			final String name = inner.define(t.getName());
			draft.constants().put(name, tensors.read(t));
			if (t.getDataType() == OnnxTypes.BOOL) draft.elements().put(name, Element.BOOLEAN);
		}
		return inner;
	}

	private void choose(final NodeProto n, final String id, final String layer, final Scope scope) {
		final GraphProto body = graph(n, fixed(n, id, scope, n.getInput(0), "condition") != 0 ? "then_branch"
			: "else_branch");
		final Scope inner = inner(scope, id, body);
		body.getNodeList().forEach(m -> read(m, layer, inner));
		for (int i = 0; i < n.getOutputCount(); i++)
			handOut(inner, body.getOutput(i).getName(), scope, n.getOutput(i));
	}

	/** Lets a name of a graph mean what another name means in a graph within. */
	private void handOut(final Scope from, final String name, final Scope to, final String as) {
		if (as.isEmpty()) return;
		final List<String> sequence = from.sequence(name);
		if (sequence != null) to.bind(as, sequence);
		else draft.alias(to.define(as), draft.resolve(from.value(name)));
	}

	private static void handIn(final Scope from, final String name, final Scope to, final String as) {
		final List<String> sequence = from.sequence(name);
		if (sequence != null) to.bind(as, sequence);
		else to.bind(as, from.value(name));
	}

	private void repeat(final NodeProto n, final String id, final String layer, final Scope scope) {
		final GraphProto body = graph(n, "body");
		final long most = n.getInput(0).isEmpty() ? Long.MAX_VALUE : fixed(n, id, scope, n.getInput(0), "number of turns");
		boolean on = n.getInputCount() < 2 || n.getInput(1).isEmpty() || fixed(n, id, scope, n.getInput(1),
			"condition") != 0;
		final int carried = Math.max(0, n.getInputCount() - 2);
		final List<List<String>> collected = new ArrayList<>();
		for (int i = 1 + carried; i < body.getOutputCount(); i++)
			collected.add(new ArrayList<>());
		Scope last = scope;
		List<String> names = n.getInputList().stream().skip(2).toList();
		for (long turn = 0; on && turn < most; turn++) {
			final Scope inner = inner(scope, id + "." + turn, body);
			final List<ValueInfoProto> in = body.getInputList();
			draft.constants().put(inner.define(in.get(0).getName()), Tensor.ofLongs(new long[] { turn }));
			draft.constants().put(inner.define(in.get(1).getName()), Tensor.ofLongs(new long[] { 1 }));
			for (int i = 0; i < carried; i++)
				handIn(last, names.get(i), inner, in.get(2 + i).getName());
			body.getNodeList().forEach(m -> read(m, layer, inner));
			on = fixed(n, id, inner, body.getOutput(0).getName(), "condition") != 0;
			names = body.getOutputList().stream().skip(1).limit(carried).map(ValueInfoProto::getName).toList();
			for (int i = 0; i < collected.size(); i++)
				collected.get(i).add(draft.resolve(inner.value(body.getOutput(1 + carried + i).getName())));
			last = inner;
			unroll();
		}
		for (int i = 0; i < Math.min(carried, n.getOutputCount()); i++)
			handOut(last, names.get(i), scope, n.getOutput(i));
		for (int i = 0; i < collected.size() && carried + i < n.getOutputCount(); i++)
			sequences.stack(id + ".scan" + i, layer, collected.get(i), scope.define(n.getOutput(carried + i)));
	}

	/** The body once for each slice of what is scanned; its first results are handed on to the next turn. */
	private void scan(final NodeProto n, final String id, final String layer, final Scope scope) {
		final ScanAxes axes = new ScanAxes(n, id);
		final GraphProto body = graph(n, "body");
		final int states = n.getInputCount() - axes.scanned();
		final int turns = axes.turns(i -> draft.shapes().of(draft.resolve(scope.value(n.getInput(states + i)))));
		expect((long) turns * (1 + body.getNodeCount()));
		final List<List<String>> collected = new ArrayList<>();
		for (int i = states; i < body.getOutputCount(); i++)
			collected.add(new ArrayList<>());
		Scope last = scope;
		List<String> names = n.getInputList().subList(0, states);
		for (int turn = 0; turn < turns; turn++) {
			final Scope inner = inner(scope, id + "." + turn, body);
			for (int i = 0; i < states; i++)
				handIn(last, names.get(i), inner, body.getInput(i).getName());
			for (int i = 0; i < axes.scanned(); i++)
				inner.bind(body.getInput(states + i).getName(), axes.slice(draft, id + "." + turn + ".slice" + i, layer, draft
					.resolve(scope.value(n.getInput(states + i))), i, turn, turns));
			body.getNodeList().forEach(m -> read(m, layer, inner));
			names = body.getOutputList().stream().limit(states).map(ValueInfoProto::getName).toList();
			for (int i = 0; i < collected.size(); i++)
				collected.get(i).add(axes.isBackwardOutput(i) ? 0 : turn, draft.resolve(inner.value(body.getOutput(states + i)
					.getName())));
			last = inner;
			unroll();
		}
		for (int i = 0; i < Math.min(states, n.getOutputCount()); i++)
			handOut(last, names.get(i), scope, n.getOutput(i));
		for (int i = 0; i < collected.size() && states + i < n.getOutputCount(); i++)
			if (!n.getOutput(states + i).isEmpty()) sequences.stack(id + ".scan" + i, layer, collected.get(i), scope.define(n
				.getOutput(states + i)), axes.output(i));
	}

	/** The body once for each element of the first sequence; other sequences run along, tensors stay. */
	private void map(final NodeProto n, final String id, final String layer, final Scope scope) {
		final GraphProto body = graph(n, "body");
		final int turns = sequences.of(n, scope, 0).size();
		final List<List<String>> results = new ArrayList<>();
		for (int i = 0; i < n.getOutputCount(); i++)
			results.add(new ArrayList<>());
		for (int turn = 0; turn < turns; turn++) {
			final Scope inner = inner(scope, id + "." + turn, body);
			for (int i = 0; i < n.getInputCount(); i++) {
				final List<String> sequence = scope.sequence(n.getInput(i));
				inner.bind(body.getInput(i).getName(), sequence == null ? scope.value(n.getInput(i)) : sequence.get(turn));
			}
			body.getNodeList().forEach(m -> read(m, layer, inner));
			for (int i = 0; i < results.size(); i++)
				results.get(i).add(draft.resolve(inner.value(body.getOutput(i).getName())));
		}
		for (int i = 0; i < results.size(); i++)
			scope.bind(n.getOutput(i), results.get(i));
	}
}
