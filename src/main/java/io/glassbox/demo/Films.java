package io.glassbox.demo;

import io.glassbox.graph.Tensor;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Pictures of one size with their labels, ready to be fed to a network: gray values 0..255 become 0..1.
 *
 * @param extent pixels each way
 * @param lesions where each picture's lesion is, not 0 inside
 */
record Films(int extent, byte[][] pixels, byte[][] lesions, Label[] labels) {

	private static final int BATCH = 50;

	/** Whole phantoms. */
	static Films of(final List<Phantom> phantoms) {
		return new Films(Field.SIZE, phantoms.stream().map(Phantom::pixels).toArray(byte[][]::new), phantoms.stream().map(
			Phantom::lesion).toArray(byte[][]::new), phantoms.stream().map(Phantom::label).toArray(Label[]::new));
	}

	int count() {
		return labels.length;
	}

	/** The films at {@code index}, in this order, as images x 1 x height x width. */
	Tensor images(final int... index) {
		final int area = extent * extent;
		final float[] values = new float[index.length * area];
		for (int i = 0; i < index.length; i++) {
			final byte[] gray = pixels[index[i]];
			for (int k = 0; k < area; k++)
				values[i * area + k] = (gray[k] & 0xff) / 255f;
		}
		return Tensor.of(values, index.length, 1, extent, extent);
	}

	/** The lesions of the films at {@code index}, 1 inside and 0 outside, image after image. */
	float[] masks(final int... index) {
		final int area = extent * extent;
		final float[] values = new float[index.length * area];
		for (int i = 0; i < index.length; i++)
			for (int k = 0; k < area; k++)
				if (lesions[index[i]][k] != 0) values[i * area + k] = 1;
		return values;
	}

	/** Share of the films a network, from inputs to outputs, gets right. */
	double accuracy(final UnaryOperator<List<Tensor>> network) {
		int right = 0;
		for (int from = 0; from < count(); from += BATCH) {
			final int[] index = IntStream.range(from, Math.min(count(), from + BATCH)).toArray();
			final Tensor scores = network.apply(List.of(images(index))).get(0);
			for (int i = 0; i < index.length; i++)
				if (top(scores.sample(i).floats()) == labels[index[i]].ordinal()) right++;
		}
		return (double) right / count();
	}

	/** The index of the highest score. */
	static int top(final float[] scores) {
		int top = 0;
		for (int i = 1; i < scores.length; i++)
			if (scores[i] > scores[top]) top = i;
		return top;
	}
}
