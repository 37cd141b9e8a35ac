package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.reference.ReferenceCase;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What lies behind a value, scored with other values in its place. */
class RestScorerTest {

	/** The layer of another picture in place of this one's: where nothing goes around the layer, the other's scores result. */
	@TestFactory
	Stream<DynamicTest> theValuesOfOtherPicturesGiveTheirScores() {
		return ReferenceCase.everyFile().map(a -> DynamicTest.dynamicTest(a.get()[0] + " " + a.get()[1], () -> {
				final ReferenceCase c = new ReferenceCase((String) a.get()[0]);
				try (Model model = c.open((String) a.get()[1])) {
					final Tensor others = altered(c.input(), 3);
					final String value = model.network().layer(c.layer());
					final Tensor replacements = model.activations(List.of(others), List.of(value)).get(value);
					final Tensor expected = model.score(List.of(others)).get(0);
					final Tensor found = model.scoreBehind(List.of(c.input()), value, replacements).get(0);
					assertTrue(ReferenceCase.relativeError(expected, found) < 1e-4);
				}
			}));
	}

	/** Several pictures: this one with its brightness changed. */
	private static Tensor altered(final Tensor one, final int n) {
		final float[] many = one.repeated(n).floats();
		for (int i = 0; i < many.length; i++)
			many[i] *= 1 - 0.3f * (i / one.length());
		final int[] shape = one.shape();
		shape[0] = n;
		return Tensor.of(many, shape);
	}

	/** Every value of a residual and of a segmenting network in its own place, twice: nothing changes. */
	@TestFactory
	Stream<DynamicTest> aValueInItsOwnPlaceChangesNothing() {
		return Stream.of("miniresnet", "miniunet", "minivit").map(name -> DynamicTest.dynamicTest(name, () -> {
			final ReferenceCase c = new ReferenceCase(name);
			try (Model model = c.open("model.pt")) {
				final List<Tensor> input = List.of(c.input());
				final Tensor expected = model.score(input).get(0);
				final Collection<String> layers = model.network().layers().values().stream().distinct().toList();
				final Map<String, Tensor> values = model.activations(input, layers);
				for (final String value : layers) {
					final Tensor own = values.get(value);
					if (own.rank() == 0 || own.size(0) != 1) continue;
					final Tensor found = model.scoreBehind(input, value, own.repeated(2)).get(0);
					assertEquals(2 * expected.length(), found.length(), value);
					for (int i = 0; i < 2; i++)
						assertTrue(ReferenceCase.relativeError(expected, found.sample(i)) < 1e-4, value);
				}
			}
		}));
	}

	/** a = relu(x); shape taken from x goes around it; b = a + 2x; outputs flat b, and -x, which does not depend on a. */
	private static Network branching() {
		return Network.builder().input("x", Port.ANY, 2, 2).constant("two", Tensor.scalar(2)).constant("zero", Tensor.ofLongs(
			new long[] { 0 }, 1)).constant("rest", Tensor.ofLongs(new long[] { -1 }, 1)).node("s", "", Operator.of("Shape"), "x")
			.node("n", "", Operator.of("Gather"), "s", "zero").node("to", "", Operator.of("Concat", "axis", 0), "n", "rest").node(
				"a", "a", Operator.of("Relu"), "x").node("d", "", Operator.of("Mul"), "x", "two").node("b", "b", Operator.of("Add"),
					"a", "d").node("y", "", Operator.of("Reshape"), "b", "to").node("z", "", Operator.of("Neg"), "x").output("y")
			.output("z").build();
	}

	@Test
	void whatGoesAroundTheValueIsThatOfTheSample() {
		try (Model model = new GraphModel(branching(), Device.cpu())) {
			final List<Tensor> x = List.of(Tensor.of(new float[] { 1, -2, 3, -4 }, 1, 2, 2));
			final Tensor replacements = Tensor.of(new float[] { 0, 0, 0, 0, 10, 20, 30, 40, 1, 1, 1, 1 }, 3, 2, 2);
			final List<Tensor> found = model.scoreBehind(x, "a", replacements);
			assertEquals(Tensor.of(new float[] { 2, -4, 6, -8, 12, 16, 36, 32, 3, -3, 7, -7 }, 3, 4), found.get(0));
			assertEquals(Tensor.of(new float[] { -1, 2, -3, 4 }, 1, 2, 2), found.get(1).sample(2));
			final List<Tensor> other = model.scoreBehind(List.of(Tensor.zeros(1, 2, 2)), "a", replacements);
			assertEquals(replacements.reshape(3, 4), other.get(0), "another sample is not mistaken for the last");
			assertEquals(List.of(2, 4), List.of(model.scoreBehind(x, "a", Tensor.zeros(2, 2, 2)).get(0).size(0), model
				.scoreBehind(x, "a", Tensor.zeros(4, 2, 2)).get(0).size(0)));
		}
	}

	@Test
	void anInputIsAValueToo() {
		try (Model model = new GraphModel(branching(), Device.cpu())) {
			final Tensor two = Tensor.of(new float[] { 1, 1, 1, 1, -1, -1, -1, -1 }, 2, 2, 2);
			assertEquals(Tensor.of(new float[] { 3, 3, 3, 3, -2, -2, -2, -2 }, 2, 4), model.scoreBehind(List.of(Tensor.zeros(1,
				2, 2)), "x", two).get(0));
		}
	}

	/** Nothing before the layer runs, and ONNX Runtime runs what is behind it. */
	@Test
	void onlyTheRestIsMade() {
		final ReferenceCase c = new ReferenceCase("gapcnn");
		try (Model model = c.open("model.onnx")) {
			final String value = model.network().layer(c.layer());
			model.scoreBehind(List.of(c.input()), value, Tensor.zeros(2, 32, 16, 16));
			assertTrue(model.engine().startsWith("ONNX Runtime"), model.engine());
			assertFalse(model.engine().contains("libtorch"), model.engine());
			final long parameters = model.network().bytes();
			assertTrue(model.bytes() - parameters < parameters / 4, "the last layer alone has few parameters");
		}
	}

	@Test
	void aBlackBoxSaysWhyNot() {
		final ReferenceCase c = new ReferenceCase("gapcnn");
		try (Model model = TorchScriptModel.open(c.file("model.pt"), Device.cpu(), "it has an operator we do not know.")) {
			final String said = assertThrows(GlassboxException.class, () -> model.scoreBehind(List.of(c.input()), "relu3", Tensor
				.zeros(1, 32, 16, 16))).getMessage();
			assertTrue(said.contains("it has an operator we do not know"), said);
		}
	}
}
