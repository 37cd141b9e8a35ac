package io.glassbox.graph.io;

import java.nio.file.Path;
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
import io.glassbox.graph.Port;
import io.glassbox.graph.UnsupportedNetworkException;
import io.glassbox.graph.io.ScriptTree.Name;
import io.glassbox.graph.io.ScriptTree.Parameter;

/**
 * Reads a TorchScript file, traced or scripted, as a graph, in Java alone.
 * <p>
 * The network is read as it is at inference: every module counts as put into {@code eval()} mode, whatever the
 * file says of its {@code training}. The number of samples in a batch stays open. Parameters bear the names PyTorch gives
 * them ({@code layer1.0.conv1.weight}). Every module that is called and returns a tensor is a layer, named by its dotted
 * path; if it is called again, its second value is the layer {@code relu_1}, its third {@code relu_2}. A module
 * that is known by several paths bears the first. The network itself is no layer.
 * </p>
 */
public final class TorchScriptReader {

	private TorchScriptReader() {}

	/**
	 * The graph of the network in a TorchScript file.
	 *
	 * @throws UnsupportedNetworkException if the file is sound but uses operators or constructs without
	 *           translation; the message names them all
	 * @throws GlassboxException if the file is missing, damaged or no TorchScript file
	 */
	public static Network read(final Path file) {
		try (TorchArchive archive = TorchArchive.open(file)) {
			return network(file, archive, root(file, archive), constants(archive));
		}
	}

	/** The tensors that forward takes, by name; their shapes are not told. */
	static List<Port> inputs(final Path file) {
		try (TorchArchive archive = TorchArchive.open(file)) {
			final List<Parameter> parameters = new ScriptCode(archive).method(root(file, archive).type(), "forward")
				.parameters();
			return parameters.stream().skip(1).filter(p -> p.absent() == null).map(p -> new Port(p.name(), null)).toList();
		}
	}

	private static ScriptObject root(final Path file, final TorchArchive archive) {
		if (archive.has("byteorder") && !archive.text("byteorder").strip().equals("little")) throw new GlassboxException(
			file + " was saved on a big-endian machine. Load it in PyTorch on an ordinary PC and save it again.");
		final PickledTensors tensors = new PickledTensors(archive.storages("data/"));
		if (unpickled(archive, "data.pkl", tensors) instanceof ScriptObject root) return root;
		throw new GlassboxException(file + " holds no module. Expected a network saved by torch.jit.save.");
	}

	private static Object unpickled(final TorchArchive archive, final String entry, final PickledTensors tensors) {
		return new Unpickler(archive.name() + ": " + entry, archive.bytes(entry), tensors).read();
	}

	private static List<Object> constants(final TorchArchive archive) {
		if (!archive.has("constants.pkl")) return List.of();
		final Object constants = unpickled(archive, "constants.pkl", new PickledTensors(archive.storages("constants/")));
		final List<Object> values = constants instanceof ScriptTuple t ? t.values() : List.of();
		for (int i = 0; i < values.size(); i++)
			if (values.get(i) instanceof SymbolicTensor t) t.nameConstant("constants." + i);
		return values;
	}

	/**
	 * Evaluates the network. Code that pads or cuts the input before a layer tells its number of axes is evaluated a second time,
	 * with what the first has taught.
	 */
	private static Network network(final Path file, final TorchArchive archive, final ScriptObject root,
		final List<Object> constants)
	{
		final IdentityHashMap<Object, String> paths = ModulePaths.of(root);
		final ScriptCode code = new ScriptCode(archive);
		Map<String, Integer> ranks = Map.of();
		while (true) {
			final GraphDraft draft = new GraphDraft(1L << 28);
			final ScriptEvaluator evaluator = new ScriptEvaluator(code, draft, paths, constants);
			final Map<String, SymbolicTensor> inputs = new LinkedHashMap<>();
			final Map<String, SymbolicTensor> outputs = outputs(evaluator, code, root, inputs, ranks);
			final Set<String> unsupported = new LinkedHashSet<>(evaluator.unsupported());
			unsupported.addAll(draft.postponed());
			unsupported.addAll(draft.uncomputable(outputs.values().stream().filter(t -> !t.isConstant()).map(
				SymbolicTensor::value).toList()));
			if (unsupported.isEmpty()) return DraftNames.network(draft, inputs, outputs);
			final Map<String, Integer> learnt = new HashMap<>();
			inputs.forEach((name, tensor) -> learnt.put(name, tensor.rank()));
			if (draft.postponed().isEmpty() || learnt.equals(ranks)) throw new UnsupportedNetworkException(file.getFileName() +
				" is not readable as a graph: " + String.join(", ", unsupported) + ".");
			ranks = learnt;
		}
	}

	private static Map<String, SymbolicTensor> outputs(final ScriptEvaluator evaluator, final ScriptCode code,
		final ScriptObject root, final Map<String, SymbolicTensor> inputs, final Map<String, Integer> ranks)
	{
		final Map<String, SymbolicTensor> outputs = new LinkedHashMap<>();
		try {
			final List<Object> arguments = arguments(code, root, inputs);
			ranks.forEach((name, rank) -> {
				if (rank >= 0) inputs.get(name).extents().learnRank(inputs.get(name).value(), rank);
			});
			collect(evaluator.method(root, "forward", arguments, Map.of()), "", outputs);
			if (outputs.isEmpty() && evaluator.unsupported().isEmpty()) throw new UnsupportedConstruct("forward, which returns no tensor");
		}
		catch (final UnsupportedConstruct e) {
			evaluator.note(e);
		}
		return outputs;
	}

	/** What forward is called with: a tensor for each argument that has no default. */
	private static List<Object> arguments(final ScriptCode code, final ScriptObject root,
		final Map<String, SymbolicTensor> inputs)
	{
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
