package io.glassbox.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;

class EagerTest {

	@Test
	void computesWhatTheNetworkWould() {
		final Tensor x = Tensor.of(new float[] { 1, 2, 3, 4 }, 2, 2);
		assertEquals(List.of(Tensor.of(new float[] { 1, 3, 2, 4 }, 2, 2)), Eager.compute(Operator.of("Transpose"), List.of(x),
			1));
	}

	@Test
	void conditionsAreIntegers() {
		final Tensor x = Tensor.of(new float[] { 1, 5 }, 2);
		assertEquals(List.of(Tensor.ofLongs(new long[] { 0, 1 }, 2)), Eager.compute(Operator.of("Greater"), List.of(x, Tensor
			.scalar(2)), 1));
	}

	@Test
	void anOperandMayBeLeftOut() {
		final Tensor x = Tensor.of(new float[] { -1, 5 }, 2);
		assertEquals(List.of(Tensor.of(new float[] { -1, 2 }, 2)), Eager.compute(Operator.of("Clip"), Arrays.asList(x, null,
			Tensor.scalar(2)), 1));
	}

	@Test
	void operandsThatDoNotFitAreNamed() {
		final Tensor x = Tensor.zeros(2, 3);
		final String message = assertThrows(GlassboxException.class, () -> Eager.compute(Operator.of("MatMul"), List.of(x, x),
			1)).getMessage();
		assertTrue(message.startsWith("MatMul cannot be computed of [float[2, 3], float[2, 3]]"), message);
	}
}
