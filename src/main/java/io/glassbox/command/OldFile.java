package io.glassbox.command;

import io.glassbox.graph.GlassboxException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What becomes of a file that a person may have written and another is to replace: it stays, as {@code .old}. */
final class OldFile {

	private OldFile() {}

	/** The first name of its kind that is free. */
	static Path nameFor(final Path file) {
		Path old = file.resolveSibling(file.getFileName() + ".old");
		for (int i = 2; Files.exists(old); i++)
			old = file.resolveSibling(file.getFileName() + ".old" + i);
		return old;
	}

	/**
	 * Moves a file out of the way.
	 *
	 * @return where it is now
	 * @throws GlassboxException if it cannot be moved; it is where it was then
	 */
	static Path keep(final Path file) {
		final Path old = nameFor(file);
		try {
			return Files.move(file, old);
		}
		catch (final IOException e) {
			throw new GlassboxException("Cannot keep " + file + " as " + old + ": " + e.getMessage() + ". Nothing was changed.",
				e);
		}
	}
}
