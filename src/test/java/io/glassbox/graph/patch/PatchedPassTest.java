package io.glassbox.graph.patch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.Forecast;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.GraphModel;
import io.glassbox.graph.io.Npy;
import io.glassbox.reference.ReferenceCase;

import ai.djl.Device;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Patches against the whole network, run for each copy. */
class PatchedPassTest {

	private static final Runnable ALIVE = () -> {};

	/** Engines add up in another order for maps of another size. */
	private static final double ROUNDING = 1e-5;

	private static Tensor random(final long seed, final int... shape) {
		final SplittableRandom random = new SplittableRandom(seed);
		final float[] v = new float[(int) Tensor.count(shape)];
		for (int i = 0; i < v.length; i++)
			v[i] = (float) (2 * random.nextDouble() - 1);
		return Tensor.of(v, shape);
	}

	/** A plan that takes patches as far as it is told. */
	private static Plan plan(final Network network, final List<Tensor> inputs, final String image, final List<Box> changes,
		final int stages, final int batch)
	{
		final Forecast forecast = Forecast.of(network, inputs);
		final List<Stage> all = Stages.of(network, image, forecast).subList(0, stages);
		final Tensor picture = inputs.get(network.inputs().stream().map(Port::name).toList().indexOf(image));
		final int[] extents = Arrays.copyOfRange(picture.shape(), 2, picture.rank());
		return new Plan(forecast, all, Tail.behind(network, all), new Reach(all, image, extents, changes), IntStream.range(0, changes
			.size()).toArray(), batch, 1);
	}

	private static int stages(final Network network, final List<Tensor> inputs, final String image) {
		return Stages.of(network, image, Forecast.of(network, inputs)).size();
	}

	/** Every copy, however many stages run on patches, gets the scores that the whole network gives it. */
	private static void assertSame(final Model model, final List<Tensor> inputs, final int altered, final List<Box> changes,
		final int batch)
	{
		final Network network = model.network();
		final String image = network.inputs().get(altered).name();
		final Tensor other = random(99, inputs.get(altered).shape());
		final List<Tensor> expected = changes.stream().map(box -> model.score(covered(inputs, altered, other, box)).get(0)).toList();
		final double range = expected.stream().mapToDouble(t -> most(t.floats())).max().orElseThrow();
		final int stages = stages(network, inputs, image);
		assertTrue(stages > 0, "nothing is local");
		for (int s = 1; s <= stages; s++) {
			final Plan plan = plan(network, inputs, image, changes, s, batch);
			if (plan.tail().nodes().isEmpty()) continue;
			try (PatchedPass pass = PatchedPass.of(model, inputs, image, plan, ALIVE).orElseThrow()) {
				for (int first = 0; first < changes.size(); first += batch) {
					final int[] some = IntStream.range(first, Math.min(changes.size(), first + batch)).toArray();
					final float[] scores = pass.outputs(pass.maps(some, other)).get(0).floats();
					for (int k = 0; k < scores.length; k++) {
						final float[] wanted = expected.get(some[k / (scores.length / some.length)]).floats();
						assertEquals(wanted[k % wanted.length], scores[k], ROUNDING * range, s + " of " + stages + " stages, box " + changes.get(
							some[k / wanted.length]));
					}
				}
			}
		}
	}

	private static double most(final float[] values) {
		double most = 0;
		for (final float v : values)
			most = Math.max(most, Math.abs(v));
		return most;
	}

	private static List<Tensor> covered(final List<Tensor> inputs, final int altered, final Tensor other, final Box box) {
		final Tensor image = inputs.get(altered);
		final float[] values = image.floats().clone();
		for (int k = 0; k < values.length; k++) {
			int rest = k;
			boolean inside = true;
			for (int a = image.rank() - 1; a >= 2; a--) {
				final int place = rest % image.size(a);
				inside &= place >= box.from()[a - 2] && place < box.to()[a - 2];
				rest /= image.size(a);
			}
			if (inside) values[k] = other.floats()[k];
		}
		final List<Tensor> all = new ArrayList<>(inputs);
		all.set(altered, Tensor.of(values, image.shape()));
		return all;
	}

	/** Boxes of several sizes, in all corners, at the borders and inside. */
	private static List<Box> boxes(final int... extents) {
		final SplittableRandom random = new SplittableRandom(5);
		final List<Box> boxes = new ArrayList<>();
		for (int i = 0; i < 12; i++) {
			final int[] from = new int[extents.length];
			final int[] to = new int[extents.length];
			for (int a = 0; a < extents.length; a++) {
				final int size = 1 + random.nextInt(extents[a] / 2);
				from[a] = i < 4 ? (i >> a % 2 & 1) * (extents[a] - size) : random.nextInt(extents[a] - size + 1);
				to[a] = from[a] + size;
			}
			boxes.add(new Box(from, to));
		}
		return boxes;
	}

	private static Model model(final Network.Builder b, final String last) {
		return new GraphModel(b.node("pool", "", Operator.of("GlobalAveragePool"), last).node("flat", "", Operator.of("Flatten"),
			"pool").output("flat").build(), Device.cpu());
	}

	private static Network.Builder image() {
		return Network.builder().input("image", Port.ANY, 2, 19, 22);
	}

	private static void assertSame(final Network.Builder b, final String last) {
		try (Model model = model(b, last)) {
			assertSame(model, List.of(random(1, 1, 2, 19, 22)), 0, boxes(19, 22), 5);
		}
	}

	private static Network.Builder conv(final Network.Builder b, final String name, final String x, final int in, final int out,
		final int[] kernel, final Object... settings)
	{
		return b.constant(name + ".weight", random(name.hashCode(), out, in, kernel[0], kernel[1])).constant(name + ".bias", random(3,
			out)).node(name, "", Operator.of("Conv", settings), x, name + ".weight", name + ".bias");
	}

	@Test
	void convolutionsOfAnyStridePaddingAndDilation() {
		Network.Builder b = conv(image(), "a", "image", 2, 5, new int[] { 3, 4 }, "pads", new int[] { 0, 2, 1, 1 });
		b = conv(b, "b", "a", 5, 6, new int[] { 3, 3 }, "pads", new int[] { 2, 2, 2, 2 }, "dilations", new int[] { 2, 2 });
		b = conv(b, "c", "b", 6, 4, new int[] { 3, 1 }, "strides", new int[] { 2, 3 }, "pads", new int[] { 1, 0, 1, 0 });
		assertSame(conv(b, "d", "c", 4, 3, new int[] { 3, 3 }, "auto_pad", "SAME_UPPER", "strides", new int[] { 2, 2 }), "d");
	}

	@Test
	void poolingSeesNothingBeyondTheBorderAndMeansCountIt() {
		final Network.Builder b = conv(image(), "a", "image", 2, 5, new int[] { 3, 3 }, "pads", new int[] { 1, 1, 1, 1 });
		b.node("max", "", Operator.of("MaxPool", "kernel_shape", new int[] { 3, 3 }, "strides", new int[] { 2, 2 }, "pads",
			new int[] { 1, 1, 1, 1 }, "ceil_mode", 1), "a");
		b.node("mean", "", Operator.of("AveragePool", "kernel_shape", new int[] { 3, 3 }, "pads", new int[] { 1, 1, 1, 1 },
			"count_include_pad", 1), "max");
		assertSame(conv(b, "d", "mean", 5, 3, new int[] { 3, 3 }), "d");
	}

	@Test
	void aMeanThatLeavesOutThePaddingIsNotTakenForLocal() {
		final Network.Builder b = conv(image(), "a", "image", 2, 5, new int[] { 3, 3 }).node("mean", "", Operator.of("AveragePool",
			"kernel_shape", new int[] { 3, 3 }, "pads", new int[] { 1, 1, 1, 1 }), "a");
		final List<Tensor> inputs = List.of(random(1, 1, 2, 19, 22));
		try (Model model = model(b, "mean")) {
			assertEquals(1, stages(model.network(), inputs, "image"));
			assertSame(model, inputs, 0, boxes(19, 22), 5);
		}
	}

	/** A convolution that steps over pixels does not see some windows at all. */
	@Test
	void whatNobodySeesChangesNothing() {
		assertSame(conv(image(), "a", "image", 2, 3, new int[] { 1, 1 }, "strides", new int[] { 4, 4 }), "a");
	}

	@Test
	void branchesMeetByAddConcatAndSplit() {
		Network.Builder b = image().constant("mean", Tensor.of(new float[] { 0.1f, 0.2f }, 2, 1, 1)).node("sub", "", Operator.of(
			"Sub"), "image", "mean");
		b = conv(b, "a", "sub", 2, 4, new int[] { 3, 3 }, "pads", new int[] { 1, 1, 1, 1 });
		b = conv(b, "b", "a", 4, 4, new int[] { 5, 5 }, "pads", new int[] { 2, 2, 2, 2 });
		b.node("add", "", Operator.of("Add"), "b", "a").node("relu", "", Operator.of("Relu"), "add");
		b.node("concat", "", Operator.of("Concat", "axis", 1), "sub", "relu", "a");
		b.constant("sizes", Tensor.ofLongs(new long[] { 3, 7 }, 2)).node(new Node("split", "", Operator.of("Split",
			"axis", 1), List.of("concat", "sizes"), List.of("few", "many")));
		b = conv(b, "c", "many", 7, 3, new int[] { 3, 3 }, "strides", new int[] { 2, 2 });
		b = conv(b, "d", "few", 3, 3, new int[] { 2, 3 }, "strides", new int[] { 2, 2 });
		b.constant("slope", random(8, 3, 1, 1)).node("max", "", Operator.of("Max"), "c", "d").node("prelu", "", Operator.of("PRelu"),
			"max", "slope");
		b.constant("pads", Tensor.ofLongs(new long[] { 0, 0, 1, 0, 0, 0, 2, 1 }, 8)).constant("value", Tensor.scalar(0.5f)).node("pad",
			"", Operator.of("Pad"), "prelu", "pads", "value");
		assertSame(conv(b, "e", "pad", 3, 3, new int[] { 3, 3 }), "e");
	}

	/** Everything behind a gate that depends on the whole map changes everywhere. */
	@Test
	void aGateOfTheWholeMapEndsThePatches() {
		Network.Builder b = conv(image(), "a", "image", 2, 4, new int[] { 3, 3 });
		b.node("mean", "", Operator.of("GlobalAveragePool"), "a").node("gate", "", Operator.of("Sigmoid"), "mean").node("mul", "",
			Operator.of("Mul"), "a", "gate");
		b = conv(b, "c", "mul", 4, 3, new int[] { 3, 3 });
		assertSame(b, "c");
	}

	@TestFactory
	Stream<DynamicTest> referenceNetworksGiveTheSameScores() {
		return Stream.of("gapcnn", "vggish", "miniresnet", "minidensenet", "cnn3d", "miniunet").flatMap(name -> ReferenceCase.FILES
			.stream().map(file -> DynamicTest.dynamicTest(name + " " + file, () -> {
				final ReferenceCase c = new ReferenceCase(name);
				try (Model model = c.open(file)) {
					final Tensor input = c.input();
					assertSame(model, List.of(input), 0, boxes(Arrays.copyOfRange(input.shape(), 2, input.rank())), 4);
				}
			})));
	}

	@Test
	void otherInputsStayAsTheyAre() {
		final ReferenceCase c = new ReferenceCase("multimodal");
		final List<Tensor> inputs = List.of(Npy.read(c.file("input__input0.npy")), Npy.read(c.file("input__input1.npy")));
		try (Model model = c.open("model.onnx")) {
			assertSame(model, inputs, 0, boxes(Arrays.copyOfRange(inputs.get(0).shape(), 2, 4)), 4);
		}
	}

	/** A 3 x 3 convolution of stride 2: place o sees 2 o - 1 to 2 o + 1. */
	@Test
	void aBoxReachesThePlacesThatSeeIt() {
		final Network network = conv(Network.builder().input("image", Port.ANY, 1, 9, 9), "a", "image", 1, 1, new int[] { 3, 3 },
			"strides", new int[] { 2, 2 }, "pads", new int[] { 1, 1, 1, 1 }).output("a").build();
		final Stage stage = Stages.of(network, "image", Forecast.of(network, List.of(Tensor.zeros(1, 1, 9, 9)))).get(0);
		final Box reached = stage.root().orElseThrow().seeing(new Box(new int[] { 3, 0 }, new int[] { 5, 9 }), stage.extents());
		assertEquals("[1, 0] to [3, 5]", reached.toString());
		assertEquals(5, stage.root().orElseThrow().seen(new int[] { 2, 2 })[0]);
		assertEquals(1, stage.root().orElseThrow().seenFrom(new int[] { 1, 1 })[0]);
	}

	/** Small windows on large maps are worth it, windows as large as the image are not, nor is one window alone. */
	@Test
	void patchesAreTakenWhereTheyTakeLess() {
		Network.Builder b = Network.builder().input("image", Port.ANY, 2, 128, 128);
		b = conv(b, "a", "image", 2, 64, new int[] { 3, 3 }, "pads", new int[] { 1, 1, 1, 1 });
		b = conv(b, "b", "a", 64, 64, new int[] { 3, 3 }, "pads", new int[] { 1, 1, 1, 1 });
		try (Model model = model(b, "b")) {
			final List<Tensor> inputs = List.of(random(1, 1, 2, 128, 128));
			final List<Box> small = IntStream.range(0, 900).mapToObj(i -> box(i / 30 * 4, i % 30 * 4, 8)).toList();
			final Plan plan = Plan.of(model.network(), inputs, "image", small).orElseThrow();
			assertEquals(2, plan.stages().size());
			assertTrue(plan.share() < 0.05, "left to do: " + plan.share());
			assertEquals(900, Arrays.stream(plan.order()).distinct().count());
			assertTrue(Plan.of(model.network(), inputs, "image", IntStream.range(0, 900).mapToObj(i -> box(0, 0, 120)).toList())
				.isEmpty());
			assertTrue(Plan.of(model.network(), inputs, "image", small.subList(0, 1)).isEmpty());
		}
	}

	private static Box box(final int y, final int x, final int size) {
		return new Box(new int[] { y, x }, new int[] { y + size, x + size });
	}

	@Test
	void aClosedPassRunsNothing() {
		final Network.Builder b = conv(image(), "a", "image", 2, 4, new int[] { 3, 3 });
		final List<Tensor> inputs = List.of(random(1, 1, 2, 19, 22));
		try (Model model = model(b, "a")) {
			final Plan plan = plan(model.network(), inputs, "image", boxes(19, 22), 1, 4);
			final PatchedPass pass = PatchedPass.of(model, inputs, "image", plan, ALIVE).orElseThrow();
			pass.close();
			assertThrows(IllegalStateException.class, () -> pass.maps(new int[] { 0 }, inputs.get(0)));
		}
	}
}
