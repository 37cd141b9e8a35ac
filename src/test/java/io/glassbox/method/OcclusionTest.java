package io.glassbox.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.Baseline;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.GraphModel;

import ai.djl.Device;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;

import org.junit.jupiter.api.Test;

/** Occlusion by patches gives the map that running the whole network for each window gives. */
class OcclusionTest {

	private static final SplittableRandom RANDOM = new SplittableRandom(3);
	private static final Tensor IMAGE = random(1, 1, 3, 120, 100);
	private static final Occlusion METHOD = new Occlusion("12x10", "4", Baseline.MEAN, false);
	private static final List<Target> TARGETS = List.of(Target.index(0, List.of()), Target.index(2, List.of()));

	private static Tensor random(final float limit, final int... shape) {
		final float[] v = new float[(int) Tensor.count(shape)];
		for (int i = 0; i < v.length; i++)
			v[i] = limit * (float) (2 * RANDOM.nextDouble() - 1);
		return Tensor.of(v, shape);
	}

	/** Wide enough for patches to be worth it. */
	private static Model model() {
		final Object[] padded = { "pads", new int[] { 1, 1, 1, 1 } };
		return new GraphModel(Network.builder().input("image", Port.ANY, 3, 120, 100).constant("w1", random(0.3f, 64, 3, 3, 3))
			.constant("w2", random(0.1f, 64, 64, 3, 3)).constant("w3", random(0.3f, 4, 64)).node("a", "", Operator.of("Conv", padded),
				"image", "w1").node("b", "", Operator.of("Relu"), "a").node("c", "", Operator.of("Conv", padded), "b", "w2").node("d",
					"", Operator.of("Relu"), "c").node("pool", "", Operator.of("GlobalAveragePool"), "d").node("flat", "", Operator.of(
						"Flatten"), "pool").node("scores", "", Operator.of("Gemm", "transB", 1), "flat", "w3").output("scores", Port.ANY, 4)
			.build(), Device.cpu());
	}

	/** The same model, which does not run in parts. */
	private static Model whole(final Model model) {
		return (Model) Proxy.newProxyInstance(Model.class.getClassLoader(), new Class<?>[] { Model.class }, (proxy, method,
			arguments) -> method.getName().equals("parts") ? Optional.empty() : method.invoke(model, arguments));
	}

	@Test
	void patchesGiveTheSameMapsForAllTargets() {
		try (Model model = model()) {
			final List<Attribution> patched = METHOD.explain(model, List.of(IMAGE), TARGETS, Progress.NONE);
			final List<Attribution> again = METHOD.explain(model, List.of(IMAGE), TARGETS, Progress.NONE);
			final List<Attribution> whole = METHOD.explain(whole(model), List.of(IMAGE), TARGETS, Progress.NONE);
			assertTrue(patched.get(0).facts().get("computed").startsWith("recomputed where windows reach, "), patched.get(0).facts()
				.toString());
			assertEquals("the whole network for each window", whole.get(0).facts().get("computed"));
			for (int t = 0; t < TARGETS.size(); t++) {
				assertArrayEquals(whole.get(t).raw().floats(), patched.get(t).raw().floats(), 1e-4f * (float) Math.abs(whole.get(t).target()
					.score()));
				assertArrayEquals(patched.get(t).raw().floats(), again.get(t).raw().floats(), "to the last bit");
			}
		}
	}

	/** Engines of the patches stay ready for the next image. */
	@Test
	void enginesArePreparedOnce() {
		try (Model model = model()) {
			METHOD.explain(model, List.of(IMAGE), TARGETS, Progress.NONE);
			final long bytes = model.bytes();
			METHOD.explain(model, List.of(random(1, 1, 3, 120, 100)), TARGETS, Progress.NONE);
			assertEquals(bytes, model.bytes());
		}
	}

	@Test
	void cancelEndsPatchesSoon() {
		final int[] asked = { 0 };
		final Progress progress = new Progress() {

			@Override
			public void update(final double fraction, final String status) {
				// nobody watches
			}

			@Override
			public boolean isCancelled() {
				return ++asked[0] > 8;
			}
		};
		try (Model model = model()) {
			assertThrows(CancellationException.class, () -> METHOD.explain(model, List.of(IMAGE), TARGETS, progress));
			assertTrue(asked[0] < 12, "asked " + asked[0] + " times");
		}
	}
}
