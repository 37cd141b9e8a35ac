package io.glassbox.command;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Network;
import io.glassbox.graph.io.OnnxWriter;
import io.glassbox.model.Lease;
import io.glassbox.model.ModelDescription;
import io.glassbox.rule.MergeBatchNorm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** A network on its way from the file it came in to an ONNX file, with what is known about it. */
record SavedNetwork(Path model, ModelDescription description) {

	private static final String ENDING = ".onnx";

	/** @return the files written, the ONNX file first */
	List<Path> write(final Path onnx, final Supplier<Lease> loaded, final boolean mergeBatchNorm) {
		check(onnx);
		final Network network;
		try (Lease lease = loaded.get()) {
			network = lease.model().network();
		}
		final List<Path> written = new ArrayList<>(OnnxWriter.write(mergeBatchNorm ? new MergeBatchNorm().apply(network)
			: network, onnx));
		final Path yaml = ModelDescription.fileFor(onnx);
		if (!description.isDefault() && !Files.exists(yaml)) {
			description.write(yaml);
			written.add(yaml);
		}
		return written;
	}

	private void check(final Path onnx) {
		if (!onnx.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(ENDING)) throw new GlassboxException(
			"A network is saved as ONNX, but '" + onnx + "' does not end in " + ENDING + "; choose a name that does.");
		try {
			if (Files.exists(onnx) && Files.exists(model) && Files.isSameFile(onnx, model)) throw new GlassboxException("'" +
				onnx + "' is the file the network comes from; choose another name, so that the original stays.");
		}
		catch (final IOException e) {
			throw new GlassboxException("Cannot tell whether '" + onnx + "' is another file than '" + model + "': " + e
				.getMessage() + ".", e);
		}
	}
}
