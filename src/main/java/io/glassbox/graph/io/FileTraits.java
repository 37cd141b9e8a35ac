package io.glassbox.graph.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

import io.glassbox.graph.GlassboxException;

/**
 * What tells the format of a file or folder without reading it all.
 *
 * @param file the file or folder
 * @param size in bytes
 * @param start the first bytes, each a character; empty for a folder
 * @param held names of what a zip archive or a folder holds, with slashes; empty for other files
 */
record FileTraits(Path file, long size, String start, List<String> held) {

	private static final int LOOKED_AT = 4096;
	private static final int DEEPEST = 4;
	private static final int MOST = 1 << 17;

	/** @throws GlassboxException if it cannot be read */
	static FileTraits of(final Path file) {
		try {
			if (Files.isDirectory(file)) return new FileTraits(file, 0, "", inFolder(file));
			final String start = start(file);
			return new FileTraits(file, Files.size(file), start, start.startsWith("PK\3\4") ? inZip(file) : List.of());
		}
		catch (final IOException e) {
			throw new GlassboxException("'" + file + "' cannot be read (" + e.getMessage() +
				"); check its permissions and the disk.", e);
		}
	}

	private static String start(final Path file) throws IOException {
		try (InputStream in = Files.newInputStream(file)) {
			return new String(in.readNBytes(LOOKED_AT), StandardCharsets.ISO_8859_1);
		}
	}

	/** Formats that are folders have little in them; a person's whole disk is not searched. */
	private static List<String> inFolder(final Path folder) throws IOException {
		final boolean bundle = isNamed(folder, "mlpackage|mlmodelc");
		try (Stream<Path> files = Files.walk(folder, bundle ? DEEPEST : 1)) {
			return files.skip(1).limit(MOST).map(f -> folder.relativize(f).toString().replace('\\', '/')).toList();
		}
	}

	/** None if the archive is damaged, which whoever reads it will say. */
	private static List<String> inZip(final Path file) throws IOException {
		try (ZipFile zip = new ZipFile(file.toFile())) {
			return zip.stream().limit(MOST).map(ZipEntry::getName).toList();
		}
		catch (final ZipException damaged) {
			return List.of();
		}
	}

	/** Whether the file begins with this, so many bytes from the start. */
	boolean has(final int at, final String mark) {
		return start.startsWith(mark, at);
	}

	/** Whether it is text, whose beginning has one of these in it. */
	boolean mentions(final String... words) {
		return start.indexOf(0) < 0 && Stream.of(words).anyMatch(start::contains);
	}

	/** Whether an archive or folder has an entry whose name fits the expression. */
	boolean holds(final String name) {
		return held.stream().anyMatch(n -> n.matches(name));
	}

	/** Whether the file has one ending, and beside it lies one of the same name with the other. */
	boolean isBeside(final String ending, final String other) {
		final String name = file.getFileName().toString();
		return !start.isEmpty() && isNamed(file, ending) && Files.isRegularFile(file.resolveSibling(name.substring(0, name
			.length() - ending.length()) + other));
	}

	/** Whether the name ends so after a dot, or is that. */
	static boolean isNamed(final Path file, final String endings) {
		return !endings.isEmpty() && file.getFileName() != null && file.getFileName().toString().toLowerCase(Locale.ROOT)
			.matches("(.*\\.)?(" + endings + ")");
	}

	/** A length of 64 bits, then a table in JSON that is no longer than the file. */
	boolean isSafetensors() {
		if (!start.startsWith("{\"", Long.BYTES)) return false;
		final long header = ByteBuffer.wrap(start.getBytes(StandardCharsets.ISO_8859_1)).order(ByteOrder.LITTLE_ENDIAN)
			.getLong();
		return header > 0 && header <= size - Long.BYTES;
	}

	/** A pickle of protocol 2 to 5. */
	boolean isPickle() {
		return start.length() > 1 && start.charAt(0) == '\u0080' && start.charAt(1) >= 2 && start.charAt(1) <= 5;
	}
}
