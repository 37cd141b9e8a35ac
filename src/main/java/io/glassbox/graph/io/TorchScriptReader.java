package io.glassbox.graph.io;

import java.nio.file.Path;
import java.util.List;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Network;
import io.glassbox.graph.Port;
import io.glassbox.graph.UnsupportedNetworkException;
import io.glassbox.graph.io.ScriptReading.Attempt;
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

	/** The graph of the network in a file about whose input nothing is known, see {@link #read(Path, Opening)}. */
	public static Network read(final Path file) {
		return read(file, Opening.DEFAULT);
	}

	/**
	 * The graph of the network in a TorchScript file.
	 * <p>
	 * Extents in space stay open where the code allows. Code that decides by the size of the input is read for one
	 * size, which the network's input then has: the one given, or else one that the code's own checks accept.
	 * </p>
	 *
	 * @throws UnsupportedNetworkException if the file is sound but uses operators or constructs without
	 *           translation; the message names them all
	 * @throws GlassboxException if the file is missing, damaged or no TorchScript file
	 */
	public static Network read(final Path file, final Opening how) {
		try (TorchArchive archive = TorchArchive.open(file)) {
			final PickledTensors tensors = new PickledTensors(archive.storages("data/"));
			final ScriptObject root = root(file, archive, tensors);
			final Network network = network(file, new ScriptReading(archive, root, constants(archive), budget(file)), how);
			return Widened.note(tensors.widened()).map(note -> network.toBuilder().note(note).build()).orElse(network);
		}
	}

	/** Bytes that constants computed while reading may take. */
	private static long budget(final Path file) {
		return (1L << 27) + 2 * file.toFile().length();
	}

	/** The tensors that forward takes, by name; their shapes are not told. */
	static List<Port> inputs(final Path file) {
		try (TorchArchive archive = TorchArchive.open(file)) {
			final String type = unpickler(archive, "data.pkl", new PickledTensors(archive.storages("data/"))).type();
			final List<Parameter> parameters = new ScriptCode(archive).method(type, "forward").parameters();
			return parameters.stream().skip(1).filter(p -> p.absent() == null).map(p -> new Port(p.name(), null)).toList();
		}
	}

	private static ScriptObject root(final Path file, final TorchArchive archive, final PickledTensors tensors) {
		if (archive.has("byteorder") && !archive.text("byteorder").strip().equals("little")) throw new GlassboxException(
			file + " was saved on a big-endian machine. Load it in PyTorch on an ordinary PC and save it again.");
		final Object read = unpickler(archive, "data.pkl", tensors).read();
		if (read instanceof ScriptObject root) return root;
		throw new GlassboxException(file + " holds no module. Expected a network saved by torch.jit.save.");
	}

	private static Unpickler unpickler(final TorchArchive archive, final String entry, final PickledTensors tensors) {
		return new Unpickler(archive.name() + ": " + entry, archive.bytes(entry), tensors);
	}

	private static List<Object> constants(final TorchArchive archive) {
		if (!archive.has("constants.pkl")) return List.of();
		final Object constants = unpickler(archive, "constants.pkl", new PickledTensors(archive.storages("constants/")))
			.read();
		final List<Object> values = constants instanceof ScriptTuple t ? t.values() : List.of();
		for (int i = 0; i < values.size(); i++) {
			if (values.get(i) instanceof SymbolicTensor t) t.nameConstant("constants." + i);
			if (values.get(i) instanceof ScriptObject packed) ModulePaths.name(packed, "constants." + i);
		}
		return values;
	}

	private static Network network(final Path file, final ScriptReading reading, final Opening how) {
		final Attempt open = reading.attempt(List.of());
		if (open.network() != null) return open.network();
		Attempt best = open;
		for (final List<Integer> size : InputSizes.toTry(how, open)) {
			final Attempt fixed = reading.attempt(size);
			if (fixed.network() != null) return fixed.network().toBuilder().note("Its code decides by the size of the input: read " +
				"for " + InputSizes.text(size) + ". For another size give 'inputsize', or 'input.size' in its description.").build();
			if (fixed.unsupported().size() < best.unsupported().size()) best = fixed;
		}
		throw new UnsupportedNetworkException(file.getFileName() + " is not readable as a graph: " + String.join(", ", best
			.unsupported()) + ".");
	}
}
