package io.glassbox.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one pass through a network will take, told from the shapes of its inputs before any engine runs it.
 * <p>
 * ONNX Runtime allocates what it is asked for without asking back, so what it would be asked for is worked out
 * here first: shapes are followed from node to node, and the integers computed from shapes with them. Where an operator
 * makes what cannot be told, the forecast is not {@link #complete()}; a pass on {@link TorchExecutor}, which looks at each
 * operator before it runs, then tells as much.
 * </p>
 */
public final class Forecast {

	/** Operators by which the elements of an operand, from the second on (or of the first), decide the shape of the result. */
	private static final Set<String> SHAPED = Set.of("Reshape", "Expand", "Tile", "Pad", "Slice", "Split", "Resize",
		"Squeeze", "Unsqueeze", "OneHot", "TopK", "ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1",
		"ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare", "Upsample", "CenterCropPad", "AffineGrid", "Col2Im",
		"MaxUnpool");
	private static final Set<String> SHAPED_BY_FIRST = Set.of("ConstantOfShape", "Range", "NonZero", "Compress", "Unique",
		"NonMaxSuppression", "RandomNormal", "RandomUniform", "Bernoulli");

	private final Network network;
	private final Meter meter;
	private final Map<String, Operand> values = new HashMap<>();
	private final Map<String, Tensor> known = new HashMap<>();
	private final Map<String, Integer> left = new HashMap<>();
	private final Map<String, Double> work = new HashMap<>();
	private boolean complete = true;

	private Forecast(final Network network, final List<Tensor> inputs) {
		this.network = network;
		meter = Meter.of(network.bytes(), inputs);
	}

	/**
	 * Of a pass with inputs of these shapes; their elements do not matter.
	 *
	 * @throws GlassboxException if it would take more memory or work than a network of this size may, or than there is;
	 *           or if an operator is set up in a way that engines do not survive
	 */
	public static Forecast of(final Network network, final List<Tensor> inputs) {
		Ports.check(network.inputs(), inputs);
		final Forecast forecast = new Forecast(network, inputs);
		for (int i = 0; i < inputs.size(); i++)
			forecast.hold(network.inputs().get(i).name(), Operand.of(inputs.get(i)).shape());
		forecast.walk();
		return forecast;
	}

	/** Whether the shapes of all values could be told. */
	public boolean complete() {
		return complete;
	}

	/** The shapes that could be told, by value. */
	public Map<String, long[]> shapes() {
		final Map<String, long[]> shapes = new HashMap<>();
		values.forEach((name, v) -> shapes.put(name, v.shape()));
		return shapes;
	}

	/** The most memory that values take at any time of the pass, parameters left out, in bytes. */
	public double mostHeld() {
		return meter.mostHeld();
	}

	/** What a node costs, in multiplications or elements looked at, roughly; 0 if that cannot be told. */
	public double work(final Node node) {
		return work.getOrDefault(node.id(), 0.0);
	}

	private void hold(final String name, final long[] shape) {
		values.put(name, Operand.of(shape));
		meter.hold(name, shape);
	}

	private void walk() {
		network.constants().forEach((name, t) -> {
			values.put(name, Operand.of(t));
			if (t.length() <= Operand.LONGEST) known.put(name, t);
		});
		network.nodes().forEach(n -> n.inputs().forEach(v -> left.merge(v, 1, Integer::sum)));
		for (final Node node : network.nodes()) {
			foresee(node);
			for (final String in : node.inputs())
				if (left.merge(in, -1, Integer::sum) == 0 && !network.isOutput(in) && !network.constants().containsKey(in) &&
					values.containsKey(in)) meter.release(values.get(in).shape());
		}
	}

	private void foresee(final Node node) {
		final List<Operand> operands = new ArrayList<>();
		node.inputs().forEach(v -> operands.add(values.get(v)));
		final double before = meter.work();
		final long[][] shapes = meter.before(node.op(), node.label(), operands, node.outputs().size());
		work.put(node.id(), meter.work() - before);
		if (shapes == null) {
			complete = false;
			return;
		}
		final List<Tensor> computed = computed(node, shapes);
		for (int i = 0; i < node.outputs().size(); i++) {
			final String out = node.outputs().get(i);
			if (out.isEmpty()) continue;
			hold(out, shapes[i]);
			if (computed == null) continue;
			known.put(out, computed.get(i));
			values.put(out, Operand.of(computed.get(i)));
		}
	}

	/** The elements of short results that follow from shapes and constants alone; null if they do not. */
	private List<Tensor> computed(final Node node, final long[][] shapes) {
		for (final long[] shape : shapes)
			if (Operand.size(shape) > Operand.LONGEST) return null;
		if (node.is("Shape", "Size") && node.outputs().size() > 1) return null; // the engines refuse it
		if (node.is("Shape")) return List.of(extents(node, shapes[0]));
		if (node.is("Size")) return List.of(Tensor.ofLongs(new long[] { (long) values.get(node.input(0)).size() }));
		final List<Tensor> operands = new ArrayList<>();
		for (final String in : node.inputs()) {
			if (!in.isEmpty() && !known.containsKey(in)) return null;
			operands.add(in.isEmpty() ? null : known.get(in));
		}
		try {
			return Eager.compute(node.op(), operands, node.outputs().size());
		}
		catch (final GlassboxException e) {
			return null; // the engine that runs the network will say the same, or do better
		}
	}

	private Tensor extents(final Node node, final long[] shape) {
		final long[] all = values.get(node.input(0)).shape();
		final long start = node.op().attributes().integer("start", 0);
		final int from = (int) Math.max(0, Math.min(all.length, start < 0 ? start + all.length : start));
		final long[] extents = new long[(int) shape[0]];
		System.arraycopy(all, from, extents, 0, extents.length);
		return Tensor.ofLongs(extents, extents.length);
	}

	/** Whether the elements of an operand decide the shape of the result. */
	static boolean isShaped(final Operator op, final int operand) {
		return operand > 0 && SHAPED.contains(op.type()) || SHAPED_BY_FIRST.contains(op.type());
	}

	/**
	 * Whether the shape of some value depends on what the inputs hold, not only on their shapes: then no forecast holds for
	 * other inputs of the same shapes.
	 */
	public static boolean dependsOnData(final Network network) {
		final Set<String> data = new HashSet<>();
		network.inputs().forEach(p -> data.add(p.name()));
		for (final Node n : network.nodes()) {
			if (n.is("Shape", "Size")) continue;
			for (int i = 0; i < n.inputs().size(); i++)
				if (isShaped(n.op(), i) && data.contains(n.input(i))) return true;
			if (n.inputs().stream().anyMatch(data::contains)) data.addAll(n.outputs());
		}
		return false;
	}
}
