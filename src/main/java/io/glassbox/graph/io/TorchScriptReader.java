package io.glassbox.graph.io;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Network;
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
			if (archive.has("byteorder") && !archive.text("byteorder").strip().equals("little")) throw new GlassboxException(
				file + " was saved on a big-endian machine. Load it in PyTorch on an ordinary PC and save it again.");
			final PickledTensors tensors = new PickledTensors(archive.storages("data/"));
			if (!(unpickled(archive, "data.pkl", tensors) instanceof ScriptObject root)) throw new GlassboxException(file +
				" holds no module. Expected a network saved by torch.jit.save.");
			return network(file, archive, root, constants(archive));
		}
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

	private static Network network(final Path file, final TorchArchive archive, final ScriptObject root,
		final List<Object> constants)
	{
		final GraphDraft draft = new GraphDraft();
		final ScriptCode code = new ScriptCode(archive);
		final ScriptEvaluator evaluator = new ScriptEvaluator(code, draft, ModulePaths.of(root), constants);
		final Map<String, SymbolicTensor> inputs = new LinkedHashMap<>();
		Object returned = Unknown.FAULT;
		try {
			returned = evaluator.method(root, "forward", arguments(code, root, inputs), Map.of());
		}
		catch (final UnsupportedConstruct e) {
			evaluator.note(e);
		}
		final Map<String, SymbolicTensor> outputs = new LinkedHashMap<>();
		if (evaluator.unsupported().isEmpty()) collect(returned, "", outputs);
		if (outputs.isEmpty() && evaluator.unsupported().isEmpty()) evaluator.note(new UnsupportedConstruct(
			"forward returns no tensor"));
		if (!evaluator.unsupported().isEmpty()) throw new UnsupportedNetworkException(file.getFileName() +
			" is not readable as a graph: " + String.join(", ", evaluator.unsupported()) + ".");
		return DraftNames.network(draft, inputs, outputs);
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
