package io.glassbox.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.glassbox.graph.Tensor;

import java.util.List;

import org.junit.jupiter.api.Test;

class PredictionTest {

	private static final Tensor SCORES = Tensor.of(new float[] { 0, 2, -1 }, 1, 3);

	private static Prediction by(final Prediction.Scale scale) {
		return Prediction.of(SCORES, scale, List.of("a", "b"));
	}

	@Test
	void theHighestScoreComesFirstAndUnnamedClassesHaveNumbers() {
		final Prediction p = by(Prediction.Scale.SOFTMAX);
		assertEquals(List.of("b", "a", "class 2"), p.ranking().stream().map(Prediction.Entry::label).toList());
		assertEquals(2, p.top().score());
	}

	@Test
	void oneClassOfSeveralGetsASoftmax() {
		final Prediction p = by(Prediction.Scale.SOFTMAX);
		assertEquals(1, p.ranking().stream().mapToDouble(Prediction.Entry::probability).sum(), 1e-12);
		assertEquals(Math.exp(2) / (1 + Math.exp(2) + Math.exp(-1)), p.top().probability(), 1e-12);
	}

	@Test
	void eachClassByItselfGetsASigmoid() {
		final Prediction p = by(Prediction.Scale.SIGMOID);
		assertEquals(1 / (1 + Math.exp(-2)), p.top().probability(), 1e-12);
		assertEquals(0.5, p.ranking().get(1).probability(), 1e-12);
	}

	@Test
	void aNetworkOfOneOutputGetsNoCertainty() {
		final Prediction p = Prediction.of(Tensor.of(new float[] { -3 }, 1, 1), Prediction.Scale.SIGMOID, List.of());
		assertEquals(1 / (1 + Math.exp(3)), p.top().probability(), 1e-12);
	}

	/** A regression has values in the order of its output, none of them likely or unlikely. */
	@Test
	void valuesAreNoClasses() {
		final Prediction p = by(Prediction.Scale.VALUE);
		assertEquals(List.of("a", "b", "output 2"), p.ranking().stream().map(Prediction.Entry::label).toList());
		assertEquals("b: 2.00000", p.text(p.ranking().get(1)));
		assertEquals(Double.NaN, p.top().probability());
		final Prediction one = Prediction.of(Tensor.of(new float[] { 63.5f }, 1, 1), Prediction.Scale.VALUE, List.of());
		assertEquals("output: 63.5000", one.text(one.top()));
	}
}
