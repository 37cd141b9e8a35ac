package io.glassbox.cli;

import io.glassbox.command.GlassboxService;
import io.glassbox.explain.Progress;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.Torch;
import io.glassbox.graph.io.Npy;
import io.glassbox.model.ModelManager;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.scijava.Context;
import org.scijava.command.CommandService;

import ij.IJ;
import ij.ImagePlus;

/** A SciJava context for one command line, closed at its end. */
final class Session implements AutoCloseable {

	private static final Gson GSON = new GsonBuilder().setPrettyPrinting().disableHtmlEscaping()
		.serializeSpecialFloatingPointValues().create();

	private final Context context = Torch.withOwnLoader(() -> new Context(CommandService.class, GlassboxService.class));

	/** Networks open as the settings say. */
	Session() {}

	/** @param noBlackBox whether black boxes are refused until the session ends, even if the settings allow them */
	Session(final boolean noBlackBox) {
		if (noBlackBox) context.service(ModelManager.class).forbidBlackBoxesHere();
	}

	Context context() {
		return context;
	}

	GlassboxService glassbox() {
		return context.service(GlassboxService.class);
	}

	/** @throws GlassboxException if there is no such file or ImageJ cannot read it */
	static ImagePlus open(final Path file) {
		if (!Files.isRegularFile(file)) throw new GlassboxException("There is no image file " + file + ".");
		final ImagePlus image = IJ.openImage(file.toString());
		if (image == null) throw new GlassboxException(file + " is no image that ImageJ can read; TIFF, PNG, JPEG and " +
			"DICOM are.");
		return image;
	}

	static List<Tensor> tensors(final List<Path> files) {
		return files.stream().map(Npy::read).toList();
	}

	static String json(final Object value) {
		return GSON.toJson(value);
	}

	static Progress progress() {
		return Progress.NONE;
	}

	@Override
	public void close() {
		context.dispose();
	}
}
