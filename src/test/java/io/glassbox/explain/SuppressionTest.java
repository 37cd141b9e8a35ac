package io.glassbox.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.glassbox.graph.Tensor;

import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

class SuppressionTest {

	private static final DetectionTarget.Reading READING = new DetectionTarget.Reading(20, 20, Optional.of(false), Optional
		.of(false), false, false, c -> new double[] { 2 * c[0], 2 * c[1], 2 * c[2], 2 * c[3] });

	/** Of two boxes with overlap 8 / 10 the better stays; another class, a lesser overlap and a background do not suppress. */
	@Test
	void theBestOfEachHeapOfOneClassIsKept() {
		final Tensor output = Tensor.of(new float[] {
			0, 0, 9, 10, 0.1f, 0.6f, 0.2f,
			1, 0, 10, 10, 0.1f, 0.9f, 0.2f,
			0, 0, 9, 10, 0.1f, 0.2f, 0.7f,
			6, 0, 15, 10, 0.1f, 0.5f, 0.2f,
			1, 0, 10, 10, 0.95f, 0.1f, 0.2f }, 1, 5, 7);
		final List<Suppression.Kept> kept = Suppression.of(output, List.of("background", "cat", "dog"), READING);
		assertEquals(List.of(1, 2, 3), kept.stream().map(k -> k.box().index()).toList());
		assertEquals(List.of(1, 2, 1), kept.stream().map(Suppression.Kept::classIndex).toList());
		assertEquals(20, kept.get(0).box().right());
	}

	/**
	 * Where classes exclude each other, logits of two boxes cannot be compared: 5.5 beside 5 is less likely than 1 beside -4. What is
	 * explained is what is reported.
	 */
	@Test
	void ofASoftmaxTheMostLikelyBoxIsFirst() {
		final Tensor output = Tensor.of(new float[] {
			0, 0, 9, 9, 5, 5.5f,
			10, 10, 19, 19, 1, -4 }, 1, 2, 6);
		final List<String> names = List.of("cat", "dog");
		final DetectionTarget.Reading softmax = new DetectionTarget.Reading(20, 20, Optional.of(false), Optional.of(false), false,
			true, c -> c);
		final List<Suppression.Kept> kept = Suppression.of(output, names, softmax);
		assertEquals(List.of(1, 0), kept.stream().map(k -> k.box().index()).toList());
		assertEquals(1, kept.get(0).score());
		assertEquals(1 / (1 + Math.exp(-5)), kept.get(0).probability(), 1e-12);
		final Target.Resolved top = new DetectionTarget("top", names, DetectionTarget.Which.TOP, softmax).resolve(output);
		assertEquals("cat (class 0) of box 1, x 10.0 to 19.0, y 10.0 to 19.0", top.description());
		assertEquals(1, top.score());
		assertEquals(List.of(1, 0), Suppression.best(output, softmax).stream().map(k -> k.box().index()).toList());
	}
}
