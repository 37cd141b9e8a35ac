package io.glassbox.graph.io;

import ai.djl.Device;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Network;
import io.glassbox.graph.Tensor;
import io.glassbox.rule.MergeBatchNorm;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Writes a network as ONNX, normalisations kept and merged, and tells how far the scores that ONNX Runtime gives are
 * from PyTorch's own: the part of check_onnx.py that is ours.
 */
final class WrittenNetworks {

	private WrittenNetworks() {}

	/** @param arguments a folder that export_coverage.py made, the file in it, the folder to write to */
	public static void main(final String[] arguments) {
		final Path folder = Path.of(arguments[0]);
		try {
			final Network network = open(folder.resolve(arguments[1]), Npy.read(folder.resolve("input.npy")));
			check("kept", network, folder, Path.of(arguments[2]));
			check("merged", new MergeBatchNorm().apply(network), folder, Path.of(arguments[2]));
		}
		catch (final GlassboxException e) {
			System.out.println("unreadable " + e.getMessage().replace('\n', ' '));
		}
	}

	/** @param input some files are read for its size */
	private static Network open(final Path file, final Tensor input) {
		final List<Integer> size = Arrays.stream(input.shape()).skip(2).boxed().toList();
		return file.toString().endsWith(".onnx") ? OnnxReader.read(file) : TorchScriptReader.read(file, new Opening(size, true));
	}

	private static void check(final String how, final Network network, final Path folder, final Path out) {
		final Path file = out.resolve(how + ".onnx");
		OnnxWriter.write(network, file);
		final boolean sameLayers = OnnxReader.read(file).layers().keySet().equals(network.layers().keySet());
		try (OnnxRuntimeScorer scorer = OnnxRuntimeScorer.open(file, Device.cpu())) {
			final Tensor found = scorer.score(List.of(Npy.read(folder.resolve("input.npy")))).get(0);
			final Tensor expected = Npy.read(folder.resolve("logits.npy"));
			System.out.println(String.format(Locale.ROOT, "%s %.1e %d %s", how, ReferenceCases.error(expected, found), network
				.nodes().stream().filter(n -> n.is("BatchNormalization")).count(), sameLayers ? "same" : "other") + (Files.exists(
					ExternalData.beside(file)) ? " external" : ""));
		}
	}
}
