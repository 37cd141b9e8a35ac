package io.glassbox.graph.io;

import io.glassbox.graph.Network;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Writes a network larger than one protobuf message can be, and reads it again; run with little more memory than the
 * file takes, {@code -Xmx2900m} for 2.3 GB.
 * <p>
 * {@code LargeNetwork FILE.onnx [LAYERS]}: each layer has 64 MB of random weights. The files stay, for onnx.checker.
 * </p>
 */
final class LargeNetwork {

	private static final int WIDTH = 4096;

	private LargeNetwork() {}

	public static void main(final String[] arguments) throws IOException {
		final Path file = Path.of(arguments[0]);
		final int layers = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 36;
		final long start = System.nanoTime();
		long bytes = 0;
		for (final Path written : OnnxWriter.write(network(layers), file)) {
			System.out.println(written + " " + Files.size(written));
			bytes += Files.size(written);
		}
		final long middle = System.nanoTime();
		check(OnnxReader.read(file), layers);
		System.out.println(String.format(Locale.ROOT, "%.2f GB, written in %.0f s, read in %.0f s, with a heap of %.2f GB", bytes / 1e9,
			(middle - start) / 1e9, (System.nanoTime() - middle) / 1e9, Runtime.getRuntime().maxMemory() / 1e9));
	}

	private static Network network(final int layers) {
		final Network.Builder b = Network.builder().input("x", Port.ANY, WIDTH);
		String value = "x";
		for (int i = 0; i < layers; i++) {
			b.constant("w" + i, weights(i)).node("fc" + i, "fc" + i, Operator.of("Gemm"), value, "w" + i);
			value = "fc" + i;
		}
		return b.output(value).build();
	}

	private static Tensor weights(final int seed) {
		final Random random = new Random(seed);
		final float[] w = new float[WIDTH * WIDTH];
		for (int i = 0; i < w.length; i++)
			w[i] = random.nextFloat();
		return Tensor.of(w, WIDTH, WIDTH);
	}

	private static void check(final Network read, final int layers) {
		if (read.constants().size() != layers || read.nodes().size() != layers) throw new IllegalStateException(read
			.constants().keySet() + " and " + List.copyOf(read.nodes()) + " were read back");
		for (int i = 0; i < layers; i++)
			if (!read.constants().get("w" + i).equals(weights(i))) throw new IllegalStateException("w" + i + " is another");
	}
}
