package io.glassbox.demo;

import java.util.Arrays;
import java.util.stream.IntStream;

import io.glassbox.graph.Tensor;

/** The first phantoms of a series, drawn and ready to be fed to a network: gray values 0..255 become 0..1. */
record Films(byte[][] pixels, Label[] labels) {

	static Films of(final Series series, final int count) {
		final byte[][] pixels = new byte[count][];
		final Label[] labels = new Label[count];
		IntStream.range(0, count).parallel().forEach(i -> {
			final Phantom p = series.get(i);
			pixels[i] = p.pixels();
			labels[i] = p.label();
		});
		return new Films(pixels, labels);
	}

	void copyTo(final int film, final float[] target, final int offset) {
		final byte[] gray = pixels[film];
		for (int k = 0; k < gray.length; k++)
			target[offset + k] = (gray[k] & 0xff) / 255f;
	}

	/** Films {@code from} up to, not including, {@code to}, as images x 1 x height x width. */
	Tensor batch(final int from, final int to) {
		final int area = Field.SIZE * Field.SIZE;
		final float[] values = new float[(to - from) * area];
		for (int i = from; i < to; i++)
			copyTo(i, values, (i - from) * area);
		return Tensor.of(values, to - from, 1, Field.SIZE, Field.SIZE);
	}

	/** Share of the films a network gets right. */
	double accuracy(final io.glassbox.graph.Scorer network) {
		int right = 0;
		for (int from = 0; from < pixels.length; from += 50) {
			final int to = Math.min(pixels.length, from + 50);
			final Tensor scores = network.score(java.util.List.of(batch(from, to))).get(0);
			for (int i = from; i < to; i++)
				if (top(scores.sample(i - from).floats()) == labels[i].ordinal()) right++;
		}
		return (double) right / pixels.length;
	}

	static int top(final float[] scores) {
		return IntStream.range(0, scores.length).boxed().max(java.util.Comparator.comparing(i -> scores[i])).orElseThrow();
	}
}
