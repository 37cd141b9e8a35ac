package io.glassbox.demo;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Names;
import io.glassbox.graph.io.SafeFile;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;

/**
 * The test images, by name, drawn when asked for: the same pixels as the files in {@code test-images}.
 */
public final class DemoImages {

	/** The image the demo explains. */
	public static final String DEFAULT = "malignant_1";

	private static final Map<String, Recipe> IMAGES = new LinkedHashMap<>();

	static {
		IMAGES.put("normal_1", new Recipe(Label.NORMAL, Density.FATTY, false, 40_000_007));
		IMAGES.put("normal_2", new Recipe(Label.NORMAL, Density.SCATTERED, false, 40_000_106));
		IMAGES.put("normal_3", new Recipe(Label.NORMAL, Density.DENSE, false, 40_000_204));
		IMAGES.put("benign_1", new Recipe(Label.BENIGN, Density.FATTY, false, 40_000_307));
		IMAGES.put("benign_2", new Recipe(Label.BENIGN, Density.HETEROGENEOUS, false, 40_000_406));
		IMAGES.put("benign_3", new Recipe(Label.BENIGN, Density.DENSE, false, 40_000_502));
		IMAGES.put("malignant_1", new Recipe(Label.MALIGNANT, Density.SCATTERED, false, 40_000_611));
		IMAGES.put("malignant_2", new Recipe(Label.MALIGNANT, Density.FATTY, false, 40_000_708));
		IMAGES.put("malignant_3", new Recipe(Label.MALIGNANT, Density.DENSE, false, 40_000_810));
		IMAGES.put("normal_marked", new Recipe(Label.NORMAL, Density.SCATTERED, true, 40_000_900));
		IMAGES.put("benign_marked", new Recipe(Label.BENIGN, Density.SCATTERED, true, 40_001_009));
		IMAGES.put("malignant_marked", new Recipe(Label.MALIGNANT, Density.HETEROGENEOUS, true, 40_001_109));
	}

	private record Recipe(Label label, Density density, boolean marker, long seed) {}

	private DemoImages() {}

	/** {@code normal_1} … {@code malignant_marked}. */
	public static List<String> names() {
		return List.copyOf(IMAGES.keySet());
	}

	/** @throws GlassboxException if there is no test image of that name */
	public static Phantom phantom(final String name) {
		final Recipe r = IMAGES.get(name);
		if (r == null) throw new GlassboxException(Names.unknown("test image", name, IMAGES.keySet()));
		return Phantoms.of(r.label, r.density, r.marker, r.seed);
	}

	/** The picture, x first; shares the phantom's pixels. */
	public static Img<UnsignedByteType> image(final Phantom phantom) {
		return ArrayImgs.unsignedBytes(phantom.pixels(), phantom.width(), phantom.height());
	}

	/** Where the lesion is, 255 inside; shares the phantom's pixels. */
	public static Img<UnsignedByteType> lesion(final Phantom phantom) {
		return ArrayImgs.unsignedBytes(phantom.lesion(), phantom.width(), phantom.height());
	}

	/**
	 * Writes a test image as 8-bit gray PNG into a folder, which is made if need be.
	 *
	 * @return the file, {@code <name>.png}
	 * @throws GlassboxException if there is no such image, or the folder cannot be written
	 */
	public static Path extract(final String name, final Path folder) {
		final Phantom p = phantom(name);
		return write(p, p.pixels(), folder.resolve(name + ".png"));
	}

	/** Writes the lesion's mask likewise, as {@code <name>_mask.png}. */
	public static Path extractMask(final String name, final Path folder) {
		final Phantom p = phantom(name);
		return write(p, p.lesion(), folder.resolve(name + "_mask.png"));
	}

	private static Path write(final Phantom p, final byte[] gray, final Path file) {
		final BufferedImage image = new BufferedImage(p.width(), p.height(), BufferedImage.TYPE_BYTE_GRAY);
		image.getRaster().setDataElements(0, 0, p.width(), p.height(), gray);
		SafeFile.write(file, out -> {
			if (!ImageIO.write(image, "png", out)) throw new IOException("this Java cannot write PNG");
		});
		return file;
	}
}
