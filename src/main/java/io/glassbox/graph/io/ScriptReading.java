package io.glassbox.graph.io;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Network;
import io.glassbox.graph.io.ScriptTree.Name;
import io.glassbox.graph.io.ScriptTree.Parameter;

/** Evaluates the code of one opened file into a graph, as often as it takes. */
final class ScriptReading {

	/**
	 * What came of one evaluation.
	 *
	 * @param network the graph, or null if there is something unsupported
	 * @param unsupported what has no translation
	 * @param rank number of axes of the first input, or -1 if it was not learnt
	 * @param checked the extents in space of the first input if the code itself fixes all of them, else empty
	 */
	record Attempt(Network network, Set<String> unsupported, int rank, List<Integer> checked) {}

	private final ScriptObject root;
	private final List<Object> constants;
	private final long budget;
	private final IdentityHashMap<Object, String> paths;
	private final ScriptCode code;

	/** @param budget bytes that constants computed on the way may take */
	ScriptReading(final TorchArchive archive, final ScriptObject root, final List<Object> constants, final long budget) {
		this.root = root;
		this.constants = constants;
		this.budget = budget;
		paths = ModulePaths.of(root);
		code = new ScriptCode(archive);
		if (code.lacks(root.type(), "forward")) throw new GlassboxException(archive.name() + " holds a " + root.type() +
			" without the method 'forward', the one that is run. Save a module that has it.");
	}

	/**
	 * Evaluates the network. Code that pads or cuts the input before a layer tells its number of axes is evaluated a second time,
	 * with what the first has taught.
	 *
	 * @param size extents in space of the input, or empty to leave them open
	 */
	Attempt attempt(final List<Integer> size) {
		Map<String, Integer> ranks = Map.of();
		while (true) {
			final GraphDraft draft = new GraphDraft(budget);
			final ScriptEvaluator evaluator = new ScriptEvaluator(code, draft, paths, constants);
			final Map<String, SymbolicTensor> inputs = new LinkedHashMap<>();
			final Map<String, SymbolicTensor> outputs = outputs(evaluator, inputs, ranks, size);
			final Set<String> unsupported = new LinkedHashSet<>(evaluator.unsupported());
			unsupported.addAll(draft.postponed());
			unsupported.addAll(draft.uncomputable(outputs.values().stream().filter(t -> !t.isConstant()).map(
				SymbolicTensor::value).toList()));
			if (unsupported.isEmpty()) return attempt(DraftNames.network(draft, inputs, outputs), Set.of(), inputs);
			final Map<String, Integer> learnt = new HashMap<>();
			inputs.forEach((name, tensor) -> learnt.put(name, tensor.rank()));
			if (draft.postponed().isEmpty() || learnt.equals(ranks)) return attempt(null, unsupported, inputs);
			ranks = learnt;
		}
	}

	private static Attempt attempt(final Network network, final Set<String> unsupported,
		final Map<String, SymbolicTensor> inputs)
	{
		final Extents first = inputs.isEmpty() ? Extents.unknown() : inputs.values().iterator().next().extents();
		final List<Integer> checked = new ArrayList<>();
		for (int axis = 2; axis < first.rank(); axis++)
			if (first.get(axis) instanceof Long n && n > 0 && n <= Integer.MAX_VALUE) checked.add(n.intValue());
		return new Attempt(network, unsupported, first.rank(), checked.size() == first.rank() - 2 ? checked : List.of());
	}

	private Map<String, SymbolicTensor> outputs(final ScriptEvaluator evaluator,
		final Map<String, SymbolicTensor> inputs, final Map<String, Integer> ranks, final List<Integer> size)
	{
		final Map<String, SymbolicTensor> outputs = new LinkedHashMap<>();
		try {
			final List<Object> arguments = arguments(inputs);
			ranks.forEach((name, rank) -> {
				if (rank >= 0) inputs.get(name).extents().learnRank(inputs.get(name).value(), rank);
			});
			inputs.values().forEach(input -> fix(input, size));
			collect(evaluator.method(root, "forward", arguments, Map.of()), "", outputs);
			if (outputs.isEmpty() && evaluator.unsupported().isEmpty()) throw new UnsupportedConstruct(
				"forward, which returns no tensor");
		}
		catch (final UnsupportedConstruct e) {
			evaluator.note(e);
		}
		return outputs;
	}

	private static void fix(final SymbolicTensor input, final List<Integer> size) {
		if (size.isEmpty()) return;
		input.extents().learnRank(input.value(), size.size() + 2);
		if (input.rank() == size.size() + 2) for (int i = 0; i < size.size(); i++)
			input.extents().learn(i + 2, size.get(i));
	}

	/** What forward is called with: a tensor for each argument that has no default. */
	private List<Object> arguments(final Map<String, SymbolicTensor> inputs) {
		final List<Object> arguments = new ArrayList<>();
		final List<Parameter> parameters = code.method(root.type(), "forward").parameters();
		for (final Parameter p : parameters.subList(1, parameters.size())) {
			if (p.absent() != null) break;
			if (!new Name("Tensor").equals(p.type())) throw new UnsupportedConstruct("the argument " + p.name() +
				" of forward, which is no tensor");
			final SymbolicTensor input = SymbolicTensor.computed("%" + p.name(), SymbolicTensor.Kind.FLOAT);
			inputs.put(p.name(), input.copy());
			arguments.add(input);
		}
		return arguments;
	}

	/** The tensors in what forward returns, named {@code output}, or by their keys. */
	private static void collect(final Object returned, final String name, final Map<String, SymbolicTensor> outputs) {
		if (returned instanceof SymbolicTensor tensor) outputs.put(name.isEmpty() ? "output" : name, tensor);
		else if (returned instanceof Map<?, ?> map) map.forEach((k, v) -> collect(v, name.isEmpty() ? k.toString() : name +
			"." + k, outputs));
		else if (returned instanceof ScriptTuple || returned instanceof List<?>) {
			final List<?> values = returned instanceof ScriptTuple t ? t.values() : (List<?>) returned;
			for (int i = 0; i < values.size(); i++)
				collect(values.get(i), (name.isEmpty() ? "output" : name) + (i == 0 ? "" : "_" + i), outputs);
		}
	}
}
