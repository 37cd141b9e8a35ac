package io.glassbox.graph.io;

import io.glassbox.graph.GlassboxException;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes a file whole or not at all.
 * <p>
 * The bytes go to a temporary file in the same folder, which is then moved into place: nobody ever sees half a file,
 * and a failure leaves the old file and no litter.
 * </p>
 */
public final class SafeFile {

	/** What goes into the file. */
	@FunctionalInterface
	public interface Content {

		void writeTo(OutputStream out) throws IOException;
	}

	private SafeFile() {}

	/**
	 * Writes a file; the folder is made if need be.
	 *
	 * @throws GlassboxException if the folder or the file cannot be written
	 */
	public static void write(final Path file, final Content content) {
		final Path target = file.toAbsolutePath();
		try {
			Files.createDirectories(target.getParent());
			// not createTempFile, whose files nobody else may read
			final Path temporary = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
			try {
				try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(temporary,
					StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)))
				{
					content.writeTo(out);
				}
				move(temporary, target);
			}
			finally {
				Files.deleteIfExists(temporary);
			}
		}
		catch (final IOException e) {
			throw new GlassboxException("Cannot write " + file + (e instanceof AccessDeniedException
				? ": no permission to write into this folder" : ": " + reason(e)) + "; choose another output folder.", e);
		}
	}

	private static void move(final Path from, final Path to) throws IOException {
		try {
			Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (final AtomicMoveNotSupportedException e) {
			Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
		}
	}

	private static String reason(final IOException e) {
		return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage() + " (" + e.getClass()
			.getSimpleName().replace("Exception", "") + ")";
	}
}
