package io.glassbox.model;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;

import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;

import javax.script.Bindings;
import javax.script.ScriptContext;

import org.scijava.module.ModuleException;
import org.scijava.module.ModuleService;
import org.scijava.script.ScriptInfo;
import org.scijava.script.ScriptModule;
import org.scijava.script.ScriptService;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A script that answers for a network which lives elsewhere: in another program, on a server, in Java.
 * <p>
 * It is a SciJava script of any language that is installed. It takes {@code images}, an array of float arrays: the values of each
 * image, channels x [depth x] height x width, one after another; and {@code shape}, an int array: images, channels, [depth,] height,
 * width. It gives {@code scores}, as many rows of numbers as there are images, or one number for each. What the images look like a
 * description beside it says, as of any network, {@code <script>.glassbox.yaml}. Its language's engine is kept from
 * batch to batch: what it leaves in global variables, a connection for instance, is there the next time, unless it failed.
 * </p>
 */
final class ScriptedFunction implements UnaryOperator<List<Tensor>> {

	private static final String EXPECTED = "; it is to set 'scores' to a row of numbers for each image";

	private static final String SCORES = "scores";
	private static final Logger LOG = LoggerFactory.getLogger(ScriptedFunction.class);

	private final Path file;
	private final ScriptService scripts;
	private final Queue<Session> idle = new ConcurrentLinkedQueue<>();

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
		Session session = idle.poll();
		if (session == null) session = session();
		final Object scores = run(session, inputs);
		idle.add(session);
		return scores;
	}

	/**
	 * A script that is ready to run again and again, with its language's engine, which keeps what it has compiled, and the global
	 * variables it left.
	 *
	 * @param errors where SciJava leaves what a script throws, and what it complains of
	 */
	private record Session(ScriptModule module, StringWriter errors) {

		/** Scores of the batch before must not pass for those of the next. */
		void forget() {
			module.setOutput(SCORES, null);
			final Bindings variables = module.getEngine().getBindings(ScriptContext.ENGINE_SCOPE);
			if (variables != null) variables.remove(SCORES);
			errors.getBuffer().setLength(0);
		}
	}

	private Session session() {
		try {
			final ScriptModule module = new ScriptInfo(scripts.getContext(), file.toFile()).createModule();
			scripts.getContext().inject(module);
			final StringWriter errors = new StringWriter();
			module.setErrorWriter(errors);
			return new Session(module, errors);
		}
		catch (final ModuleException e) {
			throw new GlassboxException("The script '" + file + "' cannot be run: " + e.getMessage(), e);
		}
	}

	private Object run(final Session session, final Map<String, Object> inputs) {
		session.forget();
		final Future<ScriptModule> running = scripts.getContext().service(ModuleService.class).run(session.module, true, inputs);
		try {
			final Object scores = running.get().getOutput(SCORES);
			final Optional<String> complaint = session.errors.toString().strip().lines().findFirst();
			if (scores == null && complaint.isPresent()) throw new GlassboxException("The script '" + file + "' failed: " + complaint
				.get());
			if (scores == null) throw new GlassboxException("The script '" + file + "' gave no scores" + EXPECTED +
				", and to declare it with '#@output Object scores'.");
			complaint.ifPresent(text -> LOG.warn("{}: {}", file, text));
			return scores;
		}
		catch (final InterruptedException e) {
			running.cancel(true);
			Thread.currentThread().interrupt();
			throw new CancellationException("Cancelled.");
		}
		catch (final ExecutionException e) {
			throw new GlassboxException("The script '" + file + "' failed: " + rootOf(e), e);
		}
	}

	private static Throwable rootOf(final Throwable e) {
		return e.getCause() == null ? e : rootOf(e.getCause());
	}
}
