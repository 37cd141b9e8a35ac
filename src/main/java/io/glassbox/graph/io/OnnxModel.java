package io.glassbox.graph.io;

import ai.djl.Device;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Gradients;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An ONNX file that cannot be read as a graph: ONNX Runtime scores it, and that is all it can do. */
public final class OnnxModel implements Model {

	private final OnnxRuntimeScorer scorer;
	private final String because;
	private final long bytes;

	private OnnxModel(final OnnxRuntimeScorer scorer, final String because, final long bytes) {
		this.scorer = scorer;
		this.because = because;
		this.bytes = bytes;
	}

	/**
	 * @param because why there is no graph, one sentence
	 * @throws GlassboxException if ONNX Runtime does not know the file either
	 */
	public static OnnxModel open(final Path file, final Device device, final String because) {
		try {
			final long bytes = Files.size(file);
			return new OnnxModel(OnnxRuntimeScorer.open(file, device), because, bytes);
		}
		catch (final GlassboxException e) {
			throw new GlassboxException(because + " " + e.getMessage(), e);
		}
		catch (final IOException e) {
			throw new UncheckedIOException(e);
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
		return scorer.inputs();
	}

	@Override
	public List<Tensor> score(final List<Tensor> inputs) {
		return scorer.score(inputs);
	}

	@Override
	public Map<String, Tensor> activations(final List<Tensor> inputs, final Collection<String> values) {
		throw new GlassboxException("The layers of this network cannot be seen: " + because);
	}

	@Override
	public Gradients differentiate(final List<Tensor> inputs, final Collection<String> values,
		final Gradients.Seed seed)
	{
		throw new GlassboxException("This method needs gradients, which this network does not have: " + because +
			" Methods that only score altered images work; the TorchScript file of the same network has gradients.");
	}

	@Override
	public String engine() {
		return scorer.engine();
	}

	@Override
	public long bytes() {
		return bytes;
	}

	@Override
	public void close() {
		scorer.close();
	}
}
