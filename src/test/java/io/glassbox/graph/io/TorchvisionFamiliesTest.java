package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.glassbox.graph.Network;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;

/**
 * The torchvision families with random weights, too large to be kept here: export them with
 * {@code src/test/python/export_torchvision.py} and give the folder as {@code -Dglassbox.torchvision=FOLDER}.
 */
class TorchvisionFamiliesTest {

	private static final Logger LOG = LoggerFactory.getLogger(TorchvisionFamiliesTest.class);

	/** float32 sums of thousands of terms, in another order than the exporting PyTorch. */
	private static final double TOLERANCE = 1e-4;

	@Test
	void everyFamilyComputesTheLogitsOfPyTorch() throws IOException {
		final String folder = System.getProperty("glassbox.torchvision", "");
		assumeTrue(!folder.isEmpty(), "no networks: give -Dglassbox.torchvision=FOLDER, see export_torchvision.py");
		try (Stream<Path> networks = Files.list(Path.of(folder))) {
			assertAll(networks.filter(Files::isDirectory).sorted().flatMap(dir -> Stream.of("model.pt", "model.scripted.pt")
				.map(dir::resolve)).filter(Files::exists).map(TorchvisionFamiliesTest::check));
		}
	}

	private static Executable check(final Path file) {
		return () -> {
			final long start = System.nanoTime();
			final Network network = TorchScriptReader.read(file);
			final long millis = (System.nanoTime() - start) / 1_000_000;
			final Tensor expected = Npy.read(file.resolveSibling("logits.npy"));
			try (TorchExecutor executor = new TorchExecutor(network, Device.cpu())) {
				final Tensor actual = executor.score(List.of(Npy.read(file.resolveSibling("input.npy")))).get(0);
				final double error = Errors.relative(actual, expected);
				LOG.info("{}: relative error {}, read in {} ms, {} nodes, {} layers", file.subpath(file.getNameCount() - 2, file
					.getNameCount()), error, millis, network.nodes().size(), network.layers().size());
				assertEquals(0, error, TOLERANCE, file::toString);
			}
		};
	}
}
