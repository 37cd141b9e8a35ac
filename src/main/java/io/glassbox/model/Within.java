package io.glassbox.model;

import io.glassbox.graph.GlassboxException;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Paths that a description or an archive names, kept within its own folder. */
final class Within {

	private Within() {}

	/**
	 * @param named relative to the folder, with slashes of either kind
	 * @param who for the message: the file and key that name it
	 * @return the path, normalised and absolute; whether there is such a file is not asked
	 * @throws GlassboxException if it is absolute or leads out of the folder, or no path at all
	 */
	static Path folder(final Path folder, final String named, final String who) {
		final String relative = named.replace('\\', '/');
		try {
			final Path base = folder.toAbsolutePath().normalize();
			final boolean absolute = relative.startsWith("/") || relative.matches("(?s)[A-Za-z]:.*") || relative.indexOf(
				'\0') >= 0;
			final Path path = absolute ? base : base.resolve(relative).normalize();
			if (!absolute && !path.equals(base) && path.startsWith(base)) return path;
		}
		catch (final InvalidPathException e) {
			throw new GlassboxException(who + " is '" + named + "', which is no path: " + e.getReason() + ".", e);
		}
		throw new GlassboxException(who + " is '" + named + "', which is no file within the folder " + folder +
			": only files there are opened.");
	}
}
