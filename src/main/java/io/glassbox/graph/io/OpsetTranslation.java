package io.glassbox.graph.io;

import io.glassbox.graph.Attributes;
import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.UnsupportedNetworkException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * Says in opset 17 what a node of another opset says, and leaves out what does nothing when a network
 * is used rather than trained.
 * <p>
 * The <a href="https://github.com/onnx/onnx/blob/main/docs/Changelog.md">ONNX changelog</a> tells what
 * changed when. Operators that never changed, and unknown ones, pass as they are.
 * </p>
 */
final class OpsetTranslation {

	static final int OLDEST = 7;
	static final int NEWEST = 22;

	private final int opset;
	private final Draft draft;

	OpsetTranslation(final int opset, final Draft draft) {
		this.opset = opset;
		this.draft = draft;
	}

	/** Appends to the draft what the node means. */
	void translate(final Node n) {
		switch (n.op().type()) {
			case "Constant" -> draft.constants().put(n.output(), constant(n));
			case "Identity" -> draft.alias(n.output(), n.input(0));
			case "Dropout" -> dropout(n);
			case "BatchNormalization" -> batchNormalization(n);
			case "Squeeze", "Unsqueeze", "ReduceSum" -> draft.add(opset < 13 ? attributesToInputs(n, "axes") : n);
			case "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceLogSum",
				"ReduceLogSumExp", "ReduceSumSquare" -> reduce(n);
			case "Clip" -> draft.add(opset < 11 ? clip(n) : n);
			case "Pad" -> pad(n);
			case "Slice" -> draft.add(opset < 10 ? attributesToInputs(n, "starts", "ends", "axes") : n);
			case "Split" -> draft.add(split(opset < 13 ? attributesToInputs(n, "split") : n));
			case "TopK" -> draft.add(opset < 10 ? attributesToInputs(n, "k") : n);
			case "Upsample" -> draft.add(resize(opset < 9 ? attributesToInputs(n, "scales") : n));
			case "Resize" -> draft.add(opset < 11 ? resize(n) : newResize(n));
			case "Softmax", "LogSoftmax" -> softmax(n);
			case "Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool" -> draft.add(window(n));
			case "Cast" -> draft.add(cast(n));
			case "Gelu" -> gelu(n);
			case "GroupNormalization" -> groupNormalization(n);
			default -> draft.add(n);
		}
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
		if (n.outputs().size() > 1 && !n.outputs().get(1).isEmpty()) throw unsupported(n, "with a mask as second output");
		final boolean training = draft.constant(n.input(2)).filter(t -> !t.isFloat() && t.longs()[0] != 0).isPresent();
		if (training) throw trained(n);
		draft.alias(n.output(), n.input(0));
	}

	private static UnsupportedNetworkException trained(final Node n) {
		return new UnsupportedNetworkException("The " + n.op().type() + " '" + n.id() +
			"' was exported in training mode; export with model.eval().");
	}

	private void batchNormalization(final Node n) {
		if (n.op().attributes().integer("training_mode", 0) != 0) throw trained(n);
		if (n.op().attributes().integer("spatial", 1) != 1) throw unsupported(n, "with spatial=0");
		final Node plain = without(n, "spatial", "momentum", "training_mode");
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

	/** Since opset 18 the axes are an operand. */
	private void reduce(final Node n) {
		if (opset < 18) draft.add(n);
		else if (!n.input(1).isEmpty()) draft.add(with(n, new Operator(n.op().type(), without(n, "noop_with_empty_axes").op()
			.attributes().with("axes", integers(n, 1))), n.inputs().subList(0, 1)));
		else if (n.op().attributes().integer("noop_with_empty_axes", 0) == 1) draft.alias(n.output(), n.input(0));
		else draft.add(without(n, "noop_with_empty_axes"));
	}

	private long[] integers(final Node n, final int operand) {
		final Tensor t = draft.constant(n.input(operand)).orElse(null);
		if (t == null || t.isFloat()) throw unsupported(n, "with a computed operand number " + operand);
		return t.longs();
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
		if (n.op().attributes().string("mode", "constant").equals("wrap")) throw unsupported(n, "with mode=wrap");
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

	/** Since opset 18 some axes may be named; here pads are given for all. */
	private Node padOfAxes(final Node n) {
		final int[] shape = draft.shapes().of(n.input(0));
		if (shape == null) throw unsupported(n, "of some axes of a value of unknown rank");
		final long[] axes = integers(n, 3);
		final long[] pads = integers(n, 1);
		final long[] all = new long[2 * shape.length];
		for (int i = 0; i < axes.length; i++) {
			final int axis = Shapes.axis(axes[i], shape.length);
			all[axis] = pads[i];
			all[axis + shape.length] = pads[i + axes.length];
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

	private Node newResize(final Node n) {
		final Attributes a = n.op().attributes();
		if (a.integer("antialias", 0) != 0) throw unsupported(n, "with antialias");
		if (a.has("axes") || !a.string("keep_aspect_ratio_policy", "stretch").equals("stretch") || a.string(
			"coordinate_transformation_mode", "").equals("half_pixel_symmetric")) throw unsupported(n,
				"with settings of opset 18 or later");
		return without(n, "antialias", "keep_aspect_ratio_policy");
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
		if (n.is("AveragePool") && Arrays.stream(a.integers("dilations", 0, 1)).anyMatch(d -> d != 1)) throw unsupported(n,
			"with dilations");
		final String auto = a.string("auto_pad", "NOTSET");
		final Node plain = without(n, n.is("AveragePool") ? new String[] { "auto_pad", "dilations" } : new String[] {
			"auto_pad" });
		if (n.is("ConvTranspose")) checkTransposed(n, auto);
		if (auto.equals("NOTSET")) return plain;
		if (auto.equals("VALID")) return without(plain, "pads");
		final int[] shape = draft.shapes().of(n.input(0));
		final long[] pads = shape == null || shape.length < 3 ? null : new Windows(n, draft.shapes()).samePads(auto.equals(
			"SAME_UPPER"));
		return pads == null ? n : with(plain, new Operator(n.op().type(), plain.op().attributes().with("pads", pads)), n
			.inputs());
	}

	/** What would have its pads follow from the size wanted. */
	private void checkTransposed(final Node n, final String auto) {
		if (n.op().attributes().has("output_shape")) throw unsupported(n, "with output_shape");
		if (auto.startsWith("SAME")) throw unsupported(n, "with auto_pad=" + auto);
	}

	private Node cast(final Node n) {
		final int to = OnnxTypes.kept((int) n.op().attributes().integer("to", 0));
		return with(n, Operator.of("Cast", "to", to), n.inputs());
	}

	/** Scale and shift are one per channel since opset 21. */
	private void groupNormalization(final Node n) {
		if (opset < 21) throw unsupported(n, "with one scale per group");
		draft.add(without(n, "stash_type"));
	}

	/** x times the normal distribution function, new in opset 20. */
	private void gelu(final Node n) {
		if (n.op().attributes().string("approximate", "none").equals("tanh")) throw unsupported(n, "with approximate=tanh");
		final String scale = draft.constant(n, "scale", Tensor.scalar((float) Math.sqrt(0.5)));
		final String one = draft.constant(n, "one", Tensor.scalar(1));
		final String half = draft.constant(n, "half", Tensor.scalar(0.5f));
		final String scaled = draft.add(n, "scaled", Operator.of("Mul"), n.input(0), scale);
		final String erf = draft.add(n, "erf", Operator.of("Erf"), scaled);
		final String twice = draft.add(n, "twice", Operator.of("Add"), erf, one);
		final String share = draft.add(n, "share", Operator.of("Mul"), twice, half);
		draft.add(with(n, Operator.of("Mul"), List.of(n.input(0), share)));
	}
}
