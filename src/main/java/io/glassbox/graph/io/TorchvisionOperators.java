package io.glassbox.graph.io;

import java.util.Arrays;
import java.util.Map;

import io.glassbox.graph.Operator;
import io.glassbox.graph.io.SymbolicTensor.Kind;

/**
 * Operators that the library torchvision adds to PyTorch: regions of feature maps brought to one size, the choice among
 * boxes that overlap, and convolutions with offsets. Without that library libtorch cannot run them, so a file that has
 * others cannot be opened at all.
 */
final class TorchvisionOperators {

	/** Of boxes: as many as there are. */
	private static final long ALL = Integer.MAX_VALUE;

	private TorchvisionOperators() {}

	static void addTo(final Map<String, AtenOperators.Translation> table) {
		table.put("torchvision::roi_align", TorchvisionOperators::roiAlign);
		table.put("torchvision::nms", TorchvisionOperators::suppressed);
		table.put("torchvision::deform_conv2d", TorchvisionDeformation::translate);
	}

	/**
	 * {@code input, rois, spatial_scale, pooled_height, pooled_width, sampling_ratio, aligned}; a region is a sample and a box.
	 */
	private static SymbolicTensor roiAlign(final Arguments a, final GraphDraft g) {
		final SymbolicTensor x = ofRank(a, 0, 4);
		final SymbolicTensor regions = ofRank(a, 1, 2);
		final SymbolicTensor boxes = AtenSlicing.slice(g, regions, 1, 1L, 5L, 1);
		final SymbolicTensor samples = g.cast(AtenSlicing.select(g, regions, 1, 0L), Kind.INTEGER);
		final Operator op = Operator.of("RoiAlign", "mode", "avg", "spatial_scale", a.number(2, 1), "output_height", a.integer(
			3), "output_width", a.integer(4), "sampling_ratio", Math.max(0, a.integer(5, -1)), "coordinate_transformation_mode", a
				.truth(6, false) ? "half_pixel" : "output_half_pixel");
		return g.emit(op, x, boxes, samples).sized(Arrays.asList(regions.extents().get(0), x.extents().get(1), a.integer(3), a
			.integer(4)));
	}

	/** {@code boxes, scores, iou_threshold}: which boxes stay, the best first. */
	private static SymbolicTensor suppressed(final Arguments a, final GraphDraft g) {
		final SymbolicTensor boxes = AtenShape.unsqueeze(g, ofRank(a, 0, 2), 0);
		final SymbolicTensor scores = AtenShape.unsqueeze(g, AtenShape.unsqueeze(g, ofRank(a, 1, 1), 0), 0);
		final SymbolicTensor chosen = g.emit(Operator.of("NonMaxSuppression"), boxes, scores, GraphDraft.longs("most", ALL),
			GraphDraft.scalar(a.number(2, 0.5))).sized(Arrays.asList(null, 3L));
		return AtenSlicing.select(g, chosen, 1, 2L);
	}

	static SymbolicTensor ofRank(final Arguments a, final int index, final int rank) {
		final SymbolicTensor x = a.tensor(index);
		if (x.rank() < 0) x.extents().learnRank(x.value(), rank);
		if (x.rank() != rank) throw a.unsupported("of " + x.rank() + " axes instead of " + rank);
		return x;
	}
}
