package io.glassbox.graph.io;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.SymbolicTensor.Kind;

/**
 * torchvision's {@code deform_conv2d} as a sampling and a convolution of 1 x 1, for images of any size.
 * <p>
 * The equations and their sources are those of {@link DeformedConvolution}, which says ONNX's operator in the same way.
 * </p>
 */
final class TorchvisionDeformation {

	private final Arguments a;
	private final GraphDraft g;
	private final SymbolicTensor x;
	private final long filters;
	private final long inGroup;
	private final long kernelRows;
	private final long kernelColumns;

	/** Places of a window. */
	private final long window;

	/** Groups of channels that have offsets of their own. */
	private final long parts;

	/** Rows and columns of the result, each a Long or an Extent. */
	private final Object height;
	private final Object width;

	private TorchvisionDeformation(final Arguments a, final GraphDraft g) {
		this.a = a;
		this.g = g;
		x = TorchvisionOperators.ofRank(a, 0, 4);
		final long[] weight = fixed(TorchvisionOperators.ofRank(a, 1, 4));
		filters = weight[0];
		inGroup = weight[1];
		kernelRows = weight[2];
		kernelColumns = weight[3];
		window = kernelRows * kernelColumns;
		parts = a.integer(12, 1);
		x.extents().learn(1, inGroup * a.integer(11, 1));
		final SymbolicTensor offset = TorchvisionOperators.ofRank(a, 2, 4);
		offset.extents().learn(1, 2 * parts * window);
		final List<Object> sizes = AtenShape.asked(g, offset);
		height = sizes.get(2);
		width = sizes.get(3);
	}

	private long[] fixed(final SymbolicTensor weight) {
		if (weight.extents().list().stream().allMatch(Long.class::isInstance)) return weight.extents().list().stream()
			.mapToLong(n -> (Long) n).toArray();
		throw a.unsupported("with weights of unknown shape");
	}

	/**
	 * {@code input, weight, offset, mask, bias, stride, stride, padding, padding, dilation, dilation, groups, offset groups,
	 * use_mask}.
	 */
	static SymbolicTensor translate(final Arguments a, final GraphDraft g) {
		return new TorchvisionDeformation(a, g).result();
	}

	private SymbolicTensor result() {
		final long groups = a.integer(11, 1);
		final long channels = inGroup * groups;
		final List<Object> image = AtenShape.asked(g, x);
		final SymbolicTensor apart = parts == 1 ? x : AtenShape.reshape(g, x, List.of(-1L, channels / parts, image.get(2), image
			.get(3)));
		final Object lines = Extent.computed("Mul", height, window);
		SymbolicTensor read = g.emit(Operator.of("GridSample", "mode", "bilinear", "padding_mode", "zeros", "align_corners", 1),
			apart, grid(image, lines)).sized(Arrays.asList(null, channels / parts, lines, width));
		if (a.truth(13, false)) {
			final SymbolicTensor mask = AtenShape.reshape(g, a.tensor(3), List.of(-1L, 1L, window, height, width));
			read = g.binary("Mul", AtenShape.reshape(g, read, List.of(-1L, channels / parts, window, height, width)), mask);
		}
		final SymbolicTensor samples = AtenShape.reshape(g, read, List.of(-1L, channels * window, height, width));
		final SymbolicTensor weights = AtenShape.reshape(g, a.tensor(1), List.of(filters, inGroup * window, 1L, 1L));
		return g.emit(Operator.of("Conv", "group", groups, "kernel_shape", new long[] { 1, 1 }), samples, weights, a
			.optionalTensor(4)).sized(Arrays.asList(image.get(0), filters, height, width));
	}

	/** Where each place of each window reads, column first, in coordinates from -1 to 1 as a sampling wants them. */
	private SymbolicTensor grid(final List<Object> image, final Object lines) {
		final SymbolicTensor offsets = AtenShape.reshape(g, a.tensor(2), List.of(-1L, window, 2L, height, width));
		final SymbolicTensor rows = AtenShape.unsqueeze(g, positions(height, a.integer(5), a.integer(7)), 1);
		final SymbolicTensor columns = positions(width, a.integer(6), a.integer(8));
		final SymbolicTensor both = AtenJoining.stack(g, List.of(share(offsets, 1, columns, image.get(3)), share(offsets, 0, rows,
			image.get(2))), 4);
		return AtenShape.reshape(g, both, List.of(-1L, lines, width, 2L));
	}

	/** Where the windows along an axis of the result begin in the image: stride times i less padding. */
	private SymbolicTensor positions(final Object count, final long stride, final long padding) {
		final SymbolicTensor counted = g.cast((SymbolicTensor) AtenOperators.translate("arange", new Arguments(a.operator(),
			List.of(count), Map.of()), g), Kind.FLOAT);
		return g.binary("Sub", g.binary("Mul", counted, GraphDraft.scalar(stride)), GraphDraft.scalar(padding));
	}

	/** Positions, places within the window and offsets along an axis, from -1 at the first pixel to 1 at the last. */
	private SymbolicTensor share(final SymbolicTensor offsets, final int axis, final SymbolicTensor positions,
		final Object extent)
	{
		final float[] within = new float[Math.toIntExact(window)];
		for (int i = 0; i < within.length; i++)
			within[i] = (axis == 0 ? i / kernelColumns : i % kernelColumns) * a.integer(9 + axis);
		final SymbolicTensor places = g.binary("Add", SymbolicTensor.constant(Tensor.of(within, within.length, 1, 1), Kind.FLOAT),
			positions);
		final SymbolicTensor moved = g.binary("Add", AtenSlicing.select(g, offsets, 2, (long) axis), places);
		final SymbolicTensor last = g.cast(g.number(Extent.computed("Sub", extent, 1L)), Kind.FLOAT);
		return g.binary("Sub", g.binary("Div", g.binary("Mul", moved, GraphDraft.scalar(2)), last), GraphDraft.scalar(1));
	}
}
