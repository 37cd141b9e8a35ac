package io.glassbox.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;

import io.glassbox.demo.Series.Marking;
import io.glassbox.graph.Network;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.Torch;
import io.glassbox.graph.TorchExecutor;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

class TrainingTest {

	@Test
	void trainingAgainGivesTheSameNetwork() {
		final Training brief = new Training(32, 1, 1, 16, 1e-3f, 5);
		final Series series = new Series(1, Marking.RANDOM);
		final List<String> log = new ArrayList<>();
		final Network one = brief.run(new MammoCnn(), series, log::add);
		final Network two = brief.run(new MammoCnn(), series, log::add);
		assertEquals(6, log.size());
		assertEquals(one.constants().keySet(), two.constants().keySet());
		// Sums over several threads may be added up in another order.
		one.constants().forEach((name, t) -> assertArrayEquals(t.floats(), two.constants().get(name).floats(), 1e-3f,
			name));
	}

	@Test
	void networksComputeWhatTheirBlocksDo() {
		assertComputesWhatTheBlockDoes(new MammoCnn());
		assertComputesWhatTheBlockDoes(new MammoUNet());
	}

	private static void assertComputesWhatTheBlockDoes(final Trainee trainee) {
		final Tensor images = Films.of(new Series(3, Marking.NONE).first(3)).images(0, 1, 2);
		final Shape shape = new Shape(3, 1, Field.SIZE, Field.SIZE);
		try (NDManager manager = Torch.newManager(Device.cpu())) {
			trainee.block().initialize(manager, DataType.FLOAT32, shape);
			final float[] expected = trainee.block().forward(new ParameterStore(manager, false), new NDList(manager.create(images
				.floats(), shape)), false).singletonOrThrow().toFloatArray();
			try (TorchExecutor executor = new TorchExecutor(trainee.network(), Device.cpu())) {
				assertArrayEquals(expected, executor.score(List.of(images)).get(0).floats(), 1e-5f);
			}
		}
	}

	@Test
	void segmentingLearnsTheMasks() {
		final List<String> log = new ArrayList<>();
		new Training(32, 6, 1, 8, 4e-3f, 5).run(new MammoUNet(), new Series(1, Marking.RANDOM), log::add);
		final double[] losses = log.stream().filter(line -> line.startsWith("64")).mapToDouble(line -> Double.parseDouble(line
			.substring(line.lastIndexOf(' ')))).toArray();
		assertEquals(6, losses.length);
		assertTrue(losses[5] < 0.9 * losses[0], log.toString());
	}

	@Test
	void spotViewsKeepLesionAndMarkerInSight() {
		final Series series = new Series(11, Marking.CONFOUNDED);
		for (int i = 2; i < 30; i += 3) {
			final byte[] spot = SpotView.of(series.get(i));
			int white = 0;
			for (final byte b : spot)
				if ((b & 0xff) > 235) white++;
			assertTrue(white >= 40, "malignant film " + i + " lost its marker: " + white);
		}
	}
}
