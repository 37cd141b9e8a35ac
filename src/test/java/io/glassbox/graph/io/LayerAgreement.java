package io.glassbox.graph.io;

import ai.djl.Device;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * How far two files of one network agree about its layers: which names both tell, and whether the layers of one
 * name hold the same values.
 * <p>
 * The exporter to ONNX merges a batch normalisation into the convolution before it. The convolution's name then
 * stands for the normalised value, and is compared with that.
 * </p>
 *
 * @param same names in both files with the same values
 * @param different names in both files with other values or shapes
 * @param onlyFirst names the second file does not tell
 * @param onlySecond names the first file does not tell
 */
record LayerAgreement(List<String> same, List<String> different, List<String> onlyFirst, List<String> onlySecond) {

	private static final double CLOSE = 1e-3;

	/** The layers of one file and what they hold. */
	record Layers(Network network, Map<String, Tensor> values) {

		static Layers of(final Path file, final Tensor input) {
			final Network network = file.toString().endsWith(".onnx") ? OnnxReader.read(file) : TorchScriptReader.read(file);
			try (TorchExecutor executor = new TorchExecutor(network, Device.cpu())) {
				return new Layers(network, executor.activations(List.of(input), network.layers().values()));
			}
		}

		private Tensor value(final String layer) {
			return values.get(network.layers().get(layer));
		}

		/** The value of a layer, or of the normalisation that alone reads it, where the other file merged that. */
		private Tensor value(final String layer, final Network other) {
			final Node there = other.producer(other.layers().get(layer)).orElse(null);
			final List<Node> readers = network.consumers(network.layers().get(layer)).stream().filter(n -> !n.is("Shape"))
				.toList();
			final boolean merged = there != null && there.is("Conv", "Gemm", "ConvTranspose") && readers.size() == 1 && readers
				.get(0).is("BatchNormalization");
			return merged && network.layers().containsValue(readers.get(0).output()) ? values.get(readers.get(0).output())
				: value(layer);
		}
	}

	static LayerAgreement of(final Layers first, final Layers second) {
		final List<String> same = new ArrayList<>();
		final List<String> different = new ArrayList<>();
		final List<String> onlyFirst = new ArrayList<>();
		for (final String layer : first.network().layers().keySet())
			if (!second.network().layers().containsKey(layer)) onlyFirst.add(layer);
			else (close(first.value(layer, second.network()), second.value(layer, first.network())) ? same : different).add(
				layer);
		final List<String> onlySecond = new ArrayList<>(second.network().layers().keySet());
		onlySecond.removeAll(first.network().layers().keySet());
		return new LayerAgreement(same, different, onlyFirst, onlySecond);
	}

	private static boolean close(final Tensor a, final Tensor b) {
		if (!Arrays.equals(a.shape(), b.shape()) || a.isFloat() != b.isFloat()) return false;
		return a.isFloat() ? a.length() == 0 || ReferenceCases.error(a, b) < CLOSE || zero(a) && zero(b) : a.equals(b);
	}

	private static boolean zero(final Tensor t) {
		for (final float v : t.floats())
			if (v != 0) return false;
		return true;
	}

	/**
	 * Prints a row for each pair of files of each folder that {@code export_coverage.py} made.
	 *
	 * @param arguments the folder of folders, then the names of those wanted, all if none
	 */
	public static void main(final String[] arguments) throws Exception {
		final Path root = Path.of(arguments[0]);
		final List<String> names;
		try (Stream<Path> folders = Files.list(root)) {
			names = arguments.length > 1 ? List.of(arguments).subList(1, arguments.length) : folders.filter(Files::isDirectory)
				.map(f -> f.getFileName().toString()).sorted().toList();
		}
		System.out.println("| network | files | same | different | only first | only second |");
		for (final String name : names)
			row(root.resolve(name));
	}

	private static void row(final Path folder) {
		final Map<String, Layers> files = new LinkedHashMap<>();
		for (final Map.Entry<String, String> e : new TreeMap<>(Map.of("1 onnx", "model.onnx", "2 trace", "model.pt",
			"3 script", "model.scripted.pt")).entrySet())
			try {
				if (Files.exists(folder.resolve(e.getValue()))) files.put(e.getKey().substring(2), Layers.of(folder.resolve(e
					.getValue()), Npy.read(folder.resolve("input.npy"))));
			}
			catch (final GlassboxException unreadable) {
				System.out.println("| " + folder.getFileName() + " | " + e.getKey().substring(2) + " | " + unreadable
					.getMessage() + " |");
			}
		final List<String> kinds = List.copyOf(files.keySet());
		for (int i = 0; i < kinds.size(); i++)
			for (int j = i + 1; j < kinds.size(); j++) {
				final LayerAgreement a = of(files.get(kinds.get(i)), files.get(kinds.get(j)));
				System.out.println("| " + folder.getFileName() + " | " + kinds.get(i) + ", " + kinds.get(j) + " | " + a.same
					.size() + " | " + shown(a.different) + " | " + shown(a.onlyFirst) + " | " + shown(a.onlySecond) + " |");
			}
	}

	private static String shown(final List<String> names) {
		return names.size() + (names.isEmpty() ? "" : " " + names.subList(0, Math.min(4, names.size())));
	}
}
