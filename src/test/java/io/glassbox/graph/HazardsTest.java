package io.glassbox.graph;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;

/** Damage that fuzzing found to cost memory or time, or to end in an exception that says nothing. */
class HazardsTest {

	private static final Tensor SCALAR = Tensor.of(new float[] { 1 });
	private static final Tensor LIST = Tensor.of(new float[] { 1, 2, 3 }, 3);

	/** libtorch would make 3279 x 254 x 2215 elements of one, where one was foreseen. */
	@Test
	void tilingAScalarAlongAxesItDoesNotHaveIsRefused() {
		final Tensor repeats = Tensor.ofLongs(new long[] { 3279, 254, 2215 }, 3);
		assertTimeoutPreemptively(Duration.ofSeconds(10), () -> refused("expected one number for each of its axes", Operator.of(
			"Tile"), SCALAR, repeats));
	}

	@Test
	void resizingByAnInfiniteScaleIsRefused() {
		final Tensor image = Tensor.zeros(1, 1, 2, 2);
		refused("positive scale", Operator.of("Resize", "mode", "nearest"), image, null, Tensor.of(new float[] { 1e9f,
			Float.POSITIVE_INFINITY, -1, -0f }, 4));
		refused("positive scale", Operator.of("Resize", "mode", "linear"), image, null, Tensor.of(new float[] { 1, 1, 1,
			Float.NaN }, 4));
		refused("one place or more", Operator.of("Resize", "mode", "linear"), image, null, null, Tensor.ofLongs(new long[] { 1,
			1, 2, 0 }, 4));
	}

	@Test
	void aShapeOfMillionsOfNumbersIsRefused() {
		final long[] shape = new long[1 << 22];
		Arrays.fill(shape, 1);
		refused("told its axes by 4194304 numbers", Operator.of("Expand"), LIST, Tensor.ofLongs(shape, shape.length));
		refused("told its axes by 4194304 numbers", Operator.of("ConstantOfShape"), Tensor.ofLongs(shape, shape.length));
	}

	@Test
	void gemmOfAListIsRefused() {
		refused("expected two axes", Operator.of("Gemm", "transB", 1), LIST, Tensor.zeros(3, 3));
		refused("expected two axes", Operator.of("Gemm", "transB", 1), Tensor.zeros(3, 3), LIST);
	}

	@Test
	void aShapeWithTwoResultsDoesNotStopTheForecast() {
		final Network network = Network.builder().input("x", 1, 3).node(new Node("n", "", Operator.of("Shape"), List.of("x"), List
			.of("s", "t"))).output("s").build();
		assertTrue(Forecast.of(network, List.of(Tensor.zeros(1, 3))).complete());
	}

	@Test
	void floatsWhereIntegersBelongAreRefused() {
		refused("given floats as operand 1", Operator.of("ConstantOfShape"), Tensor.of(new float[] { 1, 1e9f }, 2));
	}

	@Test
	void aThousandMillionClassesAreRefused() {
		refused("1000000000 classes", Operator.of("OneHot"), Tensor.ofLongs(new long[] { 0, 1 }, 2), Tensor.of(new float[] {
			1e9f }, 1), Tensor.of(new float[] { 0, 1 }, 2));
	}

	@Test
	void anInputWithoutANameIsRefused() {
		assertTrue(assertThrows(GlassboxException.class, () -> Network.builder().input("", 1).output("y").build()).getMessage()
			.contains("without a name"));
	}

	private static void refused(final String saying, final Operator op, final Tensor... operands) {
		final String said = assertThrows(GlassboxException.class, () -> Eager.compute(op, Arrays.asList(operands), 1))
			.getMessage();
		assertTrue(said.contains(saying), said);
	}
}
