package io.glassbox.perturb;

import io.glassbox.explain.Elements;
import io.glassbox.graph.Tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The elements of a network's inputs, cut in halves over and over, down to single pixels: a hierarchy of parts.
 * <p>
 * An image is cut across its longest side, of equally long ones across the first: depth, then height, then width; of
 * odd sides the first half is the smaller. Channels of a pixel are never cut apart. Where a network takes more than an
 * image, the image is cut from all the rest, the rest in halves of its inputs, and what is no image in halves of its
 * values.
 * </p>
 * <p>
 * Elements are put in such an order that each part is a stretch of them, so that a hierarchy of millions takes one
 * list. Parts are made when they are asked for.
 * </p>
 *
 * @param elements of the inputs that are explained
 * @param order positions of the elements, in the order in which parts are stretches
 * @param whole all of them
 */
public record Halves(Elements elements, int[] order, Part whole) {

	/**
	 * A part of the inputs.
	 *
	 * @param from where its stretch of the order begins
	 * @param boxes it is made of, one for each input it has elements of
	 */
	public record Part(int from, List<Box> boxes) {

		/** How many elements it has. */
		public int size() {
			return boxes.stream().mapToInt(Box::size).sum();
		}

		/** Whether it cannot be cut. */
		public boolean isSingle() {
			return boxes.size() == 1 && boxes.get(0).isSingle();
		}

		/** Its two halves, whose stretches follow one another. */
		public List<Part> halves() {
			if (boxes.size() == 1) return parts(boxes.get(0).halves(), 1);
			return parts(boxes, from == 0 ? 1 : boxes.size() / 2); // what begins at 0 has the image
		}

		private List<Part> parts(final List<Box> all, final int cut) {
			final Part first = new Part(from, all.subList(0, cut));
			return List.of(first, new Part(from + first.size(), all.subList(cut, all.size())));
		}
	}

	/**
	 * A box of places of one input.
	 *
	 * @param each elements at each place
	 */
	record Box(int[] extents, int each) {

		int size() {
			return Arrays.stream(extents).reduce(each, Math::multiplyExact);
		}

		boolean isSingle() {
			return Arrays.stream(extents).allMatch(e -> e == 1);
		}

		List<Box> halves() {
			final int axis = longest(extents);
			final int half = extents[axis] / 2;
			return List.of(with(axis, half), with(axis, extents[axis] - half));
		}

		private Box with(final int axis, final int extent) {
			return new Box(replaced(extents, axis, extent), each);
		}
	}

	/** Of all inputs of floats. */
	public static Halves of(final List<Tensor> inputs) {
		final Elements elements = Elements.of(inputs);
		final List<Integer> drawnFirst = new ArrayList<>(elements.explained());
		drawnFirst.add(0, drawnFirst.remove(elements.drawn()));
		final int[] order = new int[elements.length()];
		final List<Box> boxes = new ArrayList<>();
		int at = 0;
		for (final int i : drawnFirst) {
			final int offset = elements.explained().stream().filter(k -> k < i).mapToInt(k -> inputs.get(k).length()).sum();
			final Box box = box(inputs.get(i));
			at = new Order(box.extents(), box.each(), offset, order).fill(new int[box.extents().length], box.extents(), at);
			boxes.add(box);
		}
		return new Halves(elements, order, new Part(0, boxes));
	}

	private static Box box(final Tensor t) {
		if (t.rank() < 4) return new Box(new int[] { t.length() }, 1);
		return new Box(Arrays.copyOfRange(t.shape(), 2, t.rank()), t.size(1));
	}

	private static int longest(final int[] extents) {
		return IntStream.range(0, extents.length).reduce(0, (a, b) -> extents[b] > extents[a] ? b : a);
	}

	private static int[] replaced(final int[] values, final int at, final int value) {
		final int[] other = values.clone();
		other[at] = value;
		return other;
	}

	/** Writes down the elements of one input, of the first half before those of the second. */
	private record Order(int[] all, int channels, int offset, int[] order) {

		/** @return where the next elements go */
		int fill(final int[] low, final int[] extents, final int from) {
			final int axis = longest(extents);
			if (extents[axis] > 1) {
				final int half = extents[axis] / 2;
				final int next = fill(low, replaced(extents, axis, half), from);
				return fill(replaced(low, axis, low[axis] + half), replaced(extents, axis, extents[axis] - half), next);
			}
			int place = 0;
			for (int a = 0; a < all.length; a++)
				place = place * all[a] + low[a];
			final int places = Arrays.stream(all).reduce(1, Math::multiplyExact);
			for (int c = 0; c < channels; c++)
				order[from + c] = offset + c * places + place;
			return from + channels;
		}
	}
}
