package io.glassbox.demo;

import java.util.stream.IntStream;

/** Both views of the same phantoms; drawing a phantom takes longer than learning from it. */
record Views(Films spots, Films whole) {

	static Views of(final Series series, final int count) {
		final byte[][] spots = new byte[count][];
		final byte[][] spotLesions = new byte[count][];
		final byte[][] whole = new byte[count][];
		final byte[][] lesions = new byte[count][];
		final Label[] labels = new Label[count];
		IntStream.range(0, count).parallel().forEach(i -> {
			final Phantom p = series.get(i);
			spots[i] = SpotView.of(p);
			spotLesions[i] = SpotView.lesionOf(p);
			whole[i] = p.pixels();
			lesions[i] = p.lesion();
			labels[i] = p.label();
		});
		return new Views(new Films(SpotView.SIZE, spots, spotLesions, labels), new Films(Field.SIZE, whole, lesions, labels));
	}
}
