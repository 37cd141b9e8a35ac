package io.glassbox.demo;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Names;
import io.glassbox.graph.io.SafeFile;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The networks that ship with the product, as files.
 * <p>
 * {@code mammo-cnn} tells normal from benign from malignant by the tissue; {@code mammo-cnn-confounded} was
 * trained where every malignant film bore a lead marker, and reads that instead; {@code mammo-seg} says of each pixel whether it
 * belongs to a lesion. {@link TrainDemo} made them all.
 * </p>
 */
public final class DemoNetworks {

	public static final String MAMMO_CNN = "mammo-cnn";
	public static final String CONFOUNDED = "mammo-cnn-confounded";
	public static final String SEGMENTER = "mammo-seg";

	/** What belongs to a network, the network itself last: a reader who finds it finds the others, too. */
	private static final List<String> ENDINGS = List.of(".labels.txt", ".glassbox.yaml", ".onnx");

	private DemoNetworks() {}

	public static List<String> names() {
		return List.of(MAMMO_CNN, CONFOUNDED, SEGMENTER);
	}

	/**
	 * Writes a network with its description and class names into a folder, which is made if need be. A file that
	 * is there already with the same contents is left alone.
	 *
	 * @return the ONNX file
	 * @throws GlassboxException if there is no such network, or the folder cannot be written
	 */
	public static Path extract(final String name, final Path folder) {
		if (!names().contains(name)) throw new GlassboxException(Names.unknown("demo network", name, names()));
		Path file = folder;
		for (final String ending : ENDINGS) {
			file = folder.resolve(name + ending);
			final byte[] bytes = resource(name + ending);
			if (!holds(file, bytes)) SafeFile.write(file, out -> out.write(bytes));
		}
		return file;
	}

	private static boolean holds(final Path file, final byte[] bytes) {
		try {
			return Files.isRegularFile(file) && Files.size(file) == bytes.length && Arrays.equals(Files.readAllBytes(file),
				bytes);
		}
		catch (final IOException e) {
			throw new GlassboxException("Cannot read " + file + " (" + e.getMessage() + "); choose another folder.", e);
		}
	}

	private static byte[] resource(final String name) {
		try (InputStream in = DemoNetworks.class.getResourceAsStream(name)) {
			if (in == null) throw new GlassboxException("The demo file '" + name +
				"' is not in this installation of Glassbox; install it anew.");
			return in.readAllBytes();
		}
		catch (final IOException e) {
			throw new GlassboxException("The demo file '" + name + "' cannot be read from the jar (" + e.getMessage() +
				"); install Glassbox anew.", e);
		}
	}
}
