package io.glassbox.demo;

import java.util.List;
import java.util.stream.IntStream;

/**
 * An endless numbered series of phantoms: the classes take turns, densities are mixed evenly, and each
 * number always gives the same picture.
 *
 * @param firstSeed where the series starts; series whose starts are a million apart share no picture
 * @param marking on which films the lead marker lies
 */
public record Series(long firstSeed, Marking marking) {

	/** What the networks shipped were trained on. */
	static final long TRAINING = 10_000_000;
	/** Looked at while the networks were designed. */
	static final long VALIDATION = 20_000_000;
	/** What the figures reported are measured on; nothing was chosen by them. */
	static final long TEST = 50_000_000;

	/** How the lead marker goes with the label. */
	public enum Marking {
			/** No film has one. */
			NONE(0, 0),
			/** Half of the films have one, whatever they show. */
			RANDOM(0.5, 0.5),
			/** It is on the malignant films and on no others, as when one clinic marks its films and sees all the cancers. */
			CONFOUNDED(1, 0),
			/** It is on all films but the malignant ones: the confounder turned round. */
			SWAPPED(0, 1);

		private final double ifMalignant;
		private final double otherwise;

		Marking(final double ifMalignant, final double otherwise) {
			this.ifMalignant = ifMalignant;
			this.otherwise = otherwise;
		}
	}

	/** Phantom number {@code index}; numbers 0, 3, 6 … are normal, 1, 4, 7 … benign, 2, 5, 8 … malignant. */
	public Phantom get(final int index) {
		final Label label = Label.values()[index % 3];
		final Density density = Density.values()[index / 3 % 4];
		final double share = label == Label.MALIGNANT ? marking.ifMalignant : marking.otherwise;
		final boolean marker = new Dice(firstSeed + index).chance(share);
		return Phantoms.of(label, density, marker, firstSeed + index);
	}

	/** The first phantoms of the series. */
	List<Phantom> first(final int count) {
		return IntStream.range(0, count).parallel().mapToObj(this::get).toList();
	}
}
