package io.glassbox.explain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetTest {

	private static final List<String> NAMES = List.of("benign", "malignant", "normal", "x - y");
	private static final Tensor OUTPUT = Tensor.of(new float[] { 1, 5, -2, 0.5f }, 1, 4);

	@ParameterizedTest
	@CsvSource({ "top, 5, malignant (class 1)", "'', 5, malignant (class 1)", "0, 1, benign (class 0)",
		" Normal , -2, normal (class 2)", "malignant - benign, 4, malignant (class 1) minus benign (class 0)",
		"top - 2, 7, malignant (class 1) minus normal (class 2)", "malignant (class 1), 5, malignant (class 1)",
		"class 2, -2, normal (class 2)", "malignant (class 1) - Class 0, 4, malignant (class 1) minus benign (class 0)", "x - y, 0.5, x - y (class 3)" })
	void readsWhatPeopleWrite(final String text, final double score, final String description) {
		final Target.Resolved r = Target.parse(text, NAMES).resolve(OUTPUT);
		assertEquals(score, r.score(), 1e-9);
		assertEquals(description, r.description());
	}

	@ParameterizedTest
	@CsvSource({ "1, malignant (class 1)", "Benign, benign (class 0)", "top, top", "2 - benign, normal (class 2) - benign (class 0)",
		"x - y, x - y (class 3)", "9, class 9", "top - 1, top - malignant (class 1)", "nobody, nobody",
		"benign (class 1), benign (class 1)" })
	void showsClassesByTheirNames(final String text, final String shown) {
		assertEquals(shown, Target.shown(text, NAMES));
		assertEquals(shown, Target.shown(shown, NAMES));
	}

	@Test
	void aLabelWithTheNameOfAnotherClassIsNoTarget() {
		assertThrows(GlassboxException.class, () -> Target.parse("benign (class 1)", NAMES));
	}

	@Test
	void aClassWithoutANameIsShownByItsNumber() {
		assertEquals("class 1", Target.shown("1", List.of()));
		assertEquals("class 1", Target.name(1, List.of("benign")));
		assertEquals("benign", Target.name(0, List.of("benign")));
	}

	/** A regression has a value, no classes. */
	@Test
	void theOnlyOutputIsNoClass() {
		final Target.Resolved r = Target.parse("top", List.of()).resolve(Tensor.of(new float[] { -3 }, 1, 1));
		assertEquals("the output", r.description());
		assertEquals(-3, r.score());
	}

	@Test
	void theSeedIsTheDerivativeOfTheScore() {
		assertArrayEquals(new float[] { -1, 1, 0, 0 }, Target.parse("1 - 0", NAMES).resolve(OUTPUT).seed().floats());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "malignent | No class 'malignent'. There are: benign, malignant, normal, x - y. " +
		"A target is 'top', a class index from 0, a class name, or 'one - other'.",
		"7 | No class 7: the network has 4 outputs, 0 to 3: benign, malignant, normal, x - y." })
	void saysWhichClassesThereAre(final String text, final String message) {
		assertEquals(message, assertThrows(GlassboxException.class, () -> Target.parse(text, NAMES).resolve(OUTPUT))
			.getMessage());
	}

	@Test
	void withoutNamesSaysHowToGiveThem() {
		final String message = assertThrows(GlassboxException.class, () -> Target.parse("malignant", List.of())
			.resolve(OUTPUT)).getMessage();
		assertEquals(true, message.contains("<model>.labels.txt"), message);
	}

	@Test
	void aDenseOutputIsNoListOfScores() {
		assertThrows(GlassboxException.class, () -> Target.top(List.of()).resolve(Tensor.zeros(1, 2, 8, 8)));
	}
}
