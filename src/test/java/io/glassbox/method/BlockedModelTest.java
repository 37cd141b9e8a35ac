package io.glassbox.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import io.glassbox.explain.Area;
import io.glassbox.explain.Attribution;
import io.glassbox.explain.Baseline;
import io.glassbox.explain.ChannelReduction;
import io.glassbox.explain.DenseTarget;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.BlockedModel;
import io.glassbox.graph.Forecast;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.ReceptiveField;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.GraphModel;
import io.glassbox.perturb.Absence;
import io.glassbox.perturb.Grid;
import io.glassbox.reference.ReferenceCase;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** A small U-Net says of an image in blocks what it says of it at once. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BlockedModelTest {

	private static final int HEIGHT = 96;
	private static final int WIDTH = 124;

	private final ReferenceCase unet = new ReferenceCase("miniunet");
	private final Tensor image = tiled(unet.input());
	private final Target target = DenseTarget.of("1", List.of(), Area.PREDICTED, false);
	private Model model;
	private ReceptiveField field;

	@BeforeAll
	void open() {
		model = unet.open("model.pt");
		field = field(model.network());
	}

	@AfterAll
	void close() {
		model.close();
	}

	private static ReceptiveField field(final Network network) {
		return ReceptiveField.of(network, network.inputs().get(0).name(), Forecast.of(network, List.of(Tensor.zeros(1, 1, 128,
			128))).shapes()).field().orElseThrow();
	}

	/** The case's image again and again, each a little darker. */
	private static Tensor tiled(final Tensor tile) {
		final float[] v = new float[HEIGHT * WIDTH];
		for (int y = 0; y < HEIGHT; y++)
			for (int x = 0; x < WIDTH; x++)
				v[y * WIDTH + x] = tile.floats()[y % 64 * 64 + x % 64] * (1 - 0.1f * (y / 64 + x / 64));
		return Tensor.of(v, 1, 1, HEIGHT, WIDTH);
	}

	private BlockedModel blocked(final int core) {
		return BlockedModel.of(model, new int[] { HEIGHT, WIDTH }, new int[] { core, core }, field, (done, of) -> {});
	}

	private Attribution explain(final Model with, final Explainer method) {
		return method.explain(with, List.of(image), target, Progress.NONE);
	}

	/** One pixel's gradient is 0 where the network does not see, and not where it does. */
	@Test
	void theReceptiveFieldIsWhereOnePixelsGradientIs() {
		final int y = 48;
		final int x = 60;
		int up = 0;
		int left = 0;
		int down = 0;
		int right = 0;
		for (int d = 0; d < 4; d++) {
				final Tensor pixel = Tensor.zeros(HEIGHT, WIDTH);
				pixel.floats()[(y + d) * WIDTH + x + d] = 1;
				final float[] g = new Gradient(false, ChannelReduction.SUM).explain(model, List.of(image), DenseTarget.of("1", List.of(),
					Area.marked(pixel, "pixel"), false), Progress.NONE).raw().floats();
				for (int i = 0; i < g.length; i++) {
					if (g[i] == 0) continue;
					up = Math.max(up, y + d - i / WIDTH);
					down = Math.max(down, i / WIDTH - y - d);
					left = Math.max(left, x + d - i % WIDTH);
					right = Math.max(right, i % WIDTH - x - d);
				}
			}
		assertTrue(up <= field.before()[0] && left <= field.before()[1] && down <= field.after()[0] && right <= field.after()[1],
			"sees " + up + ", " + left + ", " + down + ", " + right + ", told " + Arrays.toString(field.before()) + Arrays.toString(
				field.after()));
		assertTrue(field.reach()[0] <= Math.max(up, down) + 3 * field.stride()[0], "not told much more than there is");
		assertArrayEquals(new int[] { 4, 4 }, field.stride());
	}

	/** Every method, not knowing of it, gets what it gets of the whole image. */
	@TestFactory
	Stream<DynamicTest> methodsAreTheSameInBlocks() {
		final ChannelReduction sum = ChannelReduction.SUM;
		final CamSettings settings = new CamSettings(unet.layer(), true, true);
		return Stream.<Explainer>of(new Gradient(false, sum), new Gradient(true, ChannelReduction.MAX), new InputXGradient(false,
			sum), new IntegratedGradients(6, Quadrature.parse("gausslegendre"), Baseline.ZERO, 0, false, sum), new GuidedBackprop(
				false, sum), new GradCam(unet.layer(), true, true), new GradCamPlusPlus(settings), new AblationCam(
					AblationCam.Replacement.ZERO, settings), new Occlusion("32", "32", Baseline.ZERO, false), new FeatureAblation(new Grid(6),
						Absence.as(Baseline.ZERO), false)).map(method -> DynamicTest.dynamicTest(method.getClass().getSimpleName(), () -> {
							final Attribution whole = explain(model, method);
							final Attribution parts = explain(blocked(32), method);
							assertTrue(ReferenceCase.relativeError(whole.map(), parts.map()) < 1e-5, method + " differs by " + ReferenceCase
								.relativeError(whole.map(), parts.map()));
							assertEquals(whole.target().score(), parts.target().score(), 1e-3);
							assertTrue(ReferenceCase.relativeError(whole.output(), parts.output()) < 1e-5);
						}));
	}

	@Test
	void theSameWhateverTheBlocks() {
		final Tensor whole = model.score(List.of(image)).get(0);
		for (final int core : new int[] { 8, 20, 64, 1000 })
			assertTrue(ReferenceCase.relativeError(whole, blocked(core).score(List.of(image)).get(0)) < 1e-5, "core " + core);
		assertEquals(1, blocked(1000).count());
	}

	@Test
	void itTakesOneSampleAtATimeAndKnowsTheShapesOfTheWhole() {
		final BlockedModel blocked = blocked(32);
		assertEquals(1, blocked.inputs().get(0).shape()[0]);
		final Map<String, int[]> shapes = model.shapes(List.of(image));
		blocked.shapes(List.of(image)).forEach((name, shape) -> assertArrayEquals(shapes.get(name), shape, name));
	}

	/** One pass alone may be long: whoever watches may end it after any block. */
	@Test
	void cancelEndsAPassAfterABlock() {
		final List<String> seen = new ArrayList<>();
		final Model watched = BlockedModel.of(model, new int[] { HEIGHT, WIDTH }, new int[] { 32, 32 }, field, (done, of) -> {
			seen.add(done + "/" + of);
			if (done == 2) throw new CancellationException("Cancelled.");
		});
		assertThrows(CancellationException.class, () -> watched.score(List.of(image)));
		assertEquals(List.of("1/12", "2/12"), seen);
	}

	@Test
	void aVolumesGradientIsTheSameInBlocks() {
		final Network network = Network.builder().input("x", Port.ANY, 1, Port.ANY, Port.ANY, Port.ANY).constant("w", weights(2, 1))
			.constant("v", weights(3, 2)).node("a", "one", Operator.of("Conv", "pads", new int[] { 1, 1, 1, 1, 1, 1 }), "x", "w").node(
				"b", "relu", Operator.of("Relu"), "a").node("y", "two", Operator.of("Conv", "pads", new int[] { 1, 1, 1, 1, 1, 1 }), "b",
					"v").output("y", Port.ANY, 3, Port.ANY, Port.ANY, Port.ANY).build();
		final Tensor volume = weights(20, 18).reshape(1, 1, 20, 18, 27);
		final ReceptiveField seen = ReceptiveField.of(network, "x", Forecast.of(network, List.of(Tensor.zeros(1, 1, 16, 16, 16)))
			.shapes()).field().orElseThrow();
		assertArrayEquals(new int[] { 2, 2, 2 }, seen.reach());
		try (Model three = new GraphModel(network, Device.cpu())) {
			final Model blocks = BlockedModel.of(three, new int[] { 20, 18, 27 }, new int[] { 8, 9, 10 }, seen, (done, of) -> {});
			final Explainer method = new Gradient(false, ChannelReduction.SUM);
			final Target all = DenseTarget.of("2", List.of(), Area.PREDICTED, false);
			assertTrue(ReferenceCase.relativeError(method.explain(three, List.of(volume), all, Progress.NONE).map(), method.explain(
				blocks, List.of(volume), all, Progress.NONE).map()) < 1e-5);
		}
	}

	private static Tensor weights(final int to, final int from) {
		final Random random = new Random(to);
		final float[] v = new float[to * from * 27];
		for (int k = 0; k < v.length; k++)
			v[k] = (float) random.nextGaussian();
		return Tensor.of(v, to, from, 3, 3, 3);
	}

	/** A gate computed of the whole image is another for a part of it. */
	@Test
	void whatLooksAtTheWholeImageHasNoReceptiveField() {
		final Network gated = Network.builder().input("x", Port.ANY, 1, Port.ANY, Port.ANY).constant("w", Tensor.zeros(1, 1, 1, 1))
			.node("mean", "", Operator.of("GlobalAveragePool"), "x").node("y", "gate", Operator.of("Mul"), "x", "mean").output("y",
				Port.ANY, 1, Port.ANY, Port.ANY).build();
		final ReceptiveField.Found found = ReceptiveField.of(gated, "x", Forecast.of(gated, List.of(Tensor.zeros(1, 1, 64, 64)))
			.shapes());
		assertTrue(found.field().isEmpty());
		assertTrue(found.why().contains("GlobalAveragePool"), found.why());
	}
}
