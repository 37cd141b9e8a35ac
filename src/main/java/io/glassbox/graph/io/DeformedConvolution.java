package io.glassbox.graph.io;

import io.glassbox.graph.Attributes;
import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.UnsupportedNetworkException;

import java.util.Arrays;
import java.util.List;

/**
 * Says {@code DeformConv}, since opset 19, as a sampling and a convolution of 1 x 1.
 * <p>
 * Dai et al., <em>Deformable Convolutional Networks</em>, 2017, equation 2; the mask is that of Zhu et al., <em>Deformable
 * ConvNets v2</em>, 2019. Each place of a window reads the image where it would anyway plus an offset, between the
 * pixels. So the image is sampled once for each place of the window; the samples are channels, which the weights then
 * join.
 * </p>
 */
final class DeformedConvolution {

	/** Each is two numbers of a constant: 64 MB. */
	private static final long MOST_PLACES = 1L << 23;

	private final Draft draft;
	private final Node n;
	private final Attributes a;

	private DeformedConvolution(final Draft draft, final Node n) {
		this.draft = draft;
		this.n = n;
		a = n.op().attributes();
	}

	/** Appends to the draft what the node means; its operands are image, weights, offsets, bias and mask. */
	static void translate(final Draft draft, final Node n) {
		new DeformedConvolution(draft, n).translate();
	}

	private void translate() {
		final int[] x = known(0, 1);
		final int[] w = known(1, 0);
		final int[] offset = known(2, 2);
		final int parts = Math.toIntExact(a.integer("offset_group", 1));
		final int window = Math.multiplyExact(w[2], w[3]);
		if (parts < 1 || x[1] % parts != 0 || offset[1] != parts * window * 2 || x[2] < 2 || x[3] < 2) throw unsupported(
			"of images of " + Arrays.toString(x) + " with offsets of " + Arrays.toString(offset));
		final int height = offset[2];
		final int width = offset[3];
		if ((double) window * height * width > MOST_PLACES) throw unsupported("that reads more than " + MOST_PLACES +
			" places of the image");
		final String image = parts == 1 ? n.input(0) : reshaped("parts", n.input(0), -1, x[1] / parts, x[2], x[3]);
		final String grid = grid(parts, window, height, width, places(w, height, width), x);
		final String read = draft.add(n, "read", Operator.of("GridSample", "mode", "bilinear", "padding_mode", "zeros",
			"align_corners", 1), image, grid);
		final String sampled = n.input(4).isEmpty() ? read : masked(read, parts, x[1] / parts, window, height, width);
		final String channels = reshaped("channels", sampled, -1, (long) x[1] * window, height, width);
		final String weights = reshaped("weights", n.input(1), w[0], (long) w[1] * window, 1, 1);
		draft.add(new Node(n.id(), n.layer(), Operator.of("Conv", "group", a.integer("group", 1), "kernel_shape", new long[] { 1,
			1 }), n.input(3).isEmpty() ? List.of(channels, weights) : List.of(channels, weights, n.input(3)), List.of(n
				.output())));
	}

	private UnsupportedNetworkException unsupported(final String what) {
		return new UnsupportedNetworkException("The network uses DeformConv " + what + " (node '" + n.id() +
			"'), which Glassbox does not know.");
	}

	/** The four extents of an operand, of which those from one on must be told. */
	private int[] known(final int operand, final int from) {
		final int[] shape = draft.shapes().of(n.input(operand));
		if (shape == null || shape.length != 4 || Arrays.stream(shape).skip(from).anyMatch(e -> e < 1)) throw unsupported(
			"of values of unknown shape, or not of two axes in space");
		return shape;
	}

	private String reshaped(final String name, final String value, final long... shape) {
		return draft.add(n, name, Operator.of("Reshape"), value, draft.constant(n, name + ".shape", shape));
	}

	/** Row and column that each place of each window reads without an offset: window x height x width x 2. */
	private float[] places(final int[] w, final int height, final int width) {
		final long[] strides = a.integers("strides", 2, 1);
		final long[] dilations = a.integers("dilations", 2, 1);
		final long[] pads = a.integers("pads", 4, 0);
		final float[] places = new float[Math.multiplyExact(Math.multiplyExact(w[2] * w[3], height), Math.multiplyExact(width,
			2))];
		for (int i = 0; i < places.length / 2; i++) {
			final int column = i % width;
			final int row = i / width % height;
			final int within = i / (width * height);
			places[2 * i] = row * strides[0] - pads[0] + within / w[3] * dilations[0];
			places[2 * i + 1] = column * strides[1] - pads[1] + within % w[3] * dilations[1];
		}
		return places;
	}

	/** Places plus offsets, column first, in coordinates from -1 to 1 as a sampling wants them. */
	private String grid(final int parts, final int window, final int height, final int width, final float[] places,
		final int[] x)
	{
		final String apart = reshaped("offsets", n.input(2), -1, window, 2, height, width);
		final String last = draft.add(n, "offsets.last", Operator.of("Transpose", "perm", new long[] { 0, 1, 3, 4, 2 }), apart);
		final String moved = draft.add(n, "moved", Operator.of("Add"), last, draft.constant(n, "places", Tensor.of(places,
			window, height, width, 2)));
		final String shares = draft.add(n, "shares", Operator.of("Mul"), moved, draft.constant(n, "extents", Tensor.of(
			new float[] { 2f / (x[2] - 1), 2f / (x[3] - 1) }, 2)));
		final String centred = draft.add(n, "centred", Operator.of("Sub"), shares, draft.constant(n, "one", Tensor.scalar(1)));
		final String turned = draft.add(n, "turned", Operator.of("Gather", "axis", 4), centred, draft.constant(n, "columnFirst", 1,
			0));
		return reshaped("grid", turned, -1, (long) window * height, width, 2);
	}

	private String masked(final String read, final int parts, final int channels, final int window, final int height,
		final int width)
	{
		final String mask = reshaped("mask", n.input(4), -1, 1, window, height, width);
		final String apart = reshaped("read.apart", read, -1, channels, window, height, width);
		return draft.add(n, "masked", Operator.of("Mul"), apart, mask);
	}
}
