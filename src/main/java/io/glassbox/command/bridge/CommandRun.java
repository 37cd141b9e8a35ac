package io.glassbox.command.bridge;

import io.glassbox.graph.GlassboxException;

import java.awt.EventQueue;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.scijava.Cancelable;
import org.scijava.command.CommandInfo;
import org.scijava.module.Module;
import org.scijava.module.ModuleService;

import ij.IJ;

/** One run of a command, waited for, which Escape cancels. */
final class CommandRun {

	/** How often the Escape key is looked at. */
	private static final long GLANCE_MILLIS = 100;

	private final Module module;
	private final Future<Module> future;
	private boolean escaped;

	CommandRun(final CommandInfo info, final Map<String, Object> inputs) {
		final ModuleService modules = ImageJContext.get().service(ModuleService.class);
		module = modules.createModule(info);
		if (module == null) throw new IllegalStateException("Can't make the command " + info.getClassName());
		IJ.resetEscape();
		future = modules.run(module, false, inputs);
	}

	/**
	 * @return the module, with its outputs
	 * @throws GlassboxException if the command says what went wrong
	 * @throws CancellationException if it was cancelled
	 */
	Module await() {
		try {
			while (true) {
				try {
					future.get(GLANCE_MILLIS, TimeUnit.MILLISECONDS);
					return completed();
				}
				catch (final TimeoutException e) {
					if (IJ.escapePressed()) cancel();
				}
			}
		}
		catch (final ExecutionException e) {
			throw cause(e);
		}
		catch (final InterruptedException e) {
			cancel();
			Thread.currentThread().interrupt();
			throw new CancellationException("Interrupted.");
		}
		finally {
			// Status events pass through the event queue; this comes after the last of them.
			EventQueue.invokeLater(() -> IJ.showProgress(1.0));
		}
	}

	private Module completed() {
		final Cancelable cancelable = module instanceof Cancelable ? (Cancelable) module : null;
		if (cancelable == null || !cancelable.isCanceled()) return module;
		final String reason = cancelable.getCancelReason();
		if (escaped || reason == null || reason.isEmpty()) throw new CancellationException("Cancelled.");
		throw new GlassboxException(reason);
	}

	private void cancel() {
		escaped = true;
		if (module instanceof Cancelable && !((Cancelable) module).isCanceled()) ((Cancelable) module).cancel(
			"Cancelled.");
	}

	/** What the command threw, out of the wrappings of thread pool and module. */
	private static RuntimeException cause(final ExecutionException e) {
		for (Throwable t = e; t != null; t = t.getCause())
			if (t instanceof GlassboxException || t instanceof CancellationException) return (RuntimeException) t;
		Throwable innermost = e;
		while (innermost.getCause() != null)
			innermost = innermost.getCause();
		return new IllegalStateException(innermost.toString(), innermost);
	}
}
