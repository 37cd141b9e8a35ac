package io.glassbox.graph.io;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.glassbox.graph.Kernels;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.SymbolicTensor.Kind;

/**
 * The graph that grows while a network's code is evaluated: nodes under provisional names, constants, and the modules
 * being called. {@link DraftNames} gives the final names.
 */
final class GraphDraft {

	/** An operand that is fixed: its role in the node ({@code shape}, {@code axes} …) and its elements. */
	record Fixed(String role, Tensor tensor) {}

	/** One call of a module, or the network as a whole. */
	static final class ModuleCall {

		/** Dotted path; empty for the network itself. */
		final String path;

		/** The path, with {@code _1}, {@code _2} … from the second call on. */
		final String name;

		/** Whether other modules were called from it. */
		boolean container;

		ModuleCall(final String path, final String name) {
			this.path = path;
			this.name = name;
		}
	}

	/** A node under provisional names. */
	record DraftNode(ModuleCall call, Operator op, List<String> inputs, List<String> outputs) {}

	/** Rows and columns that are exchanged at a time. */
	private static final int TILE = 32;

	private final List<DraftNode> nodes = new ArrayList<>();
	private final Map<String, Tensor> constants = new LinkedHashMap<>();
	private final Map<String, String> layers = new LinkedHashMap<>();
	private final Map<String, Integer> calls = new HashMap<>();
	private final Deque<ModuleCall> stack = new ArrayDeque<>(List.of(new ModuleCall("", "")));
	private final Map<Object, String> numbers = new HashMap<>();
	private final Set<String> postponed = new LinkedHashSet<>();
	private final Map<Tensor, String> nameless = new IdentityHashMap<>();
	private final Map<Extent, Place> seen = new HashMap<>();
	private final ConstantFolding folding;
	private int counter;

	/** Where an extent can be read off: an axis of a value. */
	private record Place(String value, int axis) {}

	/** @param budget bytes that constants computed on the way may take */
	GraphDraft(final long budget) {
		folding = new ConstantFolding(budget);
	}

	// -- modules --

	void enter(final String path) {
		stack.peek().container = true;
		final int use = calls.merge(path, 1, Integer::sum) - 1;
		stack.push(new ModuleCall(path, use == 0 ? path : path + "_" + use));
	}

	/** @param returned what the module returned; a layer if it is a tensor, or several of which the first is one */
	void leave(final Object returned) {
		final ModuleCall call = stack.pop();
		final Object first = returned instanceof ScriptTuple t && !t.values().isEmpty() ? t.values().get(0) : returned;
		if (first instanceof SymbolicTensor tensor && !tensor.isStale()) layers.put(call.name, operand(tensor));
	}

	/** Dotted path of the module whose code is running; empty for the network itself. */
	String module() {
		return stack.peek().path;
	}

	// -- nodes --

	/**
	 * A node with one output. Operands are tensors, {@link Fixed}, or null if left out; where all are fixed, the result is
	 * computed at once.
	 */
	SymbolicTensor emit(final Operator op, final Object... operands) {
		return emitSeveral(op, 1, operands).get(0);
	}

	/** A node with several outputs. */
	List<SymbolicTensor> emitSeveral(final Operator op, final int count, final Object... operands) {
		final Optional<List<Tensor>> folded = fixed(operands) ? folding.compute(op, Arrays.stream(operands).map(
			GraphDraft::elements).toList(), count) : Optional.empty();
		if (folded.isEmpty()) return node(op, count, operands);
		final List<SymbolicTensor> constants = new ArrayList<>();
		for (int i = 0; i < count; i++)
			constants.add(SymbolicTensor.constant(folded.get().get(i), ResultKind.of(op, i, operands)));
		return constants;
	}

	private static boolean fixed(final Object[] operands) {
		return Arrays.stream(operands).allMatch(o -> o == null || o instanceof Fixed || ((SymbolicTensor) o).isConstant());
	}

	private static Tensor elements(final Object operand) {
		return operand == null ? null : operand instanceof Fixed f ? f.tensor : ((SymbolicTensor) operand).constant();
	}

	/** A node that is computed when the network runs, whatever its operands are. */
	List<SymbolicTensor> node(final Operator op, final int count, final Object... operands) {
		final List<String> outputs = new ArrayList<>();
		for (int i = 0; i < count; i++)
			outputs.add("%" + counter++);
		final List<String> inputs = new ArrayList<>();
		for (final Object o : operands)
			inputs.add(o == null ? "" : o instanceof Fixed f ? fixed(f, outputs.get(0)) : operand((SymbolicTensor) o));
		while (!inputs.isEmpty() && inputs.get(inputs.size() - 1).isEmpty())
			inputs.remove(inputs.size() - 1);
		nodes.add(new DraftNode(stack.peek(), op, inputs, outputs));
		final List<SymbolicTensor> results = new ArrayList<>();
		for (int i = 0; i < count; i++)
			results.add(SymbolicTensor.computed(outputs.get(i), ResultKind.of(op, i, operands)));
		return results;
	}

	/** A node that changes each element by itself: the shape stays. */
	SymbolicTensor elementwise(final Operator op, final SymbolicTensor x, final Object... more) {
		final Object[] operands = new Object[more.length + 1];
		operands[0] = x;
		System.arraycopy(more, 0, operands, 1, more.length);
		return emit(op, operands).shaped(x.extents());
	}

	/**
	 * Stands for the result of an operator that cannot be translated before the number of axes of its operand is known.
	 * What follows may tell it; the network is then read once more.
	 *
	 * @param what the operator
	 * @param fewer how many axes the result has fewer than the operand
	 */
	SymbolicTensor postpone(final String what, final SymbolicTensor x, final int fewer) {
		postponed.add(what + " (of a tensor whose number of axes is unknown)" + (module().isEmpty() ? "" : " in " +
			module()));
		final SymbolicTensor later = SymbolicTensor.computed("%" + counter++, x.kind());
		return later.shaped(Extents.derived(x, fewer));
	}

	/** The operators that could not be translated for want of a number of axes. */
	Set<String> postponed() {
		return postponed;
	}

	/** A matrix with its axes exchanged; of fixed elements it is fixed again, so that a layer's weights stay visible. */
	SymbolicTensor transposed(final SymbolicTensor matrix) {
		final List<Object> sizes = List.of(matrix.extents().get(1), matrix.extents().get(0));
		if (!matrix.isConstant() || !matrix.constant().isFloat()) return emit(Operator.of("Transpose", "perm", new long[] {
			1, 0 }), matrix).sized(sizes);
		final SymbolicTensor result = SymbolicTensor.constant(exchanged(matrix.constant()), Kind.FLOAT);
		if (matrix.value() != null && !matrix.value().startsWith("%")) result.nameConstant(matrix.value() + ".transposed");
		return result;
	}

	/** Tile by tile, so that what is read and what is written both stay in the cache: columns alone would miss it each time. */
	static Tensor exchanged(final Tensor matrix) {
		final int rows = matrix.size(0);
		final int columns = matrix.size(1);
		final float[] from = matrix.floats();
		final float[] to = new float[from.length];
		for (int top = 0; top < rows; top += TILE)
			for (int left = 0; left < columns; left += TILE)
				for (int column = left; column < Math.min(columns, left + TILE); column++)
					for (int row = top; row < Math.min(rows, top + TILE); row++)
						to[column * rows + row] = from[row * columns + column];
		return Tensor.of(to, columns, rows);
	}

	/** A tensor of another kind with the same elements; truth values are 0 and 1. */
	SymbolicTensor cast(final SymbolicTensor x, final Kind kind) {
		return x.kind() == kind ? x : elementwise(Operator.of("Cast", "to", switch (kind) {
			case FLOAT -> OnnxTypes.FLOAT;
			case INTEGER -> OnnxTypes.INT64;
			case BOOLEAN -> OnnxTypes.BOOL;
		}), x);
	}

	/** A node that joins two tensors elementwise, with broadcasting. */
	SymbolicTensor binary(final String type, final SymbolicTensor a, final SymbolicTensor b) {
		return binary(Operator.of(type), a, b);
	}

	SymbolicTensor binary(final Operator op, final SymbolicTensor a, final SymbolicTensor b) {
		final SymbolicTensor result = emit(op, a, b);
		if (a.rank() < 0 && b.rank() > 0) return result.shaped(Extents.derived(a, 0));
		if (b.rank() < 0 && a.rank() > 0) return result.shaped(Extents.derived(b, 0));
		return result.shaped(Extents.broadcast(a.extents(), b.extents(), result.value()));
	}

	/** The name of a tensor's value, which the graph has from now on if it is a constant. */
	String operand(final SymbolicTensor tensor) {
		if (!tensor.isConstant()) return tensor.value();
		final String name = tensor.value() != null ? tensor.value() : nameless.computeIfAbsent(tensor.constant(),
			t -> "%constant" + counter++);
		constants.put(name, tensor.constant());
		return name;
	}

	private String fixed(final Fixed fixed, final String owner) {
		final String name = owner + "." + fixed.role;
		constants.put(name, fixed.tensor);
		return name;
	}

	// -- whole numbers as operands --

	static Fixed longs(final String role, final long... values) {
		return new Fixed(role, Tensor.ofLongs(values, values.length));
	}

	static SymbolicTensor scalar(final double value) {
		return SymbolicTensor.constant(Tensor.scalar((float) value), Kind.FLOAT);
	}

	/** Notes that code asked for an extent of a value: there it is read off if an operator needs it. */
	Object asked(final Object extent, final SymbolicTensor of, final int axis) {
		if (extent instanceof Extent e && !of.isConstant()) seen.put(e, new Place(of.value(), axis));
		return extent;
	}

	/** A whole number, a Long or an Extent, as an integer tensor without axes. */
	SymbolicTensor number(final Object number) {
		final Object settled = Extent.settled(number);
		if (settled instanceof Long n) return SymbolicTensor.constant(Tensor.ofLongs(new long[] { n }), Kind.INTEGER);
		if (!(settled instanceof Extent extent)) throw new UnsupportedConstruct("a number known only at run time");
		final Place place = seen.getOrDefault(extent, extent.value == null ? null : new Place(extent.value, extent.axis));
		final Object key = place == null ? extent : place;
		if (!numbers.containsKey(key)) numbers.put(key, (place == null ? computed(extent) : readOff(place)).value());
		return integer(numbers.get(key));
	}

	private SymbolicTensor readOff(final Place place) {
		final SymbolicTensor shape = emit(Operator.of("Shape"), integer(place.value));
		return emit(Operator.of("Gather", "axis", 0), shape, new Fixed("axis", Tensor.ofLongs(new long[] { place.axis })));
	}

	private SymbolicTensor computed(final Extent extent) {
		if (extent.operator != null) {
			final SymbolicTensor by = number(extent.right);
			final SymbolicTensor of = number(extent.left);
			if (!extent.operator.equals("Div") || Extent.order(extent.left, 0L) > 0) return binary(extent.operator, of, by);
			return binary("Div", binary("Sub", of, binary("Mod", of, by)), by); // ONNX rounds towards zero
		}
		SymbolicTensor sum = null;
		for (final Map.Entry<List<Extent>, Long> term : extent.terms.entrySet()) {
			SymbolicTensor product = term.getKey().isEmpty() || term.getValue() != 1 ? number(term.getValue()) : null;
			for (final Extent factor : term.getKey())
				product = product == null ? number(factor) : binary("Mul", product, number(factor));
			sum = sum == null ? product : binary("Add", sum, product);
		}
		return sum;
	}

	private static SymbolicTensor integer(final String value) {
		return SymbolicTensor.computed(value, Kind.INTEGER).shaped(Extents.of(List.of()));
	}

	/** A list of whole numbers as an operand: fixed if they are, else joined in the graph. */
	Object numbers(final String role, final List<?> numbers) {
		final List<Object> settled = new ArrayList<>();
		numbers.forEach(n -> settled.add(Extent.settled(n)));
		if (settled.stream().allMatch(Long.class::isInstance)) return longs(role, settled.stream().mapToLong(n -> (Long) n)
			.toArray());
		final Object[] parts = new Object[settled.size()];
		for (int i = 0; i < parts.length; i++)
			parts[i] = settled.get(i) instanceof Long n ? longs(role + i, n) : emit(Operator.of("Unsqueeze"), number(settled.get(
				i)), longs("axes", 0));
		return emit(Operator.of("Concat", "axis", 0), parts);
	}

	// -- what has been drafted --

	/** The nodes that something among these values or the layers depends on. */
	List<DraftNode> nodesFor(final List<String> values) {
		final Set<String> needed = new HashSet<>(values);
		needed.addAll(layers.values());
		final List<DraftNode> kept = new ArrayList<>();
		for (int i = nodes.size() - 1; i >= 0; i--) {
			final DraftNode node = nodes.get(i);
			if (Collections.disjoint(node.outputs, needed)) continue;
			needed.addAll(node.inputs);
			kept.add(node);
		}
		Collections.reverse(kept);
		return kept;
	}

	/** The operators among those that these values or the layers depend on that nobody here can compute, with their modules. */
	Set<String> uncomputable(final List<String> values) {
		final Set<String> names = new LinkedHashSet<>();
		nodesFor(values).stream().filter(n -> !Kernels.supports(n.op.type())).forEach(n -> names.add(n.op.type() + (n.call.path
			.isEmpty() ? "" : " in " + n.call.path)));
		return names;
	}

	Map<String, Tensor> constants() {
		return constants;
	}

	/** Layer names and provisional names of the values they returned, in the order of their return. */
	Map<String, String> layers() {
		return layers;
	}
}
