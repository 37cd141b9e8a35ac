package io.glassbox.image;

import ij.process.LUT;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Names;
import io.glassbox.graph.io.SafeFile;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The lookup tables heatmaps are shown in.
 * <p>
 * {@code viridis}, {@code magma} and {@code inferno} (CC0) are perceptually uniform, {@code turbo} (Apache 2.0) is the
 * rainbow with the fewest false edges, and {@code Glassbox Diverging} (after Moreland 2009) runs from blue through
 * neutral gray to red, for signed maps.
 * </p>
 */
public final class Luts {

	/**
	 * For maps without negative values. Its strongest colours are saturated: half transparent on a gray image the pale
	 * ends of magma and inferno look like bright tissue.
	 */
	public static final String SEQUENTIAL = "viridis";

	/** For signed maps: its middle is zero. */
	public static final String DIVERGING = "Glassbox Diverging";

	/** All tables there are. */
	public static final List<String> NAMES = List.of("viridis", "magma", "inferno", "turbo", DIVERGING);

	private static final ConcurrentHashMap<String, byte[]> TABLES = new ConcurrentHashMap<>();

	private Luts() {}

	/**
	 * A lookup table of its own, so that its range may be set.
	 *
	 * @param name one of {@link #NAMES}; letter case does not matter
	 * @throws GlassboxException if there is no such table
	 */
	public static LUT named(final String name) {
		final byte[] table = table(canonical(name));
		return new LUT(Arrays.copyOfRange(table, 0, 256), Arrays.copyOfRange(table, 256, 512), Arrays.copyOfRange(table,
			512, 768));
	}

	/** The name as in {@link #NAMES}, however its letters are cased. */
	static String canonical(final String name) {
		return NAMES.stream().filter(n -> n.equalsIgnoreCase(name.trim())).findFirst().orElseThrow(
			() -> new GlassboxException(Names.unknown("lookup table", name, NAMES)));
	}

	/** Writes all tables as ImageJ's {@code .lut} files, which appear in its menu once in its {@code luts} folder. */
	public static void export(final Path folder) {
		for (final String name : NAMES) {
			final byte[] table = table(name);
			SafeFile.write(folder.resolve(fileName(name)), out -> out.write(table));
		}
	}

	private static String fileName(final String name) {
		return name.replace(' ', '_') + ".lut"; // ImageJ shows underscores as blanks
	}

	private static byte[] table(final String name) {
		return TABLES.computeIfAbsent(name, Luts::read);
	}

	private static byte[] read(final String name) {
		try (InputStream in = Luts.class.getResourceAsStream("/luts/" + fileName(name))) {
			return in.readAllBytes();
		}
		catch (final IOException e) {
			throw new UncheckedIOException(e);
		}
	}
}
