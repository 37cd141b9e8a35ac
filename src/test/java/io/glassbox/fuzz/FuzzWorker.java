package io.glassbox.fuzz;

import io.glassbox.graph.Tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Tries some mutations of one seed, in a process of its own that may die: each is announced on standard output before it
 * is tried.
 */
final class FuzzWorker {

	private FuzzWorker() {}

	/** Name of the seed, first number, number after the last, whether black boxes may be opened, folder to work in. */
	public static void main(final String[] args) throws IOException {
		final Seed seed = new Seed(args[0]);
		final byte[] sound = seed.bytes();
		final Tensor input = seed.input();
		final boolean blackBoxes = Boolean.parseBoolean(args[3]);
		final Path folder = Path.of(args[4]);
		warmUp(seed, input);
		for (int n = Integer.parseInt(args[1]); n < Integer.parseInt(args[2]); n++) {
			System.out.println("BEGIN " + n);
			final Path file = Files.write(folder.resolve(seed.file()), Mutations.of(seed, sound, n));
			final Trial t = Trial.of(file, input, n, blackBoxes);
			System.out.println("END " + n + " " + t.kind() + " " + t.bytes() + " " + t.millis() + " " + t.detail().replaceAll(
				"\\s+", " "));
		}
		System.exit(0);
	}

	/** The engines start before anything is measured. */
	private static void warmUp(final Seed seed, final Tensor input) {
		for (final String name : List.of("pixels.onnx", seed.file()))
			for (int n = 0; n < 2; n++) {
				final Trial t = Trial.of(Seed.FOLDER.resolve(name), input, n, true);
				if (t.kind() != Trial.Kind.RESULT && t.kind() != Trial.Kind.MEMORY) throw new IllegalStateException(
					"The sound file " + name + " does not run: " + t);
			}
	}
}
