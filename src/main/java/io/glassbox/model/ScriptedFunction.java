package io.glassbox.model;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;

import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;

import org.scijava.module.ModuleException;
import org.scijava.module.ModuleService;
import org.scijava.script.ScriptInfo;
import org.scijava.script.ScriptModule;
import org.scijava.script.ScriptService;

/**
 * A script that answers for a network which lives elsewhere: in another program, on a server, in Java.
 * <p>
 * It is a SciJava script of any language that is installed. It takes {@code images}, an array of float arrays: the values of each
 * image, channels x [depth x] height x width, one after another; and {@code shape}, an int array: images, channels, [depth,] height,
 * width. It gives {@code scores}, as many rows of numbers as there are images, or one number for each. What the images look like a
 * description beside it says, as of any network, {@code <script>.glassbox.yaml}.
 * </p>
 */
final class ScriptedFunction implements UnaryOperator<List<Tensor>> {

	private static final String EXPECTED = "; it is to set 'scores' to a row of numbers for each image";

	private final Path file;
	private final ScriptService scripts;

	private ScriptedFunction(final Path file, final ScriptService scripts) {
		this.file = file;
		this.scripts = scripts;
	}

	/** Whether a file is a script by its name, in a language that is installed. */
	static boolean is(final Path file, final ScriptService scripts) {
		final String name = file.getFileName().toString();
		final int dot = name.lastIndexOf('.');
		return dot > 0 && scripts.getLanguageByExtension(name.substring(dot + 1)) != null;
	}

	/**
	 * @param use of which the input's size tells whether images have depth
	 * @param allowed whether code that is not looked into may run
	 * @throws GlassboxException if it may not
	 */
	static Model open(final Path file, final ScriptService scripts, final ModelUse use, final boolean allowed) {
		if (!allowed) throw new GlassboxException("'" + file.getFileName() +
			"' is a script, which runs unseen, and black boxes are forbidden (Models..., --no-black-box).");
		return ScoreRows.model(use.inputSize(), new ScriptedFunction(file, scripts));
	}

	@Override
	public List<Tensor> apply(final List<Tensor> batch) {
		final Tensor images = batch.get(0);
		final Object scores = run(Map.of("images", ScoreRows.images(images), "shape", images.shape()));
		return List.of(ScoreRows.of(scores, images.size(0), "The script '" + file + "'", EXPECTED));
	}

	private Object run(final Map<String, Object> inputs) {
		try {
			final StringWriter errors = new StringWriter(); // where SciJava leaves what a script throws
			final ScriptModule module = new ScriptInfo(scripts.getContext(), file.toFile()).createModule();
			scripts.getContext().inject(module);
			module.setErrorWriter(errors);
			final Object scores = scripts.getContext().service(ModuleService.class).run(module, true, inputs).get().getOutput("scores");
			if (!errors.toString().isBlank()) throw new GlassboxException("The script '" + file + "' failed: " + errors.toString().strip()
				.lines().findFirst().orElseThrow());
			if (scores == null) throw new GlassboxException("The script '" + file + "' gave no scores" + EXPECTED +
				", and to declare it with '#@output Object scores'.");
			return scores;
		}
		catch (final InterruptedException e) {
			Thread.currentThread().interrupt();
			throw new CancellationException("Cancelled.");
		}
		catch (final ExecutionException e) {
			throw new GlassboxException("The script '" + file + "' failed: " + rootOf(e), e);
		}
		catch (final ModuleException e) {
			throw new GlassboxException("The script '" + file + "' cannot be run: " + e.getMessage(), e);
		}
	}

	private static Throwable rootOf(final Throwable e) {
		return e.getCause() == null ? e : rootOf(e.getCause());
	}
}
