package io.glassbox.perturb;

import io.glassbox.explain.Elements;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;

import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** What elements of copies are that are absent: always the same, or, of the image, filled from what is there around them. */
public final class AbsentPlaces {

	private final float[] elements;
	private final int picture;
	private final Optional<Inpainting> inpainting;

	private AbsentPlaces(final float[] elements, final int picture, final Optional<Inpainting> inpainting) {
		this.elements = elements;
		this.picture = picture;
		this.inpainting = inpainting;
	}

	/**
	 * @param segments of the image
	 * @param names of all inputs
	 * @throws GlassboxException if there is nothing that an input could be replaced by
	 */
	public static AbsentPlaces of(final Absence absence, final Elements elements, final Segments segments,
		final List<String> names)
	{
		final List<Tensor> inputs = elements.inputs();
		final Tensor image = Elements.picture(inputs);
		absence.values().requireKnown(elements.explained().stream().filter(i -> inputs.get(i) != image && !Elements.isPicture(inputs.get(
			i))).map(names::get).toList());
		final float[] joined = elements.joined(IntStream.range(0, inputs.size()).mapToObj(i -> {
			final Tensor t = inputs.get(i);
			if (!t.isFloat()) return t;
			return t == image || Elements.isPicture(t) ? absence.of(t, t == image ? segments : null) : absence.values().of(names.get(i),
				t);
		}).toList());
		final int offset = elements.explained().stream().limit(elements.drawn()).mapToInt(i -> inputs.get(i).length()).sum();
		return new AbsentPlaces(joined, offset, absence.isFromAround() ? Optional.of(new Inpainting(image, offset)) : Optional.empty());
	}

	/** The elements of the sample that says nothing, joined; not to be written to. */
	public float[] elements() {
		return elements;
	}

	/**
	 * Fills a copy in which absent elements are as in the sample that says nothing, if that is not all.
	 *
	 * @param copies elements of copies
	 * @param at where this one begins
	 * @param gone whether an element is
	 */
	public void fill(final float[] copies, final int at, final IntPredicate gone) {
		if (inpainting.isEmpty()) return;
		final boolean[] places = new boolean[inpainting.get().places()];
		for (int k = 0; k < places.length; k++)
			places[k] = gone.test(picture + k); // all channels are there, or gone, together
		inpainting.get().fill(copies, at, places);
	}
}
