package io.glassbox.graph;

import ai.djl.Device;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A network made ready for libtorch: its parameters on a device, its values numbered, its nodes as steps.
 * <p>
 * It does not change, so that several passes may use it at once; how a pass with rules is cut into stretches is remembered
 * from the last. The parameters live until {@link #close()}.
 * </p>
 */
final class TorchProgram implements AutoCloseable {

	private final Network network;
	private final Device device;
	private final PtNDManager manager;

	/** Every value by name has a number: inputs, parameters and results of nodes. */
	private final Map<String, Integer> slots = new HashMap<>();
	private final PtNDArray[] parameters;
	private final String[] names;
	private final List<Step> steps = new ArrayList<>();
	private volatile Cut lastCut = new Cut(Set.of(), Set.of(), null);

	/** The stretches of a pass, and what they depend on beside the network. */
	private record Cut(Set<String> ruled, Set<String> wanted, Stretches stretches) {}

	/**
	 * A node made ready.
	 *
	 * @param in numbers of the operands, -1 where one is left out
	 * @param out numbers of the results, -1 where one has no name
	 * @param dying numbers of the values that nothing reads after this node
	 * @param overwritten position of the operand that the result may take the place of, or -1
	 * @param fixed what is known of the operands that are constants; null elsewhere
	 */
	record Step(Node node, Kernel kernel, int[] in, int[] out, int[] dying, int overwritten, Operand[] fixed) {

		/** What is known of the operands without computing: shapes, and elements where an operator goes by them. */
		List<Operand> known(final PtNDArray[] operands) {
			final Operand[] known = fixed.clone();
			for (int i = 0; i < known.length; i++)
				if (known[i] == null && operands[i] != null) known[i] = Forecast.isShaped(node.op(), i) && operands[i]
					.size() <= Operand.LONGEST ? Operand.of(NativeArrays.tensor(operands[i])) : Operand.of(operands[i].getShape()
						.getShape());
			return Arrays.asList(known);
		}
	}

	/**
	 * Puts the network's parameters on a device.
	 *
	 * @throws UnsupportedNetworkException if it has operators Glassbox cannot compute; all are named
	 */
	TorchProgram(final Network network, final Device device) {
		this.network = network;
		this.device = device;
		final List<String> unknown = network.nodes().stream().filter(n -> !Kernels.supports(n.op().type())).map(n -> n.op()
			.type() + " in " + n.label()).distinct().toList();
		if (!unknown.isEmpty()) throw new UnsupportedNetworkException("These operators cannot be computed: " + String.join(
			", ", unknown) + ".");
		Hazards.check(network);
		prepare();
		parameters = new PtNDArray[slots.size()];
		names = new String[slots.size()];
		slots.forEach((value, slot) -> names[slot] = value);
		manager = (PtNDManager) Torch.newManager(device);
		try {
			network.constants().forEach((name, value) -> parameters[slots.get(name)] = NativeArrays.array(manager, value));
		}
		catch (final RuntimeException e) {
			manager.close();
			throw e;
		}
	}

	private void prepare() {
		network.constants().keySet().forEach(this::number);
		network.inputs().forEach(p -> number(p.name()));
		final Map<String, Integer> uses = new HashMap<>();
		final Map<String, Node> last = new HashMap<>();
		for (final Node node : network.nodes()) {
			node.outputs().forEach(v -> last.put(v, node));
			node.inputs().forEach(v -> last.put(v, node));
			node.inputs().forEach(v -> uses.merge(v, 1, Integer::sum));
		}
		for (final Node node : network.nodes()) {
			final int[] in = node.inputs().stream().mapToInt(this::number).toArray();
			final int[] out = node.outputs().stream().mapToInt(this::number).toArray();
			final int[] dying = Stream.concat(node.inputs().stream(), node.outputs().stream()).distinct().filter(v -> !v
				.isEmpty() && last.get(v) == node && !network.isOutput(v) && network.constant(v).isEmpty()).mapToInt(this::number)
				.toArray();
			final Operand[] fixed = node.inputs().stream().map(v -> network.constant(v).map(Operand::of).orElse(null)).toArray(
				Operand[]::new);
			steps.add(new Step(node, Kernels.of(node.op()), in, out, dying, InPlace.operand(network, node, uses), fixed));
		}
	}

	private int number(final String value) {
		return value.isEmpty() ? -1 : slots.computeIfAbsent(value, v -> slots.size());
	}

	/**
	 * How a pass is cut; found anew only if another was asked for last, since the batches of one explanation are all cut alike.
	 *
	 * @param ruled ids of the nodes that have a rule of their own
	 * @param wanted values whose relevance is asked for
	 */
	Stretches stretches(final Set<String> ruled, final Collection<String> wanted) {
		final Set<String> values = Set.copyOf(wanted);
		Cut cut = lastCut;
		if (cut.stretches() == null || !cut.ruled().equals(ruled) || !cut.wanted().equals(values)) {
			cut = new Cut(Set.copyOf(ruled), values, Stretches.of(network, ruled, wanted));
			lastCut = cut;
		}
		return cut.stretches();
	}

	Network network() {
		return network;
	}

	Device device() {
		return device;
	}

	List<Step> steps() {
		return steps;
	}

	/** How many values there are. */
	int size() {
		return names.length;
	}

	boolean has(final String value) {
		return slots.containsKey(value);
	}

	/**
	 * The number of a value.
	 *
	 * @throws GlassboxException if the network has no such value
	 */
	int slot(final String value) {
		final Integer slot = slots.get(value);
		if (slot == null) throw new GlassboxException(Names.unknown("value", value, network.layers().values()));
		return slot;
	}

	String name(final int slot) {
		return names[slot];
	}

	/** The parameters, each at its number; null elsewhere. The caller gets an array of its own. */
	PtNDArray[] parameters() {
		return parameters.clone();
	}

	/** A manager for the arrays of one pass. */
	PtNDManager newScope() {
		return (PtNDManager) manager.newSubManager();
	}

	@Override
	public void close() {
		manager.close();
	}
}
