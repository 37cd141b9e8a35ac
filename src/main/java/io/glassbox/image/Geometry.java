package io.glassbox.image;

import io.glassbox.model.Preprocessing.Resize;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where each pixel of a network's input lies in the image it was made from.
 *
 * @param spans one for each spatial axis, in a map's order: [depth,] height, width
 */
public record Geometry(List<Span> spans) {

	public Geometry {
		spans = List.copyOf(spans);
		if (spans.size() != 2 && spans.size() != 3) throw new IllegalArgumentException("Height and width, and depth " +
			"for volumes, found " + spans.size() + " axes");
	}

	/**
	 * One axis: the network's pixels laid along the image's. Positions count from the centre of the first pixel.
	 *
	 * @param image pixels of the image along this axis
	 * @param network pixels of the network's input along this axis
	 * @param scale image pixels to one network pixel
	 * @param offset where in the image the outer edge of the first network pixel lies, in image pixels from the
	 *          image's edge; negative if the network sees a margin around the image
	 */
	public record Span(int image, int network, double scale, double offset) {

		static Span stretched(final int image, final int network) {
			return new Span(image, network, (double) image / network, 0);
		}

		/** The image resized to {@code content} pixels of which the first is the network's {@code first}. */
		private static Span placed(final int image, final int network, final int content, final int first) {
			final double scale = (double) image / content;
			return new Span(image, network, scale, -first * scale);
		}

		public double toImage(final double position) {
			return (position + 0.5) * scale + offset - 0.5;
		}

		public double toNetwork(final double position) {
			return (position + 0.5 - offset) / scale - 0.5;
		}

		/** The network's pixel nearest to the centre of one of the image; -1 if the network does not see it. */
		public int nearest(final int position) {
			if (position < firstSeen() || position >= endSeen()) return -1;
			return (int) Math.max(0, Math.min(network - 1, Math.round(toNetwork(position))));
		}

		/** The first network pixel that shows image rather than margin. */
		public int firstContent() {
			return (int) Math.max(0, Math.round(-offset / scale));
		}

		/** One after the last network pixel that shows image. */
		public int endContent() {
			return (int) Math.min(network, Math.round((image - offset) / scale));
		}

		/** The first image pixel whose centre the network sees. */
		public int firstSeen() {
			return (int) Math.max(0, Math.ceil(offset - 0.5));
		}

		/** One after the last image pixel whose centre the network sees. */
		public int endSeen() {
			return (int) Math.min(image, Math.floor(offset + network * scale - 0.5) + 1);
		}
	}

	/** Like {@link #fit(Resize, int[], int[], int[])}, a crop from as little as covers the network's input. */
	static Geometry fit(final Resize resize, final int[] image, final int[] network) {
		return fit(resize, new int[0], image, network);
	}

	/**
	 * Fits an image into a network's input.
	 * <p>
	 * Crop and letterbox keep the proportions of height and width, depth is always stretched: slices are rarely
	 * spaced like pixels. As in the tools networks are trained with, the image is resized to whole pixels: for a
	 * crop the longer side is rounded down and the crop's start to the nearest (torchvision's Resize and
	 * CenterCrop); for a letterbox the shorter side is rounded to the nearest and the margin before it down
	 * (YOLO's).
	 * </p>
	 *
	 * @param resizeTo for a crop: the image's shorter side, or height and width, before the cut; empty for as little as
	 *          covers the network's input. Where that is less than the input, a margin of 0 is left around it.
	 * @param image extents of the image, [depth,] height, width
	 * @param network extents of the network's input, likewise
	 */
	static Geometry fit(final Resize resize, final int[] resizeTo, final int[] image, final int[] network) {
		final int d = image.length - 2;
		final List<Span> spans = new ArrayList<>();
		if (d == 1) spans.add(Span.stretched(image[0], network[0]));
		final double y = (double) network[d] / image[d];
		final double x = (double) network[d + 1] / image[d + 1];
		for (int a = d; a < d + 2; a++)
			spans.add(switch (resize) {
				case STRETCH -> Span.stretched(image[a], network[a]);
				case CROP -> switch (resizeTo.length) {
					case 0 -> cropped(image[a], network[a], Math.max(y, x));
					case 1 -> cut(image[a], network[a], resizedTo(resizeTo[0], image[a], Math.min(image[d], image[d + 1])));
					default -> cut(image[a], network[a], resizeTo[a - d]);
				};
				case LETTERBOX -> letterboxed(image[a], network[a], Math.min(y, x));
			});
		return new Geometry(spans);
	}

	private static Span cropped(final int image, final int network, final double factor) {
		return cut(image, network, Math.max(network, (int) (image * factor + 1e-9)));
	}

	/** The side of an image whose shorter one becomes so long: rounded down, as torchvision's Resize does. */
	private static int resizedTo(final int to, final int side, final int shorter) {
		return side == shorter ? to : (int) ((long) to * side / shorter);
	}

	/** The middle of an image resized to {@code content} pixels. */
	private static Span cut(final int image, final int network, final int content) {
		return Span.placed(image, network, content, -(int) Math.rint((content - network) / 2.0));
	}

	private static Span letterboxed(final int image, final int network, final double factor) {
		final int content = (int) Math.max(1, Math.min(network, Math.round(image * factor)));
		return Span.placed(image, network, content, (network - content) / 2);
	}

	public Span width() {
		return spans.get(spans.size() - 1);
	}

	public Span height() {
		return spans.get(spans.size() - 2);
	}

	/** Empty unless the network sees a volume. */
	public Optional<Span> depth() {
		return spans.size() == 3 ? Optional.of(spans.get(0)) : Optional.empty();
	}
}
