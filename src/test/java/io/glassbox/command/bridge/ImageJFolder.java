package io.glassbox.command.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An ImageJ folder made of the packaged {@code target/dist/imagej}, with the commands of the tests added. */
final class ImageJFolder {

	private static final Path CLASSES = Path.of("target", "test-classes");
	private static final String INDEX = "META-INF/json/org.scijava.plugin.Plugin";

	private ImageJFolder() {}

	/**
	 * Links the packaged jars into a new folder and puts a jar with the given commands beside them.
	 *
	 * @return the folder, whose path has a blank in it
	 */
	static Path create(final Class<?>... commands) throws IOException {
		final Path dist = Path.of(System.getProperty("glassbox.dist"));
		final Path home = Files.createTempDirectory(dist.getParent(), "ImageJ for tests ").toAbsolutePath();
		link(dist.resolve("imagej"), home);
		jar(home.resolve("plugins/Glassbox_Tests.jar"), List.of(commands));
		return home;
	}

	private static void link(final Path from, final Path to) throws IOException {
		try (Stream<Path> files = Files.walk(from)) {
			for (final Path file : files.filter(Files::isRegularFile).collect(Collectors.toList())) {
				final Path link = to.resolve(from.relativize(file));
				Files.createDirectories(link.getParent());
				Files.createLink(link, file);
			}
		}
	}

	private static void jar(final Path file, final List<Class<?>> commands) throws IOException {
		try (OutputStream out = Files.newOutputStream(file); JarOutputStream jar = new JarOutputStream(out)) {
			for (final Class<?> command : commands)
				addWithNested(jar, command);
			put(jar, "plugins.config", commands.stream().map(ImageJFolder::menuEntry).collect(Collectors.joining()));
			put(jar, INDEX, commands.stream().map(ImageJFolder::indexEntry).collect(Collectors.joining()));
		}
	}

	private static void addWithNested(final JarOutputStream jar, final Class<?> type) throws IOException {
		final String name = type.getName().replace('.', '/') + ".class";
		jar.putNextEntry(new JarEntry(name));
		Files.copy(CLASSES.resolve(name), jar);
		for (final Class<?> nested : type.getDeclaredClasses())
			addWithNested(jar, nested);
	}

	private static String menuEntry(final Class<?> command) {
		final String label = label(command);
		return "Plugins>Glassbox>Tests, \"" + label + "\", " + PlainImageJ.class.getName() + "(\"" + label + "\")\n";
	}

	private static String indexEntry(final Class<?> command) {
		return "{\"class\":\"" + command.getName() + "\",\"values\":{\"menuPath\":\"Plugins>Glassbox>Tests>" + label(
			command) + "\",\"type\":\"org.scijava.command.Command\"}}";
	}

	/** {@code EchoCommand} is {@code Echo...} in the menu. */
	private static String label(final Class<?> command) {
		return command.getSimpleName().replace("Command", "...");
	}

	private static void put(final JarOutputStream jar, final String name, final String text) throws IOException {
		jar.putNextEntry(new JarEntry(name));
		jar.write(text.getBytes(UTF_8));
	}
}
