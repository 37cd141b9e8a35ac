package io.glassbox.graph.io;

import io.glassbox.graph.Attributes;
import io.glassbox.graph.Node;
import io.glassbox.graph.OperandCounts;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.UnsupportedNetworkException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Says in opset 17 what a node of another opset says, and leaves out what does nothing when a network
 * is used rather than trained.
 * <p>
 * The <a href="https://github.com/onnx/onnx/blob/main/docs/Changelog.md">ONNX changelog</a> tells what
 * changed when. Operators that never changed, and unknown ones, pass as they are.
 * </p>
 */
final class OpsetTranslation {

	static final int OLDEST = 1;

	/** The newest whose changes are known; a newer one means what this one does where the operators are the same. */
	static final int NEWEST = 24;

	/** More than any there will be; more is damage. */
	static final int LAST = 1000;

	private final int opset;
	private final Draft draft;
	private final Decompositions parts;
	private final IntegerWidths widths;

	OpsetTranslation(final int opset, final Draft draft, final IntegerWidths widths) {
		this.opset = opset;
		this.draft = draft;
		this.widths = widths;
		parts = new Decompositions(draft);
	}

	/** Appends to the draft what the node means. */
	void translate(final Node n) {
		switch (n.op().type()) {
			case "Constant" -> draft.constants().put(n.output(), constant(n));
			case "Add", "Sub", "Mul", "Div", "Pow", "And", "Or", "Xor", "Equal", "Greater", "Less" -> draft.add(opset < 7
				? aligned(n) : n);
			case "Gemm" -> draft.add(without(n, "broadcast"));
			case "Reshape" -> draft.add(opset < 5 ? attributesToInputs(n, "shape") : n);
			case "Concat" -> draft.add(withoutEmpty(opset < 4 && !n.op().attributes().has("axis") ? with(n, new Operator("Concat", n
				.op().attributes().with("axis", 1)), n.inputs()) : n));
			case "Tile" -> draft.add(changed(n, 6));
			case "PRelu" -> draft.add(opset < 7 ? perChannel(n) : n);
			case "EyeLike" -> draft.add(n.op().attributes().has("dtype") ? with(n, new Operator("EyeLike", n.op().attributes()
				.with("dtype", OnnxTypes.kept((int) n.op().attributes().integer("dtype", 1)))), n.inputs()) : n);
			case "Scatter" -> draft.add(with(n, new Operator("ScatterElements", n.op().attributes()), n.inputs()));
			case "CastLike" -> draft.add(with(n, Operator.of("Cast", "to", OnnxTypes.of(draft.elements().of(n.input(1)))), n
				.inputs().subList(0, 1)));
			case "RoiAlign" -> draft.add(opset >= 16 || n.op().attributes().has("coordinate_transformation_mode") ? n : with(n,
				new Operator("RoiAlign", n.op().attributes().with("coordinate_transformation_mode", "output_half_pixel")), n
					.inputs()));
			case "GridSample" -> draft.add(gridSample(n));
			case "Identity" -> draft.alias(n.output(), n.input(0));
			case "Dropout" -> dropout(n);
			case "BatchNormalization" -> batchNormalization(n);
			case "Squeeze", "Unsqueeze", "ReduceSum" -> draft.add(opset < 13 ? attributesToInputs(n, "axes") : n);
			case "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceLogSum",
				"ReduceLogSumExp", "ReduceSumSquare" -> reduce(n);
			case "Clip" -> draft.add(opset < 11 ? clip(n) : n);
			case "Pad" -> pad(changed(n, 2));
			case "Slice" -> draft.add(opset < 10 ? attributesToInputs(n, "starts", "ends", "axes") : n);
			case "Split" -> draft.add(split(opset < 13 ? attributesToInputs(changed(n, 2), "split") : n));
			case "TopK" -> draft.add(opset < 10 ? attributesToInputs(n, "k") : n);
			case "Upsample" -> draft.add(resize(opset < 9 ? attributesToInputs(n, "scales") : n));
			case "Resize" -> draft.add(opset < 11 ? resize(n) : newResize(n));
			case "Softmax", "LogSoftmax", "Hardmax" -> softmax(n);
			case "Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool" -> draft.add(window(n));
			case "Cast" -> draft.add(cast(changed(n, 6)));
			case "Gelu" -> parts.gelu(needing(n, 1));
			case "Swish" -> parts.swish(needing(n, 1), n.op().attributes().number("alpha", 1));
			case "RMSNormalization", "SimplifiedLayerNormalization" -> parts.rmsNormalization(needing(n, 2));
			case "BitwiseNot" -> complement(needing(n, 1));
			case "BitShift" -> shift(needing(n, 2));
			case "CenterCropPad" -> new SpatialParts(draft, needing(n, 2)).centerCropPad();
			case "Col2Im" -> new SpatialParts(draft, needing(n, 3)).col2Im();
			case "DeformConv" -> DeformedConvolution.translate(draft, needing(n, 3));
			case "LSTM", "GRU", "RNN" -> RecurrentLayer.translate(draft, needing(changed(n, 7), 3));
			case "Attention" -> StandardAttention.translate(draft, needing(n, 3));
			case "RotaryEmbedding" -> new RotaryParts(draft).embed(needing(n, 3), n.input(1), n.input(2), n.input(3));
			case "GroupNormalization" -> parts.groupNormalization(without(n, "stash_type"), opset < 21);
			default -> draft.add(n);
		}
	}

	/** Parts that are known to be empty, as those of a roll by nothing, are left out; there is one left at least. */
	private Node withoutEmpty(final Node n) {
		final List<String> parts = n.inputs().stream().filter(v -> !isEmpty(v, n.op().attributes().integer("axis", 0))).toList();
		return parts.isEmpty() || parts.size() == n.inputs().size() ? n : with(n, n.op(), parts);
	}

	private boolean isEmpty(final String value, final long axis) {
		final int[] shape = draft.shapes().of(value);
		final int at = shape == null ? -1 : Shapes.axis(axis, shape.length);
		return at >= 0 && at < shape.length && shape[at] == 0;
	}

	/** The node, unless it is of an operator set in which it meant something else. */
	private Node changed(final Node n, final int since) {
		if (opset < since) throw unsupported(n, "as it was before operator set " + since);
		return n;
	}

	private static Node needing(final Node n, final int operands) {
		OperandCounts.check(n, operands);
		return n;
	}

	private static Node with(final Node n, final Operator op, final List<String> inputs) {
		return new Node(n.id(), n.layer(), op, inputs, n.outputs());
	}

	private static Node without(final Node n, final String... names) {
		final TreeMap<String, Object> kept = new TreeMap<>(n.op().attributes().asMap());
		kept.keySet().removeAll(List.of(names));
		Attributes a = Attributes.NONE;
		for (final var e : kept.entrySet())
			a = a.with(e.getKey(), e.getValue());
		return with(n, new Operator(n.op().type(), a), n.inputs());
	}

	private UnsupportedNetworkException unsupported(final Node n, final String what) {
		return new UnsupportedNetworkException("The network uses " + n.op().type() + " " + what + " (node '" + n.id() +
			"'), which Glassbox does not know.");
	}

	/** Integer lists, or one integer, or a list of numbers, that later opsets take as operands. */
	private Node attributesToInputs(final Node n, final String... names) {
		final List<String> inputs = new ArrayList<>(n.inputs());
		for (final String name : names) {
			final Object value = n.op().attributes().asMap().get(name);
			if (value instanceof long[] v) inputs.add(draft.constant(n, name, v));
			else if (value instanceof Long v) inputs.add(draft.constant(n, name, v));
			else if (value instanceof float[] v) inputs.add(draft.constant(n, name, Tensor.of(v, v.length)));
			else inputs.add("");
		}
		while (inputs.get(inputs.size() - 1).isEmpty())
			inputs.remove(inputs.size() - 1);
		return without(with(n, n.op(), inputs), names);
	}

	private Tensor constant(final Node n) {
		final Attributes a = n.op().attributes();
		final Object value = a.asMap().isEmpty() ? "" : a.asMap().values().iterator().next();
		if (value instanceof Tensor t) return t;
		if (value instanceof Float f) return Tensor.scalar(f);
		if (value instanceof Long l) return Tensor.ofLongs(new long[] { l });
		if (value instanceof float[] f) return Tensor.of(f, f.length);
		if (value instanceof long[] l) return Tensor.ofLongs(l, l.length);
		throw unsupported(n, "holding text or a sparse tensor");
	}

	private void dropout(final Node n) {
		final boolean training = draft.constant(n.input(2)).filter(t -> !t.isFloat() && t.longs()[0] != 0).isPresent();
		final boolean none = draft.constant(n.input(1)).filter(t -> t.isFloat() && t.floats()[0] == 0).isPresent();
		if (training && !none) throw trained(n);
		draft.alias(n.output(), n.input(0));
		if (n.outputs().size() > 1 && !n.outputs().get(1).isEmpty()) parts.everything(n, n.outputs().get(1));
	}

	private static UnsupportedNetworkException trained(final Node n) {
		return new UnsupportedNetworkException("The " + n.op().type() + " '" + n.id() +
			"' was exported in training mode; export with model.eval().");
	}

	private void batchNormalization(final Node n) {
		final boolean training = n.op().attributes().integer("training_mode", 0) != 0;
		final Optional<Tensor> fixed = training || opset < 14 && n.outputs().size() > 1 ? Standardisation.of(n, draft) : Optional
			.empty();
		if (fixed.isPresent()) {
			draft.constants().put(n.output(), fixed.get());
			return;
		}
		if (training) throw trained(n);
		if (n.op().attributes().integer("spatial", 1) != 1) throw unsupported(n, "with spatial=0");
		final Node plain = without(n, "spatial", "momentum", "training_mode", "is_test", "consumed_inputs");
		draft.add(new Node(n.id(), n.layer(), plain.op(), n.inputs(), n.outputs().subList(0, 1)));
	}

	/**
	 * As many outputs as there are parts, which since opset 18 may be told by an attribute. All get names: ONNX Runtime
	 * aborts the process on a part without.
	 */
	private static Node split(final Node n) {
		final List<String> parts = new ArrayList<>(n.outputs());
		while (parts.size() < n.op().attributes().integer("num_outputs", 0))
			parts.add("");
		for (int i = 0; i < parts.size(); i++)
			if (parts.get(i).isEmpty()) parts.set(i, n.id() + ".part" + i);
		final Node plain = without(n, "num_outputs");
		return new Node(n.id(), n.layer(), plain.op(), n.inputs(), parts);
	}

	/** Since opset 18 the axes are an operand; here they are an attribute where they are fixed. */
	private void reduce(final Node n) {
		if (opset < 18) draft.add(n);
		else if (!n.input(1).isEmpty()) draft.add(byAxes(n));
		else if (n.op().attributes().integer("noop_with_empty_axes", 0) == 1) draft.alias(n.output(), n.input(0));
		else draft.add(without(n, "noop_with_empty_axes"));
	}

	private Node byAxes(final Node n) {
		final Tensor axes = draft.constant(n.input(1)).filter(t -> !t.isFloat() && t.length() > 0).orElse(null);
		return axes == null ? n : with(n, new Operator(n.op().type(), without(n, "noop_with_empty_axes").op().attributes()
			.with("axes", axes.longs())), n.inputs().subList(0, 1));
	}

	/** Before opset 7 the second operand was aligned with the axis told, not with the last. */
	private Node aligned(final Node n) {
		final Node plain = without(n, "broadcast", "axis", "consumed_inputs");
		final int[] a = draft.shapes().of(n.input(0));
		final int[] b = draft.shapes().of(n.input(1));
		if (n.op().attributes().integer("broadcast", 0) == 0 || !n.op().attributes().has("axis")) return plain;
		if (a == null || b == null) throw unsupported(n, "along an axis of values of unknown shape");
		final int after = a.length - Shapes.axis(n.op().attributes().integer("axis", 0), a.length) - b.length;
		if (after <= 0) return plain;
		final long[] axes = new long[after];
		Arrays.setAll(axes, i -> b.length + i);
		final String aligned = draft.add(n, "aligned", Operator.of("Unsqueeze"), n.input(1), draft.constant(n, "axes", axes));
		return with(plain, plain.op(), List.of(n.input(0), aligned));
	}

	/** Before opset 7 slopes were one for each channel; now they are aligned with the last axis. */
	private Node perChannel(final Node n) {
		final int[] x = draft.shapes().of(n.input(0));
		final int[] slopes = draft.shapes().of(n.input(1));
		if (x == null || slopes == null || slopes.length != 1 || slopes[0] == 1 || x.length < 3) return n;
		final long[] axes = new long[x.length - 2];
		Arrays.setAll(axes, i -> i + 1);
		final String column = draft.add(n, "slopes", Operator.of("Unsqueeze"), n.input(1), draft.constant(n, "axes", axes));
		return with(n, n.op(), List.of(n.input(0), column));
	}

	/** Since opset 20 the modes bear the names they have elsewhere. */
	private Node gridSample(final Node n) {
		final String mode = n.op().attributes().string("mode", "bilinear");
		final String old = mode.equals("linear") ? "bilinear" : mode.equals("cubic") ? "bicubic" : mode;
		return with(n, new Operator("GridSample", n.op().attributes().with("mode", old)), n.inputs());
	}

	private Node clip(final Node n) {
		final List<String> inputs = new ArrayList<>(n.inputs());
		for (final String bound : new String[] { "min", "max" })
			inputs.add(!n.op().attributes().has(bound) ? "" : draft.constant(n, bound, Tensor.scalar(n.op().attributes()
				.number(bound, 0))));
		while (inputs.get(inputs.size() - 1).isEmpty())
			inputs.remove(inputs.size() - 1);
		return without(with(n, n.op(), inputs), "min", "max");
	}

	private void pad(final Node n) {
		if (opset < 11) draft.add(oldPad(n));
		else if (n.input(3).isEmpty()) draft.add(n);
		else draft.add(padOfAxes(n));
	}

	private Node oldPad(final Node n) {
		final Node pads = attributesToInputs(n, "pads");
		final float value = n.op().attributes().number("value", 0);
		if (value == 0) return without(pads, "value");
		final List<String> inputs = new ArrayList<>(pads.inputs());
		inputs.add(draft.constant(n, "value", Tensor.scalar(value)));
		return without(with(pads, pads.op(), inputs), "value");
	}

	/** Since opset 18 some axes may be named; here pads are given for all, where they are fixed. */
	private Node padOfAxes(final Node n) {
		final int[] shape = draft.shapes().of(n.input(0));
		final Tensor axes = draft.constant(n.input(3)).orElse(null);
		final Tensor pads = draft.constant(n.input(1)).orElse(null);
		if (shape == null || axes == null || pads == null) return n;
		final long[] all = new long[2 * shape.length];
		for (int i = 0; i < axes.length(); i++) {
			final int axis = Shapes.axis(axes.longs()[i], shape.length);
			all[axis] = pads.longs()[i];
			all[axis + shape.length] = pads.longs()[i + axes.length()];
		}
		final List<String> inputs = new ArrayList<>(List.of(n.input(0), draft.constant(n, "pads", all)));
		if (!n.input(2).isEmpty()) inputs.add(n.input(2));
		return with(n, n.op(), inputs);
	}

	/** Upsample, and Resize before opset 11, map corners to corners of pixels and round down. */
	private Node resize(final Node n) {
		final Attributes a = Attributes.of("mode", n.op().attributes().string("mode", "nearest"),
			"coordinate_transformation_mode", "asymmetric", "nearest_mode", "floor");
		return with(n, new Operator("Resize", a), List.of(n.input(0), "", n.input(1)));
	}

	/** Leaves out what newer opsets may tell, where it tells the usual. */
	private Node newResize(final Node n) {
		Node plain = n;
		if (n.op().attributes().integer("antialias", 0) == 0) plain = without(plain, "antialias");
		else plain = ofChangedAxes(plain);
		if (n.op().attributes().string("keep_aspect_ratio_policy", "stretch").equals("stretch")) plain = without(plain,
			"keep_aspect_ratio_policy");
		return plain;
	}

	/** Sizes of those axes alone that change, so that none is told for the samples. */
	private Node ofChangedAxes(final Node n) {
		final Attributes a = n.op().attributes();
		final int[] x = draft.shapes().of(n.input(0));
		final Tensor sizes = draft.constant(n.input(3)).orElse(null);
		if (x == null || sizes == null || sizes.length() != x.length || a.has("axes") || !n.input(1).isEmpty() || a.has(
			"keep_aspect_ratio_policy")) return n;
		final long[] changed = IntStream.range(0, x.length).filter(i -> sizes.longs()[i] != x[i]).mapToLong(i -> i).toArray();
		final long[] told = Arrays.stream(changed).map(i -> sizes.longs()[(int) i]).toArray();
		return with(n, new Operator("Resize", a.with("axes", changed)), List.of(n.input(0), "", "", draft.constant(n, "sizes",
			told)));
	}

	/** Before opset 13 all axes from {@code axis} on were normalised together, by default from the second. */
	private void softmax(final Node n) {
		final int[] shape = draft.shapes().of(n.input(0));
		final long axis = n.op().attributes().integer("axis", opset < 13 ? 1 : -1);
		final Operator along = new Operator(n.op().type(), n.op().attributes().with("axis", opset < 13 ? -1 : axis));
		final boolean last = axis == -1 || shape != null && Shapes.axis(axis, shape.length) == shape.length - 1;
		if (opset >= 13 || last) draft.add(with(n, along, n.inputs()));
		else {
			final String flat = draft.add(n, "flat", Operator.of("Flatten", "axis", axis), n.input(0));
			final String soft = draft.add(n, "soft", along, flat);
			final String like = draft.add(n, "shape", Operator.of("Shape"), n.input(0));
			draft.add(with(n, Operator.of("Reshape"), List.of(soft, like)));
		}
	}

	/** Puts numbers in the place of {@code auto_pad} where they can be told. */
	private Node window(final Node n) {
		final Attributes a = n.op().attributes();
		final String auto = a.string("auto_pad", "NOTSET");
		final boolean dense = Arrays.stream(a.integers("dilations", 0, 1)).allMatch(d -> d == 1);
		final Node plain = n.is("AveragePool", "LpPool") && dense ? without(n, "auto_pad", "dilations") : without(n,
			"auto_pad");
		if (n.is("ConvTranspose") && !auto.equals("VALID")) return n;
		if (auto.equals("NOTSET")) return plain;
		if (auto.equals("VALID")) return without(plain, "pads");
		final int[] shape = draft.shapes().of(n.input(0));
		final long[] pads = shape == null || shape.length < 3 ? null : new Windows(n, draft.shapes()).samePads(auto.equals(
			"SAME_UPPER"));
		return pads == null ? n : with(plain, new Operator(n.op().type(), plain.op().attributes().with("pads", pads)), n
			.inputs());
	}

	/** All bits turned: -1 - x, or, without a sign, the largest number less x. */
	private void complement(final Node n) {
		draft.add(with(n, Operator.of("Sub"), List.of(draft.constant(n, "ones", Tensor.ofLongs(new long[] { largest(n) })), n
			.input(0))));
	}

	/** Bits that leave at the front are lost. */
	private void shift(final Node n) {
		final long largest = largest(n);
		if (largest == -1 || !n.op().attributes().string("direction", "").equals("LEFT")) draft.add(n);
		else draft.add(with(n, Operator.of("BitwiseAnd"), List.of(draft.add(n, "shifted", n.op(), n.input(0), n.input(1)), draft
			.constant(n, "ones", Tensor.ofLongs(new long[] { largest })))));
	}

	/** The number whose bits are all set. */
	private long largest(final Node n) {
		final int bits = widths.unsignedBits(n.input(0));
		if (bits < 0) throw unsupported(n, "of whole numbers of unknown size");
		return bits == 0 || bits == Long.SIZE ? -1 : (1L << bits) - 1;
	}

	private Node cast(final Node n) {
		final int to = OnnxTypes.kept((int) n.op().attributes().integer("to", 0));
		return with(n, Operator.of("Cast", "to", to), n.inputs());
	}
}
