package io.glassbox.command;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.io.OnnxWriter;
import io.glassbox.model.Lease;
import io.glassbox.model.ModelDescription;
import io.glassbox.model.ModelPackage;
import io.glassbox.rule.MergeBatchNorm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A network on its way from the file it came in to an ONNX file, with what is known about it. */
record SavedNetwork(Path model, ModelDescription description) {

	private static final Logger LOG = LoggerFactory.getLogger(SavedNetwork.class);
	private static final String ENDING = ".onnx";

	SavedNetwork {
		description = description.channelsFirst();
	}

	/**
	 * A description that is there already and says something else is kept as {@code .old}: it was for another network of that
	 * name, or was corrected by hand.
	 *
	 * @return the files written, the ONNX file first
	 */
	List<Path> write(final Path onnx, final Supplier<Lease> loaded, final boolean mergeBatchNorm) {
		check(onnx);
		final Network network;
		try (Lease lease = loaded.get()) {
			network = graph(lease.model());
		}
		final List<Path> written = new ArrayList<>(OnnxWriter.write(mergeBatchNorm ? new MergeBatchNorm().apply(network)
			: network, onnx));
		final Path yaml = ModelDescription.fileFor(onnx);
		if (description.isDefault() || Files.exists(yaml) && text(yaml).equals(description.yaml())) return written;
		if (Files.exists(yaml)) LOG.warn("{} said something else; it is kept as {}", yaml, OldFile.keep(yaml).getFileName());
		description.write(yaml);
		written.add(yaml);
		return written;
	}

	private Network graph(final Model loaded) {
		return loaded.graph().orElseThrow(() -> new GlassboxException("'" + model.getFileName() +
			"' cannot be saved as ONNX, since it opened as a black box, of which nobody sees the layers: " + loaded
				.opaqueBecause().orElse("no reason known")));
	}

	private static String text(final Path yaml) {
		try {
			return Files.readString(yaml);
		}
		catch (final IOException e) {
			throw new GlassboxException("Cannot read " + yaml + ": " + e.getMessage() + "; check its permissions.", e);
		}
	}

	/** What can be said before a network is loaded, which may take long. */
	private void check(final Path onnx) {
		if (onnx.getFileName() == null || Files.isDirectory(onnx)) throw new GlassboxException("'" + onnx +
			"' is a folder; name the ONNX file to write in it, for instance '" + onnx.resolve(ModelDescription.fileFor(model)
				.getFileName().toString().replaceFirst("\\..*$", ENDING)) + "'.");
		if (!onnx.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(ENDING)) throw new GlassboxException(
			"A network is saved as ONNX, but '" + onnx + "' does not end in " + ENDING + "; choose a name that does.");
		final Path from = ModelPackage.of(model).model();
		try {
			if (Files.exists(onnx) && Files.exists(from) && Files.isSameFile(onnx, from)) throw new GlassboxException("'" +
				onnx + "' is the file the network comes from; choose another name, so that the original stays.");
		}
		catch (final IOException e) {
			throw new GlassboxException("Cannot tell whether '" + onnx + "' is another file than '" + model + "': " + e
				.getMessage() + ".", e);
		}
	}
}
