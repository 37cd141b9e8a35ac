package io.glassbox.model;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.io.ForeignFormat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a person names as a model, settled to the one file that is the network: a model file is that itself; a folder, a
 * zip package or a bioimage.io description holds it.
 * <p>
 * Wherever a model is asked for, all of these do. A zip package is unpacked once, see {@link PackageZip}.
 * </p>
 *
 * @param given as the person named it
 * @param model the network's file; there may be none of this path
 * @param description where Glassbox's own description lies, or would lie: beside the model file, or beside the zip
 */
public record ModelPackage(Path given, Path model, Path description) {

	private static final List<String> SUBFOLDERS = List.of("", "models", "onnx", "weights");
	private static final List<String> OTHER_WEIGHTS = List.of(".safetensors", ".bin", ".h5", ".hdf5", ".keras", ".pb",
		".pth", ".pt", ".ckpt", ".npz", ".tflite");

	/**
	 * @throws GlassboxException if a folder or zip holds no network that can be opened, or several; the message lists what
	 *           there is
	 */
	public static ModelPackage of(final Path given) {
		if (Files.isDirectory(given)) return beside(given, inFolder(given));
		if (Files.isRegularFile(given)) {
			if (BioimageRdf.isNamedSo(given.getFileName().toString())) return beside(given, BioimageRdf.read(given).choose());
			if (PackageZip.isPackage(given)) ForeignFormat.refuse(given);
			if (PackageZip.isPackage(given)) return new ModelPackage(given, inFolder(PackageZip.unpacked(given)),
				ModelDescription.fileFor(given));
		}
		return beside(given, given);
	}

	private static ModelPackage beside(final Path given, final Path model) {
		return new ModelPackage(given, model, ModelDescription.fileFor(model));
	}

	/** What the network is called if no description says: as the person named it, without its ending. */
	String defaultName() {
		return ModelDescription.stem(Files.isDirectory(given) || BioimageRdf.isNamedSo(given.getFileName().toString()) ? model
			: given);
	}

	/**
	 * Checks the file against the SHA-256 in a bioimage.io description, once for each state of the file.
	 *
	 * @throws GlassboxException if they differ; the message has both
	 */
	public void verify() {
		for (final BioimageRdf rdf : rdfs())
			rdf.weightsOf(model).ifPresent(w -> verify(rdf, w));
	}

	private void verify(final BioimageRdf rdf, final BioimageRdf.Weights weights) {
		if (weights.sha256().isEmpty() || !Files.isRegularFile(model)) return;
		final String wanted = weights.sha256().get().toLowerCase(Locale.ROOT);
		final String found = FileHash.sha256(model);
		if (!wanted.equals(found)) throw new GlassboxException(model + " is not the file that " + rdf.file() +
			" describes: its SHA-256 is " + found + ", 'weights." + weights.format() + ".sha256' is " + wanted +
			". Download the package again, or, if the file was changed on purpose, correct the description.");
	}

	/** The bioimage.io descriptions, beside the model file or one folder up, that list this very file. */
	List<BioimageRdf> rdfs() {
		final Path folder = model.toAbsolutePath().getParent();
		return Stream.of(folder, folder.getParent()).filter(f -> f != null).flatMap(f -> BioimageRdf.in(f).stream()).filter(
			this::mentions).map(BioimageRdf::read).filter(rdf -> rdf.weightsOf(model).isPresent()).toList();
	}

	/** One that does not even hold the file's name may be broken or of anything else. */
	private boolean mentions(final Path rdf) {
		try {
			return Files.size(rdf) <= Documents.LARGEST_FILE && new String(Files.readAllBytes(rdf),
				StandardCharsets.UTF_8).contains(model.getFileName().toString());
		}
		catch (final IOException e) {
			throw new GlassboxException("Cannot read " + rdf + ": " + e.getMessage() + ".", e);
		}
	}

	// -- Folders --

	private static Path inFolder(final Path folder) {
		final List<Path> rdfs = BioimageRdf.in(folder);
		if (rdfs.size() == 1) return BioimageRdf.read(rdfs.get(0)).choose();
		if (rdfs.size() > 1) throw several(folder, rdfs, "description");
		final List<Path> candidates = candidates(folder);
		final Optional<String> named = DjlServing.modelName(folder);
		final List<Path> chosen = named.isEmpty() ? candidates : candidates.stream().filter(f -> f.getFileName().toString()
			.equals(named.get()) || ModelDescription.stem(f).equals(ModelDescription.stem(Path.of(named.get())))).toList();
		final List<Path> usual = chosen.stream().filter(f -> f.getFileName().toString().matches("model\\.(onnx|ts)"))
			.toList();
		if (usual.size() == 1) return usual.get(0);
		if (chosen.size() == 1) return chosen.get(0);
		if (chosen.size() > 1) throw several(folder, chosen, "network");
		ForeignFormat.refuse(folder);
		files(folder).stream().filter(ModelPackage::isOtherNetwork).forEach(ForeignFormat::refuse);
		throw none(folder, named);
	}

	/** Files that can be opened, of the first folder that has any. */
	private static List<Path> candidates(final Path folder) {
		for (final String sub : SUBFOLDERS) {
			final List<Path> found = files(folder.resolve(sub)).stream().filter(ModelPackage::isNetwork).toList();
			if (!found.isEmpty()) return found;
		}
		return List.of();
	}

	private static boolean isNetwork(final Path file) {
		final String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
		if (name.endsWith(".onnx")) return true;
		final boolean torch = Stream.of(".ts", ".pt", ".pth", ".torchscript", ".jit").anyMatch(name::endsWith);
		return torch && PackageZip.isTorchScript(file);
	}

	/** Files that hold a whole network, in formats that have an ending of their own. */
	private static boolean isOtherNetwork(final Path file) {
		return file.getFileName().toString().toLowerCase(Locale.ROOT).matches(".*\\.(keras|tflite|pt2)");
	}

	private static List<Path> files(final Path folder) {
		if (!Files.isDirectory(folder)) return List.of();
		try (Stream<Path> files = Files.list(folder)) {
			return files.filter(Files::isRegularFile).sorted().toList();
		}
		catch (final IOException e) {
			throw new GlassboxException("Cannot read the folder " + folder + ": " + e.getMessage() + ".", e);
		}
	}

	private static GlassboxException several(final Path folder, final List<Path> files, final String what) {
		return new GlassboxException(folder + " holds more than one " + what + ": " + files.stream().map(f -> folder
			.relativize(f).toString()).collect(Collectors.joining(", ")) + ". Choose one of these files.");
	}

	private static GlassboxException none(final Path folder, final Optional<String> named) {
		final List<String> others = new ArrayList<>();
		for (final String sub : SUBFOLDERS)
			files(folder.resolve(sub)).stream().map(f -> folder.relativize(f).toString()).filter(f -> OTHER_WEIGHTS.stream()
				.anyMatch(e -> f.toLowerCase(Locale.ROOT).endsWith(e))).forEach(others::add);
		final String found = named.map(n -> ", no '" + n + "' as its serving.properties says").orElse("") + (others.isEmpty()
			? "" : ", only " + String.join(", ", others) + ", which hold weights without the network");
		return new GlassboxException("The folder " + folder + " holds no network that can be opened" + found +
			": an ONNX file (.onnx) or a TorchScript file (.pt, .ts) is needed, so export the network to one of them.");
	}
}
