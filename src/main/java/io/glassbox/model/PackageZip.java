package io.glassbox.model;

import io.glassbox.graph.GlassboxException;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A zip archive that holds a network with its description, unpacked once into a folder of its own.
 * <p>
 * The folder is {@code ~/.glassbox/packages}, or what the system property {@code glassbox.packages} says; it goes by the
 * archive's path, size and time, and a changed archive takes the place of the one before. Only descriptions and weights
 * that can be opened are unpacked. An archive may come from anywhere: no entry leaves the folder, and none unpacks to
 * more than a network of the archive's size could.
 * </p>
 */
final class PackageZip {

	private static final Logger LOG = LoggerFactory.getLogger(PackageZip.class);

	/** Weights hardly compress; an archive that promises much more than this is no package. */
	private static final long INFLATION = 20;
	private static final long SLACK = 64L << 20;
	private static final int MOST_ENTRIES = 20_000;
	private static final List<String> TEXTS = List.of(".yaml", ".yml", ".json", ".txt", ".properties");
	private static final List<String> WEIGHTS = List.of(".onnx", ".ts", ".pt", ".pth", ".torchscript", ".jit");
	private static final Set<String> DESCRIPTIONS = Set.of("metadata.json", "serving.properties", "config.json",
		"preprocessor_config.json");

	private final Path file;
	private final ZipFile zip;
	private long left;

	private PackageZip(final Path file, final ZipFile zip) throws IOException {
		this.file = file;
		this.zip = zip;
		left = SLACK + INFLATION * Files.size(file);
	}

	/** Whether a file is TorchScript: a zip archive with {@code <folder>/data.pkl} and code. */
	static boolean isTorchScript(final Path file) {
		return entries(file).map(PackageZip::isTorchScript).orElse(false);
	}

	private static boolean isTorchScript(final List<String> names) {
		return names.stream().anyMatch(n -> n.matches("[^/]+/data\\.pkl")) && names.stream().anyMatch(n -> n.matches(
			"[^/]+/code/.*"));
	}

	/** Whether a file is a zip archive that holds a network with or without a description, rather than being one. */
	static boolean isPackage(final Path file) {
		return entries(file).filter(names -> names.stream().noneMatch(n -> n.matches("[^/]+/data\\.pkl"))).filter(
			names -> names.stream().map(PackageZip::fileName).anyMatch(n -> BioimageRdf.isNamedSo(n) || DESCRIPTIONS.contains(
				n) || isWeights(n))).isPresent();
	}

	/** Names of all entries; empty if the file is no zip archive, or a damaged one. */
	private static Optional<List<String>> entries(final Path file) {
		if (!ZipText.isZip(file)) return Optional.empty();
		try (ZipFile zip = new ZipFile(file.toFile())) {
			return Optional.of(zip.stream().map(ZipEntry::getName).toList());
		}
		catch (final ZipException e) {
			LOG.debug("{} is no readable archive", file, e);
			return Optional.empty();
		}
		catch (final IOException e) {
			throw new GlassboxException("Cannot read " + file + ": " + e.getMessage() + ".", e);
		}
	}

	private static String fileName(final String entry) {
		return entry.substring(entry.lastIndexOf('/') + 1);
	}

	private static boolean isWeights(final String name) {
		return WEIGHTS.stream().anyMatch(name.toLowerCase(Locale.ROOT)::endsWith);
	}

	/**
	 * The folder with what the archive holds.
	 *
	 * @throws GlassboxException if it is damaged, unpacks to too much, names files outside it, or cannot be written
	 */
	static Path unpacked(final Path file) {
		try {
			final Path real = file.toRealPath();
			final Path home = packages().resolve(ModelDescription.stem(real).replaceAll("[^\\p{L}\\p{N}._-]", "_") + "-" + UUID
				.nameUUIDFromBytes(real.toString().getBytes(StandardCharsets.UTF_8)));
			final Path folder = home.resolve(Files.size(real) + "-" + Files.getLastModifiedTime(real).toMillis());
			if (!Files.isDirectory(folder)) {
				Files.createDirectories(home);
				unpack(file, home, folder);
				forgetOthers(home, folder);
			}
			return top(folder);
		}
		catch (final IOException e) {
			throw new GlassboxException("Cannot unpack " + file + ": " + e.getMessage() + ". The folder for it is " +
				packages() + "; -Dglassbox.packages=<folder> sets another.", e);
		}
	}

	private static Path packages() {
		final String set = System.getProperty("glassbox.packages");
		return set == null ? Path.of(System.getProperty("user.home"), ".glassbox", "packages") : Path.of(set);
	}

	private static void unpack(final Path file, final Path home, final Path folder) throws IOException {
		final Path staging = Files.createTempDirectory(home, ".unpacking");
		try (ZipFile zip = new ZipFile(file.toFile())) {
			new PackageZip(file, zip).unpackTo(staging);
			Files.move(staging, folder, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (final AtomicMoveNotSupportedException e) {
			Files.move(staging, folder);
		}
		catch (final FileSystemException e) {
			if (!Files.isDirectory(folder)) throw e; // else another command was faster
		}
		finally {
			delete(staging);
		}
	}

	private void unpackTo(final Path folder) throws IOException {
		if (zip.size() > MOST_ENTRIES) throw new GlassboxException(file + " has " + zip.size() + " entries; a model package " +
			"has at most " + MOST_ENTRIES + ".");
		final List<? extends ZipEntry> entries = zip.stream().filter(e -> !e.isDirectory()).toList();
		final Set<Path> written = new HashSet<>();
		for (final ZipEntry e : entries)
			if (TEXTS.stream().anyMatch(e.getName().toLowerCase(Locale.ROOT)::endsWith)) unpack(e, folder, written);
		final Set<String> listed = listed(folder, written);
		for (final ZipEntry e : entries) {
			final String name = fileName(e.getName());
			final boolean data = name.matches("(?i).*(\\.onnx)?[._]data");
			if (data || (listed.isEmpty() ? isWeights(name) : listed.contains(name))) unpack(e, folder, written);
		}
	}

	/** File names of the weights in bioimage.io descriptions that can be opened; empty if there is no such description. */
	private static Set<String> listed(final Path folder, final Set<Path> written) {
		return written.stream().filter(f -> BioimageRdf.isNamedSo(f.getFileName().toString())).flatMap(f -> {
			final BioimageRdf rdf = BioimageRdf.read(f);
			if (rdf.openable().isEmpty()) throw rdf.cannotOpen();
			return rdf.openable().stream().map(BioimageRdf.Weights::fileName);
		}).collect(Collectors.toSet());
	}

	private void unpack(final ZipEntry entry, final Path folder, final Set<Path> written) throws IOException {
		final Path target = Within.folder(folder, entry.getName(), file + ": the entry");
		if (!written.add(target)) throw new GlassboxException(file + " has two entries " + entry.getName() + ".");
		Files.createDirectories(target.getParent());
		try (InputStream in = zip.getInputStream(entry); OutputStream out = Files.newOutputStream(target)) {
			final byte[] buffer = new byte[1 << 16];
			for (int n; (n = in.read(buffer)) >= 0;) {
				left -= n;
				if (left < 0) throw new GlassboxException(file + " unpacks to more than " + INFLATION +
					" times its size, which no model package does: it is not opened.");
				out.write(buffer, 0, n);
			}
		}
		catch (final ZipException e) {
			throw new GlassboxException(file + " is damaged: the entry " + entry.getName() + " cannot be unpacked (" + e
				.getMessage() + "). Download the package again.", e);
		}
	}

	/** Many archives hold one folder, which holds the rest. */
	private static Path top(final Path folder) throws IOException {
		try (Stream<Path> files = Files.list(folder)) {
			final List<Path> all = files.toList();
			return all.size() == 1 && Files.isDirectory(all.get(0)) && !List.of("models", "onnx", "configs").contains(all.get(0)
				.getFileName().toString()) ? top(all.get(0)) : folder;
		}
	}

	/** Removes what an earlier state of the archive left; what is in use on Windows stays. */
	private static void forgetOthers(final Path home, final Path folder) throws IOException {
		try (Stream<Path> files = Files.list(home)) {
			files.filter(f -> !f.equals(folder) && !f.getFileName().toString().startsWith(".")).forEach(PackageZip::delete);
		}
	}

	private static void delete(final Path folder) {
		if (!Files.exists(folder)) return;
		try (Stream<Path> files = Files.walk(folder)) {
			for (final Path f : files.sorted(Comparator.reverseOrder()).toList())
				Files.delete(f);
		}
		catch (final IOException e) {
			LOG.warn("{} could not be removed", folder, e);
		}
	}
}
