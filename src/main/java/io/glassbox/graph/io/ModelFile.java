package io.glassbox.graph.io;

import ai.djl.Device;

import io.glassbox.graph.EngineMessage;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.UnsupportedNetworkException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a network whatever its format, which is told from the contents, not from the name: TorchScript is
 * a zip archive, anything else is taken for ONNX.
 */
public final class ModelFile {

	private static final Logger LOG = LoggerFactory.getLogger(ModelFile.class);
	private static final byte[] ZIP = { 'P', 'K', 3, 4 };

	private ModelFile() {}

	/** Opens a file about whose input nothing is known, see {@link #open(Path, Device, Opening)}. */
	public static Model open(final Path file, final Device device) {
		return open(file, device, Opening.DEFAULT);
	}

	/**
	 * Opens a file for use on a device. One that cannot be read as a graph opens as a black box, which knows why, unless that
	 * is forbidden.
	 *
	 * @return the model; the caller closes it
	 * @throws GlassboxException if there is no such file, or it is no network, or damaged, or no engine can run it
	 */
	public static Model open(final Path file, final Device device, final Opening how) {
		final boolean torchScript = isZip(file);
		try {
			return guarded(file, () -> {
				final Network network = asExpected(torchScript ? TorchScriptReader.read(file, how) : OnnxReader.read(file), how);
				network.notes().forEach(note -> LOG.info("'{}': {}", file.getFileName(), note));
				return new GraphModel(network, device);
			});
		}
		catch (final UnsupportedNetworkException e) {
			BlackBoxes.admit(file, torchScript, how, e.getMessage());
			return guarded(file, () -> torchScript ? TorchScriptModel.open(file, device, e.getMessage()) : OnnxModel.open(file,
				device, e.getMessage()));
		}
	}

	/** The network as everything that explains expects it: channels before height and width, scores before other outputs. */
	private static Network asExpected(final Network network, final Opening how) {
		return ScoresFirst.of(ChannelsLast.opened(network, how.axes()), how.scores());
	}

	/**
	 * Reads a file that may contradict itself in ways nobody thought of, or be nested too deep or too large for this program:
	 * whatever comes of that is one sentence. Only readers in Java run here, which leave nothing behind when they fail.
	 */
	private static Model guarded(final Path file, final Supplier<Model> reading) {
		try {
			return reading.get();
		}
		catch (final GlassboxException | CancellationException e) {
			throw e;
		}
		catch (final StackOverflowError e) {
			throw new GlassboxException("The network in '" + file + "' is nested too deep to be read; no program writes such " +
				"files, so it is damaged, or made to do harm.", e);
		}
		catch (final OutOfMemoryError e) {
			throw new GlassboxException("There is not enough memory to read '" + file + "': Java may take " + (Runtime.getRuntime()
				.maxMemory() >> 20) + " MB (Edit > Options > Memory & Threads..., or -Xmx).", e);
		}
		catch (final RuntimeException e) {
			throw new GlassboxException("The network in '" + file + "' contradicts itself, so it is damaged or newer than this " +
				"program: " + EngineMessage.of(e), e);
		}
	}

	/** Whether the file begins as a zip archive does; a file that is not there does not. */
	private static boolean isZip(final Path file) {
		if (!Files.isRegularFile(file)) return false;
		try (InputStream in = Files.newInputStream(file)) {
			return Arrays.equals(ZIP, in.readNBytes(ZIP.length));
		}
		catch (final IOException e) {
			throw new GlassboxException("The file '" + file + "' cannot be read (" + e.getMessage() +
				"); check its permissions and the disk.", e);
		}
	}
}
