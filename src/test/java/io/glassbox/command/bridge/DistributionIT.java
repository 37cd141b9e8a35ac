package io.glassbox.command.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/** What {@code mvn package} lays out in {@code target/dist}. */
class DistributionIT {

	private static final Path DIST = Path.of(System.getProperty("glassbox.dist"));

	@Test
	void fijiGetsAllThatPlainImageJGetsButWhatItShipsItself() throws IOException {
		final Set<String> missing = jars("imagej/plugins/jars");
		missing.removeAll(jars("fiji/jars"));
		assertEquals(new TreeSet<>(List.of("commons-codec", "commons-compress", "commons-io", "commons-math3", "gson",
			"imglib2", "jna", "parsington", "picocli", "protobuf-java", "scijava-common", "slf4j-api", "slf4j-simple", "snakeyaml")),
			missing);
	}

	@Test
	void imageJItselfIsForTheCommandLineAlone() throws IOException {
		assertEquals(Set.of("ij"), jars("lib"));
		assertTrue(!jars("imagej").contains("ij") && !jars("fiji").contains("ij"));
	}

	@Test
	void thePluginJarHasAnUnderscoreAndItsMenuEntries() throws IOException {
		for (final String folder : List.of("imagej/plugins", "fiji/plugins"))
			try (Stream<Path> files = Files.list(DIST.resolve(folder)).filter(Files::isRegularFile)) {
				final List<Path> jars = files.collect(Collectors.toList());
				assertEquals(1, jars.size(), jars::toString);
				assertTrue(jars.get(0).getFileName().toString().startsWith("Glassbox_-"), jars::toString);
				try (JarFile jar = new JarFile(jars.get(0).toFile())) {
					assertNotNull(jar.getEntry("plugins.config"));
				}
			}
	}

	@Test
	void theCommandLineIsExecutable() {
		assertTrue(Files.isExecutable(DIST.resolve("bin/glassbox")));
		assertTrue(Files.isRegularFile(DIST.resolve("bin/glassbox.bat")));
	}

	@Test
	void theCommandLineRunsFromAnywhereAndSaysHowItEnded() throws Exception {
		assumeTrue(File.separatorChar == '/', "Skipped: the script is for a Unix shell");
		final Path link = Files.createSymbolicLink(Files.createTempDirectory("glassbox").resolve("link"), DIST.resolve(
			"bin/glassbox").toAbsolutePath());
		assertEquals(0, status(link, "methods"));
		assertEquals(2, status(link, "no-such-command"));
		assertEquals(1, status(link, "layers", "--model", "no such model.onnx"));
	}

	private static int status(final Path program, final String... arguments) throws Exception {
		final List<String> line = new ArrayList<>(List.of(program.toString()));
		line.addAll(List.of(arguments));
		return new ProcessBuilder(line).directory(new File("/")).redirectErrorStream(true).redirectOutput(Redirect.DISCARD)
			.start().waitFor();
	}

	/** Names of the jars in and below a folder, without version. */
	private static Set<String> jars(final String folder) throws IOException {
		try (Stream<Path> files = Files.walk(DIST.resolve(folder))) {
			return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".jar")).map(
				name -> name.replaceFirst("-\\d.*", "")).collect(Collectors.toCollection(TreeSet::new));
		}
	}
}
