package io.glassbox.image;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Port;
import io.glassbox.model.Preprocessing;
import io.glassbox.model.Preprocessing.Extents;

import java.util.Arrays;
import java.util.List;

/**
 * The extents a network wants, from what its file and its description say together.
 *
 * @param name of the network's input
 * @param channels 0 if neither tells
 * @param extents [depth,] height, width; {@link Port#ANY} where neither tells
 * @param grid which extents the network takes where they are open; empty if any
 */
record NetworkInput(String name, int channels, int[] extents, List<Extents> grid) {

	/** An image smaller than this along height or width is refused where a network leaves its size open. */
	private static final int SMALLEST = 8;

	/** @param xFirst whether the port's spatial axes run x before y (before z) */
	static NetworkInput of(final Preprocessing how, final Port port, final boolean xFirst) {
		final int[] size = how.size().clone();
		if (how.grid().isEmpty() && Arrays.stream(size).anyMatch(n -> n < 1)) throw new GlassboxException("The description's size " + text(size) +
			" is impossible: extents are at least 1.");
		for (int i = 0; i < size.length; i++)
			if (size[i] == 0) size[i] = Port.ANY;
		if (port.shape() == null) return new NetworkInput(port.name(), how.channels(), size.length > 0 ? size : new int[] {
			Port.ANY, Port.ANY }, how.grid());
		final int[] shape = port.shape();
		if (shape.length != 4 && shape.length != 5) throw new GlassboxException("The network's input '" + port.name() +
			"' takes " + port.describe() + "; images go into inputs of 4 axes (batch, channels, height, width) or 5 " +
			"(with depth after the channels).");
		final int[] own = Arrays.copyOfRange(shape, 2, shape.length);
		final int[] extents = xFirst ? AxisOrder.reversed(own) : own;
		final int last = extents.length - 1;
		final boolean meant = size.length == extents.length && size[last] == extents[last];
		if (isChannelsLast(shape) && !meant) throw new GlassboxException("The network's input '" + port.name() +
			"' takes " + port.describe() + ", it seems with channels last. If so, say it in the description (input: {axes: " + (shape
				.length == 4 ? "byxc" : "bzyxc") + "}, or Plugins > Glassbox > Import Model...); a black box has to be exported with " +
			"channels first (tf2onnx: --inputs-as-nchw). If " + extents[last] +
			" is its width, give the size in the description.");
		if (size.length > 0 && size.length != extents.length) throw new GlassboxException("The description's size " +
			text(size) + " has " + size.length + " extents, the network's input '" + port.name() + "' takes " + port
				.describe() + ": give " + (extents.length == 2 ? "height and width." : "depth, height and width."));
		for (int i = 0; i < size.length; i++)
			extents[i] = settle("size " + text(size), size[i], extents[i], port);
		final int channels = settle(how.channels() + " channels", how.channels() > 0 ? how.channels() : Port.ANY, shape[1],
			port);
		return new NetworkInput(port.name(), Math.max(0, channels), extents, how.grid());
	}

	/** Whether the last axis is as short as channels are, and those before it are not. */
	private static boolean isChannelsLast(final int[] shape) {
		final int last = shape[shape.length - 1];
		return (last == 1 || last == 3 || last == 4) && Arrays.stream(shape, 1, shape.length - 1).allMatch(
			n -> n == Port.ANY || n > 4);
	}

	private static int settle(final String said, final int described, final int fixed, final Port port) {
		if (described == Port.ANY) return fixed;
		if (fixed != Port.ANY && fixed != described) throw new GlassboxException("The description says " + said +
			", but the network's input '" + port.name() + "' takes " + port.describe() + ": correct the description.");
		return described;
	}

	boolean isVolume() {
		return extents.length == 3;
	}

	/**
	 * The extents for an image of these, which fills in where the network leaves them open.
	 *
	 * @throws GlassboxException if the image is too small or too large to be taken as it is
	 */
	int[] extentsFor(final int[] image) {
		final int[] settled = extents.clone();
		for (int i = 0; i < settled.length; i++) {
			if (settled[i] != Port.ANY) continue;
			settled[i] = grid.isEmpty() ? image[i] : grid.get(i).nearest(image[i]);
			if (grid.isEmpty() && i >= settled.length - 2 && image[i] < SMALLEST) throw new GlassboxException("The image has only " + text(
				image) + " pixels and the network leaves its input size open: use an image of at least " + SMALLEST + " x " +
				SMALLEST + ", or give a size in the description.");
		}
		return settled;
	}

	static String text(final int[] extents) {
		final StringBuilder b = new StringBuilder();
		for (final int e : extents)
			b.append(b.isEmpty() ? "" : " x ").append(e == Port.ANY ? "?" : "" + e);
		return b.toString();
	}
}
