package io.glassbox.graph.io;

import ai.djl.Device;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.UnsupportedNetworkException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

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
	 * Opens a file for use on a device. One that cannot be read as a graph opens as a black box, which knows why.
	 *
	 * @return the model; the caller closes it
	 * @throws GlassboxException if there is no such file, or it is no network, or damaged, or no engine can run it
	 */
	public static Model open(final Path file, final Device device, final Opening how) {
		final boolean torchScript = isZip(file);
		try {
			return new GraphModel(torchScript ? TorchScriptReader.read(file, how) : OnnxReader.read(file), device);
		}
		catch (final UnsupportedNetworkException e) {
			LOG.info("'{}' opens as a black box: {}", file, e.getMessage());
			return torchScript ? TorchScriptModel.open(file, device, e.getMessage()) : OnnxModel.open(file, device, e
				.getMessage());
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
