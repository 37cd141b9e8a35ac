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
import java.util.List;
import java.util.Map;
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
		write(Map.of(file, content));
	}

	/**
	 * Writes files that belong together: none is put into place before all are written.
	 *
	 * @throws GlassboxException if a folder or a file cannot be written
	 */
	static void write(final Map<Path, Content> files) {
		final List<Pending> pending = files.keySet().stream().map(Pending::of).toList();
		try {
			for (final Pending p : pending)
				p.take(files.get(p.file));
			for (final Pending p : pending)
				p.putIntoPlace();
		}
		finally {
			pending.forEach(Pending::clear);
		}
	}

	/** A file and where its bytes wait until they are complete. */
	private record Pending(Path file, Path target, Path temporary) {

		private static Pending of(final Path file) {
			final Path target = file.toAbsolutePath();
			// not createTempFile, whose files nobody else may read
			return new Pending(file, target, target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() +
				".tmp"));
		}

		private void take(final Content content) {
			checkPlace();
			try {
				Files.createDirectories(target.getParent());
				try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(temporary,
					StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)))
				{
					content.writeTo(out);
				}
			}
			catch (final IOException e) {
				throw failed(e);
			}
		}

		/** What the operating system would only say in its own words. */
		private void checkPlace() {
			if (Files.isDirectory(target)) throw new GlassboxException("Cannot write " + file +
				": it is a folder; give the name of a file.");
			for (Path folder = target.getParent(); folder != null; folder = folder.getParent())
				if (Files.exists(folder) && !Files.isDirectory(folder)) throw new GlassboxException("Cannot write " + file + ": '" +
					folder + "' is a file, not a folder; choose another output folder.");
		}

		private void putIntoPlace() {
			try {
				move(temporary, target);
			}
			catch (final IOException e) {
				throw failed(e);
			}
		}

		private void clear() {
			try {
				if (Files.exists(temporary)) Files.delete(temporary);
			}
			catch (final IOException e) {
				throw failed(e);
			}
		}

		private GlassboxException failed(final IOException e) {
			return new GlassboxException("Cannot write " + file + (e instanceof AccessDeniedException
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
