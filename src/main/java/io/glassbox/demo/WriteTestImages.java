package io.glassbox.demo;

import java.nio.file.Path;

/** Writes all test images and their masks into a folder: {@code WriteTestImages [folder]}. */
public final class WriteTestImages {

	private WriteTestImages() {}

	public static void main(final String[] args) {
		final Path folder = Path.of(args.length > 0 ? args[0] : "test-images");
		for (final String name : DemoImages.names()) {
			DemoImages.extract(name, folder);
			DemoImages.extractMask(name, folder);
		}
	}
}
