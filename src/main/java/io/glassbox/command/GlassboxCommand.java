package io.glassbox.command;

import io.glassbox.explain.Progress;
import io.glassbox.graph.GlassboxException;

import java.util.concurrent.CancellationException;

import org.scijava.app.StatusService;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandService;
import org.scijava.command.ContextCommand;
import org.scijava.plugin.Parameter;
import org.scijava.thread.ThreadService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import ij.IJ;

/**
 * What every command of Glassbox does around its work: read and check what was given, show progress, let
 * the person cancel, and say in one sentence what went wrong.
 * <p>
 * A command that fails is cancelled with that sentence and throws it as well, since either alone lets a
 * macro run on somewhere.
 * </p>
 */
public abstract class GlassboxCommand extends ContextCommand {

	private static final Logger LOG = LoggerFactory.getLogger(GlassboxCommand.class);

	@Parameter
	private StatusService status;

	@Parameter
	private CommandService commands;

	@Parameter
	private ThreadService threads;

	@Override
	public final void run() {
		if (IJ.getInstance() != null) IJ.resetEscape();
		try (CancelWatch watch = new CancelWatch(this::isCancelled)) {
			checkInputs();
			execute();
		}
		catch (final CancellationException e) {
			cancel("Cancelled.");
		}
		catch (final GlassboxException e) {
			if (!isCancelled()) throw failed(e);
			cancel("Cancelled."); // what was interrupted may fail in its own words
		}
		catch (final OutOfMemoryError e) {
			throw failed(new GlassboxException("There is not enough memory for this image. Close others, give ImageJ more (" +
				"Edit > Options > Memory), or explain a smaller part.", e));
		}
		catch (final RuntimeException | LinkageError e) {
			LOG.error("{} failed", getClass().getName(), e);
			throw failed(new GlassboxException("This is a fault in Glassbox, please report it with what the log says: " + e +
				".", e));
		}
		finally {
			status.clearStatus();
		}
	}

	private GlassboxException failed(final GlassboxException e) {
		LOG.debug("{} failed", getClass().getName(), e);
		cancel(e.getMessage());
		ImageJ2.showFailure(getContext(), Commands.label(info()), e);
		return e;
	}

	private boolean isCancelled() {
		return isCanceled() || IJ.getInstance() != null && IJ.escapePressed();
	}

	private CommandInfo info() {
		return commands.getCommand(getClass());
	}

	/** SciJava takes what it gets and makes 0 of what it cannot read; so all is read and checked again here. */
	private void checkInputs() {
		MacroOptions.ofCaller(threads).ifPresent(options -> CommandInputs.apply(info(), this, options));
		CommandInputs.of(info()).check(info().createModule(this).getInputs());
	}

	/**
	 * The work.
	 *
	 * @throws GlassboxException with the sentence the person is shown
	 * @throws CancellationException if the person cancelled
	 */
	protected abstract void execute();

	/** Shown in ImageJ's status bar; cancelled by Escape or by whoever runs the command. */
	protected Progress progress() {
		return new Progress() {

			@Override
			public void update(final double fraction, final String what) {
				status.showStatus((int) Math.round(1000 * fraction), 1000, what);
			}

			@Override
			public boolean isCancelled() {
				return GlassboxCommand.this.isCancelled() || Thread.currentThread().isInterrupted();
			}
		};
	}
}
