package io.glassbox.graph.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

import io.glassbox.graph.GlassboxException;

/**
 * A TorchScript file as the zip archive it is: one folder that holds {@code data.pkl} (the modules),
 * {@code data/N} (their tensors), {@code constants.pkl} and {@code code/**.py}.
 */
final class TorchArchive implements AutoCloseable {

	/** Of code and of pickles, in bytes; tensors may be larger. */
	private static final int LARGEST_ENTRY = 1 << 26;

	/** TorchScript stores its entries as they are; an archive that promises much more than its own size is no network. */
	private static final long INFLATION = 4;
	private static final long SPARE = 64 << 20;

	/** Modules and tensors of the largest networks are some thousands. */
	private static final int MOST_ENTRIES = 1 << 17;

	private static final String EXPECTED = " Expected a TorchScript file, as torch.jit.save or ScriptModule.save write it.";

	private final Path file;
	private final ZipFile zip;
	private final String top;

	private TorchArchive(final Path file, final ZipFile zip, final String top) {
		this.file = file;
		this.zip = zip;
		this.top = top;
	}

	/** @throws GlassboxException if the file is missing, is no zip archive, or one that holds no TorchScript module */
	static TorchArchive open(final Path file) {
		if (!Files.isRegularFile(file)) throw new GlassboxException("There is no file " + file + ".");
		try {
			final ZipFile zip = new ZipFile(file.toFile());
			try {
				return new TorchArchive(file, zip, checkedTop(file, zip));
			}
			catch (final RuntimeException e) {
				zip.close();
				throw e;
			}
		}
		catch (final ZipException e) {
			throw new GlassboxException(file + " is not a zip archive, or it is cut off" + foundInstead(file) + "." +
				EXPECTED, e);
		}
		catch (final IOException e) {
			throw new GlassboxException("Cannot read " + file + ": " + e.getMessage() + ".", e);
		}
	}

	private static String foundInstead(final Path file) {
		try (InputStream in = Files.newInputStream(file)) {
			final byte[] head = in.readNBytes(2);
			if (head.length == 0) return ": it is empty";
			return head[0] == (byte) 0x80 ? ": it starts like a bare pickle (weights saved by an old torch.save?)" : "";
		}
		catch (final IOException e) {
			return ": " + e.getMessage();
		}
	}

	private static String checkedTop(final Path file, final ZipFile zip) throws IOException {
		final List<? extends ZipEntry> entries = zip.stream().toList();
		final String pickle = "/data.pkl";
		final List<String> tops = entries.stream().map(ZipEntry::getName).filter(n -> n.endsWith(pickle) && n.indexOf(
			'/') == n.length() - pickle.length()).map(n -> n.substring(0, n.length() - pickle.length() + 1)).toList();
		if (tops.size() != 1) ForeignFormat.refuse(file);
		if (tops.size() != 1) throw new GlassboxException(file + " is a zip archive but no TorchScript: found " + (tops
			.isEmpty() ? "no" : "more than one") + " <folder>/data.pkl among its " + entries.size() + " entries." +
			EXPECTED);
		final String top = tops.get(0);
		if (entries.stream().noneMatch(e -> e.getName().startsWith(top + "code/")))
			throw new GlassboxException(file + " holds weights but no code: it was written by torch.save." + EXPECTED);
		checkSizes(file, entries);
		return top;
	}

	/** Against archives that unpack to more than there is room for, or that mean different things to different readers. */
	private static void checkSizes(final Path file, final List<? extends ZipEntry> entries) throws IOException {
		if (entries.size() > MOST_ENTRIES) throw new GlassboxException(file + " has " + entries.size() +
			" entries, more than any network." + EXPECTED);
		final Set<String> names = new HashSet<>();
		double promised = 0;
		double packed = 0;
		for (final ZipEntry e : entries) {
			if (!names.add(e.getName())) throw new GlassboxException(file + " has two entries named " + e.getName() +
				", so it is damaged, or made to deceive.");
			promised += Math.max(0, e.getSize());
			packed += Math.max(0, e.getCompressedSize());
		}
		final long size = Files.size(file);
		if (packed > size) throw new GlassboxException(file + " has entries that overlap: they take more room than the file has." +
			EXPECTED);
		if (promised > SPARE + (double) INFLATION * size) throw new GlassboxException(file + " unpacks to " + (long) (promised /
			(1 << 20)) + " MB, far more than a network of its size could." + EXPECTED);
	}

	/** The file's name, for messages. */
	String name() {
		return file.getFileName().toString();
	}

	boolean has(final String entry) {
		return zip.getEntry(top + entry) != null;
	}

	/** The storages that lie in a folder of the archive. */
	PickledTensors.Source storages(final String folder) {
		return new PickledTensors.Source() {

			@Override
			public long size(final String key) {
				return entry(folder + key).getSize();
			}

			@Override
			public InputStream open(final String key) throws IOException {
				return zip.getInputStream(entry(folder + key));
			}
		};
	}

	/** @throws GlassboxException if there is no such entry, or it is cut off */
	byte[] bytes(final String name) {
		final ZipEntry found = entry(name);
		if (found.getSize() > LARGEST_ENTRY) throw new GlassboxException(file + ": the entry " + top + name + " has " + found
			.getSize() + " bytes; at most " + LARGEST_ENTRY + " can be read.");
		try (InputStream in = zip.getInputStream(found)) {
			final byte[] bytes = in.readNBytes((int) found.getSize());
			if (bytes.length < found.getSize() || in.read() >= 0) throw new ZipException("expected " + found.getSize() +
				" bytes, found " + (bytes.length < found.getSize() ? bytes.length + "" : "more"));
			return bytes;
		}
		catch (final IOException e) {
			throw new GlassboxException(file + " is damaged: the entry " + top + name + " cannot be unpacked (" + e
				.getMessage() + "). Save or copy the file again.", e);
		}
	}

	private ZipEntry entry(final String name) {
		final ZipEntry found = zip.getEntry(top + name);
		if (found == null) throw new GlassboxException(file + " is damaged: it has no entry " + top + name +
			". Save or copy the file again.");
		return found;
	}

	String text(final String entry) {
		return new String(bytes(entry), StandardCharsets.UTF_8);
	}

	@Override
	public void close() {
		try {
			zip.close();
		}
		catch (final IOException e) {
			throw new GlassboxException("Cannot close " + file + ": " + e.getMessage() + ".", e);
		}
	}
}
