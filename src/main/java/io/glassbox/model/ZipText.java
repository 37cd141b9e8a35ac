package io.glassbox.model;

import io.glassbox.graph.GlassboxException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Small texts inside zip archives, TorchScript files among them. */
final class ZipText {

	private static final byte[] MAGIC = { 'P', 'K', 3, 4 };

	private ZipText() {}

	/** Whether a file begins as a zip archive does; false if there is no such file. */
	static boolean isZip(final Path file) {
		if (!Files.isRegularFile(file)) return false;
		try (InputStream in = Files.newInputStream(file)) {
			return Arrays.equals(MAGIC, in.readNBytes(MAGIC.length));
		}
		catch (final IOException e) {
			throw new GlassboxException("The file " + file + " cannot be read (" + e.getMessage() +
				"); check its permissions and the disk.", e);
		}
	}

	/**
	 * An entry below the archive's one top folder, as TorchScript files have it.
	 *
	 * @return empty if the file is no zip archive, or a damaged one, which its reader will say, or has no such entry
	 * @throws GlassboxException if the entry is too large or no text
	 */
	static Optional<String> of(final Path file, final String entry) {
		if (!isZip(file)) return Optional.empty();
		try (ZipFile zip = new ZipFile(file.toFile())) {
			final Optional<? extends ZipEntry> found = zip.stream().filter(e -> e.getName().equals(entry) || e.getName().endsWith(
				"/" + entry) && e.getName().indexOf('/') == e.getName().length() - entry.length() - 1).findFirst();
			return found.isEmpty() ? Optional.empty() : Optional.of(read(zip, found.get(), file + "!" + entry));
		}
		catch (final ZipException e) {
			return Optional.empty();
		}
		catch (final IOException e) {
			throw new GlassboxException("Cannot read " + file + ": " + e.getMessage() + ".", e);
		}
	}

	/** Whatever size the archive promises, no more than a description may have is read. */
	static String read(final ZipFile zip, final ZipEntry entry, final String name) throws IOException {
		try (InputStream in = zip.getInputStream(entry)) {
			final byte[] bytes = in.readNBytes(Documents.LARGEST_FILE + 1);
			if (bytes.length > Documents.LARGEST_FILE) throw Documents.tooLarge(name);
			return Documents.decoded(name, bytes);
		}
	}
}
