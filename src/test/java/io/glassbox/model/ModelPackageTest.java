package io.glassbox.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.GlassboxException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders and archives: the network in them is found, and nothing in them reaches beyond. */
class ModelPackageTest {

	private static final String RDF = "type: model\nweights:\n  %s: {source: '%s'}\n";

	@TempDir
	private Path folder;

	@BeforeEach
	void cacheHere() {
		System.setProperty("glassbox.packages", folder.resolve("cache").toString());
	}

	@AfterEach
	void forget() {
		System.clearProperty("glassbox.packages");
	}

	private Path write(final String file, final String text) throws IOException {
		final Path path = folder.resolve(file);
		Files.createDirectories(path.getParent());
		return Files.writeString(path, text);
	}

	private Path zip(final String name, final Map<String, byte[]> entries) throws IOException {
		final Path file = folder.resolve(name);
		try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
			for (final Map.Entry<String, byte[]> e : entries.entrySet()) {
				out.putNextEntry(new ZipEntry(e.getKey()));
				out.write(e.getValue());
				out.closeEntry();
			}
		}
		return file;
	}

	private static String failure(final Path given) {
		return assertThrows(GlassboxException.class, () -> ModelPackage.of(given)).getMessage();
	}

	@Test
	void aModelFileIsItself() throws IOException {
		final Path net = write("net.onnx", "x");
		assertEquals(net, ModelPackage.of(net).model());
		assertEquals(folder.resolve("gone.onnx"), ModelPackage.of(folder.resolve("gone.onnx")).model());
	}

	@Test
	void theOnlyNetworkOfAFolderIsTaken() throws IOException {
		write("a/readme.md", "");
		final Path net = write("a/models/net.onnx", "x");
		assertEquals(net, ModelPackage.of(folder.resolve("a")).model());
		assertEquals(folder.resolve("a/models/net.glassbox.yaml"), ModelPackage.of(folder.resolve("a")).description());
		write("a/models/other.onnx", "x");
		assertTrue(failure(folder.resolve("a")).contains("more than one network: models/net.onnx, models/other.onnx"));
		write("a/serving.properties", "option.modelName=other");
		assertEquals(folder.resolve("a/models/other.onnx"), ModelPackage.of(folder.resolve("a")).model());
	}

	@Test
	void weightsWithoutNetworkAreNamed() throws IOException {
		write("hf/model.safetensors", "x");
		write("hf/config.json", "{}");
		final String said = failure(folder.resolve("hf"));
		assertTrue(said.contains("only model.safetensors") && said.contains("ONNX file (.onnx) or a TorchScript file"), said);
	}

	@Test
	void rdfWithoutWeightsThatOpenSaysWhichThereAre() throws IOException {
		write("tf/rdf.yaml", "type: model\nweights:\n  keras_hdf5: {source: w.h5}\n  pytorch_state_dict: {source: w.pt}\n");
		final String said = failure(folder.resolve("tf"));
		assertTrue(said.contains("lists weights as keras_hdf5, pytorch_state_dict only") && said.contains("onnx or torchscript"),
			said);
		write("url/rdf.yaml", RDF.formatted("onnx", "https://zenodo.org/records/1/files/net.onnx"));
		final String url = failure(folder.resolve("url"));
		assertTrue(url.contains("no file net.onnx (to download from https://zenodo.org/records/1/files/net.onnx, nothing is " +
			"fetched)"), url);
		write("url/net.onnx", "x");
		assertEquals(folder.resolve("url/net.onnx"), ModelPackage.of(folder.resolve("url")).model());
		write("type/rdf.yaml", "type: dataset\n");
		assertTrue(failure(folder.resolve("type")).contains("'type' is 'dataset', expected model"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "../secret.onnx", "/etc/passwd", "..\\secret.onnx", "C:\\secret.onnx", "a/../../secret.onnx",
		"file:///etc/passwd", "." })
	void sourcesOutsideTheFolderAreRefused(final String source) throws IOException {
		write("secret.onnx", "x");
		write("evil/rdf.yaml", RDF.formatted("onnx", source));
		final String said = failure(folder.resolve("evil"));
		assertTrue(said.contains("which is no file within the folder") || said.contains("nothing is fetched"), said);
		assertTrue(said.contains(source), said);
	}

	@Test
	void zipEntriesStayInTheirFolder() throws IOException {
		final Map<String, byte[]> entries = new LinkedHashMap<>();
		entries.put("rdf.yaml", RDF.formatted("onnx", "net.onnx").getBytes());
		entries.put("../../../evil.yaml", "x: y".getBytes());
		entries.put("net.onnx", new byte[10]);
		final String said = failure(zip("slip.zip", entries));
		assertTrue(said.contains("'../../../evil.yaml', which is no file within the folder"), said);
		try (Stream<Path> files = Files.walk(folder)) {
			assertFalse(files.anyMatch(f -> f.endsWith("evil.yaml") || f.getFileName().toString().startsWith(".unpacking")));
		}
	}

	@Test
	void zipsThatUnpackToTooMuchAreRefusedAndLeaveNothing() throws IOException {
		final Map<String, byte[]> entries = new LinkedHashMap<>();
		entries.put("rdf.yaml", RDF.formatted("onnx", "net.onnx").getBytes());
		entries.put("net.onnx", new byte[80 << 20]);
		final String said = failure(zip("bomb.zip", entries));
		assertTrue(said.contains("unpacks to more than 20 times its size"), said);
		try (Stream<Path> files = Files.walk(folder.resolve("cache"))) {
			assertEquals(List.of(), files.filter(Files::isRegularFile).toList());
		}
	}

	@Test
	void onlyWhatIsNeededIsUnpackedAndAChangedZipAnew() throws IOException {
		final Map<String, byte[]> entries = new LinkedHashMap<>();
		entries.put("rdf.yaml", RDF.formatted("torchscript", "w.bin").getBytes());
		entries.put("w.bin", new byte[] { 1, 2, 3 });
		entries.put("keras.h5", new byte[1000]);
		final Path zip = zip("net.zip", entries);
		final ModelPackage first = ModelPackage.of(zip);
		assertEquals("w.bin", first.model().getFileName().toString());
		assertEquals(folder.resolve("net.glassbox.yaml"), first.description());
		assertEquals("net", first.defaultName());
		assertFalse(Files.exists(first.model().resolveSibling("keras.h5")));
		assertEquals(first.model(), ModelPackage.of(zip).model());
		entries.put("w.bin", new byte[] { 4, 5, 6 });
		Files.setLastModifiedTime(zip("net.zip", entries), FileTime.fromMillis(5_000));
		assertEquals(4, Files.readAllBytes(ModelPackage.of(zip).model())[0]);
		assertFalse(Files.exists(first.model()), "the earlier state is gone");
	}

	@Test
	void zipWithWeightsThatDoNotOpenSaysSo() throws IOException {
		final String said = failure(zip("keras.zip", Map.of("rdf.yaml", RDF.formatted("keras_hdf5", "w.h5").getBytes(), "w.h5",
			new byte[5])));
		assertTrue(said.contains("lists weights as keras_hdf5 only, which cannot be opened"), said);
	}

	@Test
	void anArchiveOfSomethingElseIsLeftToItsReader() throws IOException {
		final Path zip = zip("photos.zip", Map.of("a.jpg", new byte[5]));
		assertEquals(zip, ModelPackage.of(zip).model());
		final Path cut = write("cut.zip", "PK\3\4 cut off");
		assertEquals(cut, ModelPackage.of(cut).model());
	}

	/** A .keras file has a config.json, as packages of Hugging Face have; that is no reason to look for a network in it. */
	@Test
	void foreignFormatsAreNamedInFoldersAndArchives() throws IOException {
		final Path keras = zip("net.keras", Map.of("config.json", new byte[] { '{', '}' }, "metadata.json", new byte[] { '{',
			'}' }, "model.weights.h5", new byte[1]));
		write("lite/labels.txt", "benign\nmalignant\n");
		write("lite/net.tflite", "\u001c\0\0\0TFL3");
		write("tf/saved_model.pb", "x");
		write("tf/variables/variables.index", "x");
		for (final Map.Entry<Path, String> e : Map.of(keras, "Keras (.keras)", folder.resolve("tf"), "TensorFlow SavedModel",
			folder.resolve("lite"), "TensorFlow Lite").entrySet())
		{
			final String message = assertThrows(GlassboxException.class, () -> ModelPackage.of(e.getKey())).getMessage();
			assertTrue(message.contains("is " + e.getValue() + ", which Glassbox does not read"), message);
		}
	}
}
