package io.glassbox.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;

import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.GraphModel;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The batch is as large as the memory and the processors' appetite allow, and no larger. */
class BatchSizeTest {

	/** 6 elements, twice as many, as many again, 3. */
	private static Network network() {
		return Network.builder().input("x", Port.ANY, 6).node("wide", "", Operator.of("Concat", "axis", 1), "x", "x").node(
			"relu", "", Operator.of("Relu"), "wide").constant("w", Tensor.zeros(12, 3)).node("y", "", Operator.of("MatMul"),
				"relu", "w").output("y").build();
	}

	private static final Map<String, int[]> SHAPES = Map.of("x", new int[] { 1, 6 }, "wide", new int[] { 1, 12 }, "relu",
		new int[] { 1, 12 }, "y", new int[] { 1, 3 });

	@Test
	void onlyWhatIsStillReadTakesMemory() {
		assertEquals(4 * (12 + 12), Footprint.peak(network(), SHAPES), "x is gone when relu is made, the weights do not count");
	}

	/** One sample needs 96 bytes, and half of the memory may be taken. */
	@ParameterizedTest
	@CsvSource({ "8, 1000000, 8", "100, 1000000, 16", "8, 960, 5", "8, 10, 1", "1, 0, 1" })
	void memoryAndAppetiteLimitTheBatch(final int samples, final long free, final int expected) {
		try (Model model = new GraphModel(network(), Device.cpu())) {
			assertEquals(expected, new BatchSize(() -> free).onCpu(model, List.of(Tensor.zeros(samples, 6))));
		}
	}

	@Test
	void aBlackBoxGetsTheLargestBatch() {
		assertEquals(BatchSize.LARGEST, new BatchSize(() -> {
			throw new AssertionError("its shapes are not known");
		}).onCpu(new FakeModel(1), List.of(Tensor.zeros(40, 2))));
	}

	@Test
	void thisComputerHasMemory() {
		assertEquals(1, BatchSize.here().onCpu(new FakeModel(1), List.of(Tensor.zeros(1, 2))));
		try (Model model = new GraphModel(network(), Device.cpu())) {
			assertEquals(4, BatchSize.here().onCpu(model, List.of(Tensor.zeros(4, 6))));
		}
	}

	@Test
	void manySamplesAreScoredInParts() {
		final List<Integer> calls = new ArrayList<>();
		final Model counted = new FakeModel(1) {

			@Override
			public List<Tensor> score(final List<Tensor> inputs) {
				calls.add(inputs.get(0).size(0));
				return super.score(inputs);
			}
		};
		final List<Tensor> three = List.of(Tensor.of(new float[] { 3, 1, 2 }, 3, 1));
		try (ThriftyModel model = new ThriftyModel("m", new Lease(counted, () -> {}), () -> 0, Optional.empty(), s -> {},
			new BatchSize(() -> 0)))
		{
			assertEquals(three, model.score(three));
			assertEquals(Tensor.zeros(40, 2), model.score(List.of(Tensor.zeros(40, 2))).get(0));
		}
		assertEquals(List.of(3, 16, 16, 8), calls);
	}

	/** The mean over all samples cannot be joined from parts. */
	@Test
	void outputsWithoutSamplesAreComputedAtOnce() {
		final Network mean = Network.builder().input("x", Port.ANY, 1).node("y", "", Operator.of("ReduceMean", "axes", new int[] {
			0 }, "keepdims", 1), "x").output("y").build();
		final float[] ramp = new float[40];
		for (int i = 0; i < ramp.length; i++)
			ramp[i] = i;
		try (Model model = new GraphModel(mean, Device.cpu())) {
			assertEquals(19.5f, Batches.score(model, List.of(Tensor.of(ramp, 40, 1)), 16).get(0).floats()[0], 1e-5f);
		}
	}
}
