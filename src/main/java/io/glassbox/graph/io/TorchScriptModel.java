package io.glassbox.graph.io;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.glassbox.graph.EngineMessage;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Gradients;
import io.glassbox.graph.Model;
import io.glassbox.graph.Names;
import io.glassbox.graph.NativeArrays;
import io.glassbox.graph.Network;
import io.glassbox.graph.Port;
import io.glassbox.graph.Ports;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.Torch;

/**
 * A TorchScript file that libtorch itself runs, a black box: it scores and gives gradients with respect to its
 * inputs, its layers cannot be seen.
 * <p>
 * It runs as at inference, whatever mode it was saved in. Its parameters are loaded as trainable, without which libtorch
 * refuses to differentiate, and then excluded from differentiation, so that a backward pass costs nothing for
 * them and several may run at once.
 * </p>
 */
public final class TorchScriptModel implements Model {

	private final String name;
	private final Device device;
	private final String because;
	private final List<Port> inputs;
	private final long bytes;
	private final PtNDManager manager;
	private final PtSymbolBlock block;

	private TorchScriptModel(final Path file, final Device device, final String because, final long bytes) {
		this.name = file.getFileName().toString();
		this.device = device;
		this.because = because;
		this.bytes = bytes;
		inputs = TorchScriptReader.inputs(file);
		manager = (PtNDManager) Torch.newManager(device);
		try {
			block = JniUtils.loadModule(manager, file, true, new String[0], new String[0], true);
			manager.attachInternal(file.toString(), block);
			JniUtils.enableInferenceMode(block);
			for (final NDArray parameter : JniUtils.moduleGetParams(block, manager))
				JniUtils.attachGradient((PtNDArray) parameter, false);
		}
		catch (final RuntimeException e) {
			manager.close();
			throw e;
		}
	}

	/**
	 * Loads a file onto a device.
	 *
	 * @param opaqueBecause why there is no graph, one sentence
	 * @throws GlassboxException if libtorch cannot load the file either
	 */
	public static TorchScriptModel open(final Path file, final Device device, final String opaqueBecause) {
		try {
			return new TorchScriptModel(file, device, opaqueBecause, Files.size(file));
		}
		catch (final EngineException e) {
			ForeignOperator.refuse(file, String.valueOf(e.getMessage()));
			throw new GlassboxException("libtorch cannot load " + file + " either: " + firstLine(e) + " " + opaqueBecause, e);
		}
		catch (final IOException e) {
			throw new GlassboxException("Cannot read " + file + ": " + e.getMessage() + ".", e);
		}
	}

	@Override
	public Optional<Network> graph() {
		return Optional.empty();
	}

	@Override
	public Optional<String> opaqueBecause() {
		return Optional.of(because);
	}

	@Override
	public List<Port> inputs() {
		return inputs;
	}

	@Override
	public List<Tensor> score(final List<Tensor> given) {
		Ports.check(inputs, given);
		return Torch.withGradients(false, () -> {
			try (PtNDManager scope = (PtNDManager) manager.newSubManager()) {
				final NDList arrays = new NDList();
				given.forEach(t -> arrays.add(NativeArrays.array(scope, t)));
				return forward(arrays, false).stream().map(NativeArrays::tensor).toList();
			}
		});
	}

	@Override
	public Map<String, Tensor> activations(final List<Tensor> given, final Collection<String> values) {
		throw new GlassboxException("The layers of this network cannot be seen: " + because);
	}

	@Override
	public Gradients differentiate(final List<Tensor> given, final Collection<String> values, final Gradients.Seed seed) {
		Ports.check(inputs, given);
		final List<String> names = inputs.stream().map(Port::name).toList();
		for (final String value : values)
			if (!names.contains(value)) throw new GlassboxException(Names.unknown("input", value, names) +
				" The layers of this network cannot be seen: " + because);
		return Torch.withGradients(true, () -> {
			try (PtNDManager scope = (PtNDManager) manager.newSubManager()) {
				return differentiate(scope, given, names, values, seed);
			}
		});
	}

	private Gradients differentiate(final PtNDManager scope, final List<Tensor> given, final List<String> names,
		final Collection<String> values, final Gradients.Seed seed)
	{
		final NDList arrays = new NDList();
		final Map<String, PtNDArray> leaves = new HashMap<>();
		for (int i = 0; i < given.size(); i++) {
			final PtNDArray array = NativeArrays.array(scope, given.get(i));
			arrays.add(array);
			if (!values.contains(names.get(i))) continue;
			JniUtils.attachGradient(array, true);
			leaves.put(names.get(i), array);
		}
		final NDList results = forward(arrays, true);
		final List<Tensor> outputs = results.stream().map(NativeArrays::tensor).toList();
		backward(scope, results, seed.of(outputs));
		final Map<String, Tensor> activations = new LinkedHashMap<>();
		final Map<String, Tensor> gradients = new LinkedHashMap<>();
		for (final String value : values) {
			activations.put(value, given.get(names.indexOf(value)));
			try (PtNDArray gradient = JniUtils.getGradient(leaves.get(value))) {
				gradients.put(value, NativeArrays.tensor(gradient));
			}
		}
		return new Gradients(outputs, activations, gradients);
	}

	private void backward(final PtNDManager scope, final NDList outputs, final List<Tensor> seeds) {
		try {
			for (int i = 0; i < seeds.size(); i++)
				if (seeds.get(i) != null) JniUtils.backward((PtNDArray) outputs.get(i), NativeArrays.array(scope, seeds.get(i)),
					true, false);
		}
		catch (final EngineException e) {
			throw new GlassboxException("libtorch cannot differentiate " + name + ": " + firstLine(e), e);
		}
	}

	/** Results belong to the manager of the first input. */
	private NDList forward(final NDList arrays, final boolean differentiable) {
		try {
			return IValueUtils.forward(block, arrays, differentiable);
		}
		catch (final EngineException e) {
			throw new GlassboxException("libtorch failed to run " + name + ": " + firstLine(e) +
				" Do the inputs have the size the network expects?", e);
		}
	}

	/** libtorch appends its own stack; the last line that is no frame says what went wrong. */
	private static String firstLine(final EngineException e) {
		final List<String> lines = String.valueOf(e.getMessage()).lines().map(String::strip).filter(l -> !l.isEmpty())
			.toList();
		return lines.stream().filter(l -> l.startsWith("RuntimeError:") || l.contains("Error:")).reduce((a, b) -> b).map(
			EngineException::new).map(EngineMessage::of).orElseGet(() -> EngineMessage.of(e));
	}

	@Override
	public String engine() {
		return Torch.describe(device);
	}

	@Override
	public long bytes() {
		return bytes;
	}

	@Override
	public void close() {
		manager.close();
	}
}
