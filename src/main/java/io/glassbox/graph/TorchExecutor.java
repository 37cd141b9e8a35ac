package io.glassbox.graph;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;

/**
 * Runs a network node by node on libtorch: forward, with a look at any value on the way, and back.
 * <p>
 * The parameters live on the device until {@link #close()}; whatever a call makes is freed before it
 * returns, each value as soon as nothing reads it any more, or another takes its place, see {@link InPlace}. Gradients are libtorch's own. To
 * differentiate by a value inside the network, recording starts at that value, so that nothing before
 * it costs more than in a plain forward pass. Several threads may call at once.
 * </p>
 */
public final class TorchExecutor implements Scorer {

	private final Network network;
	private final Device device;
	private final PtNDManager manager;

	/** Every value by name has a number: inputs, parameters and results of nodes. */
	private final Map<String, Integer> slots = new HashMap<>();

	/** The parameters, each at its number; null elsewhere. */
	private final PtNDArray[] parameters;
	private final List<Step> steps = new ArrayList<>();

	/** The value of each number. */
	private final String[] names;

	/**
	 * A node made ready.
	 *
	 * @param in numbers of the operands, -1 where one is left out
	 * @param out numbers of the results, -1 where one has no name
	 * @param dying numbers of the values that nothing reads after this node
	 * @param overwritten position of the operand that the result may take the place of, or -1
	 * @param fixed what is known of the operands that are constants; null elsewhere
	 */
	private record Step(Node node, Kernel kernel, int[] in, int[] out, int[] dying, int overwritten, Operand[] fixed) {}

	/**
	 * Puts the network's parameters on a device.
	 *
	 * @throws UnsupportedNetworkException if it has operators Glassbox cannot compute; all are named
	 */
	public TorchExecutor(final Network network, final Device device) {
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
		network.constants().keySet().forEach(this::slot);
		network.inputs().forEach(p -> slot(p.name()));
		final Map<String, Integer> uses = new HashMap<>();
		final Map<String, Node> last = new HashMap<>();
		for (final Node node : network.nodes()) {
			node.outputs().forEach(v -> last.put(v, node));
			node.inputs().forEach(v -> last.put(v, node));
			node.inputs().forEach(v -> uses.merge(v, 1, Integer::sum));
		}
		for (final Node node : network.nodes()) {
			final int[] in = node.inputs().stream().mapToInt(this::slot).toArray();
			final int[] out = node.outputs().stream().mapToInt(this::slot).toArray();
			final int[] dying = Stream.concat(node.inputs().stream(), node.outputs().stream()).distinct().filter(v -> !v
				.isEmpty() && last.get(v) == node && !network.isOutput(v) && network.constant(v).isEmpty()).mapToInt(this::slot)
				.toArray();
			final Operand[] fixed = node.inputs().stream().map(v -> network.constant(v).map(Operand::of).orElse(null)).toArray(
				Operand[]::new);
			steps.add(new Step(node, Kernels.of(node.op()), in, out, dying, InPlace.operand(network, node, uses), fixed));
		}
	}

	private int slot(final String value) {
		return value.isEmpty() ? -1 : slots.computeIfAbsent(value, v -> slots.size());
	}

	@Override
	public List<Tensor> score(final List<Tensor> inputs) {
		return Torch.withGradients(false, () -> {
			try (Run run = new Run(inputs, Set.of(), false)) {
				run.forward();
				return run.outputs();
			}
		});
	}

	/** Values inside the network, or its inputs, by name; one forward pass. */
	public Map<String, Tensor> activations(final List<Tensor> inputs, final Collection<String> values) {
		return Torch.withGradients(false, () -> {
			try (Run run = new Run(inputs, Set.copyOf(values), false)) {
				run.forward();
				return run.tensors(values);
			}
		});
	}

	/** Shapes of all values of the network by name; one forward pass in which nothing is kept. */
	public Map<String, int[]> shapes(final List<Tensor> inputs) {
		return Torch.withGradients(false, () -> {
			try (Run run = new Run(inputs, Set.of(), false)) {
				return run.shapes();
			}
		});
	}

	/**
	 * One forward and one backward pass.
	 *
	 * @param values names of inputs of the network or values inside it
	 * @param seed the derivative of the target with respect to the outputs
	 * @throws GlassboxException if the target does not depend on one of the values
	 */
	public Gradients differentiate(final List<Tensor> inputs, final Collection<String> values,
		final Gradients.Seed seed)
	{
		return Torch.withGradients(true, () -> {
			try (Run run = new Run(inputs, Set.copyOf(values), true)) {
				run.forward();
				final List<Tensor> outputs = run.outputs();
				run.backward(seed.of(outputs));
				return new Gradients(outputs, run.tensors(values), run.gradients(values));
			}
		});
	}

	@Override
	public String engine() {
		return Torch.describe(device);
	}

	@Override
	public long bytes() {
		return network.bytes();
	}

	@Override
	public void close() {
		manager.close();
	}

	/** One pass through the network and the values it keeps; holds native memory until closed. */
	private final class Run implements AutoCloseable {

		private final PtNDManager scope = (PtNDManager) manager.newSubManager();
		private final PtNDArray[] values = parameters.clone();
		private final PtNDArray[] leaves = new PtNDArray[values.length];

		/** Values with a derivative by some leaf; libtorch's own answer through DJL is about leaves alone. */
		private final boolean[] recorded = new boolean[values.length];
		private final boolean[] kept = new boolean[values.length];
		private final Collection<String> wanted;
		private final boolean differentiates;
		private final Meter meter;

		/**
		 * @param wanted values to keep; names that the network does not have are complained of when they are read
		 * @param differentiates whether gradients with respect to them will be asked for
		 */
		Run(final List<Tensor> inputs, final Collection<String> wanted, final boolean differentiates) {
			this.wanted = wanted;
			this.differentiates = differentiates;
			meter = Meter.of(network.bytes(), inputs);
			for (final String name : wanted)
				if (slots.containsKey(name)) kept[slots.get(name)] = true;
			try {
				feed(inputs);
			}
			catch (final RuntimeException | Error e) {
				close();
				throw e;
			}
		}

		private void feed(final List<Tensor> inputs) {
			Ports.check(network.inputs(), inputs);
			for (int i = 0; i < inputs.size(); i++) {
				final Port port = network.inputs().get(i);
				define(slots.get(port.name()), NativeArrays.array(scope, inputs.get(i), port.element()), false);
			}
		}

		private void define(final int slot, final PtNDArray value, final boolean hasDerivative) {
			final boolean isLeaf = differentiates && kept[slot];
			values[slot] = isLeaf ? leaf(slot, value, hasDerivative) : value;
			meter.hold(names[slot], value.getShape().getShape());
			recorded[slot] = hasDerivative || isLeaf;
		}

		/**
		 * Makes a value something to differentiate by. If it already depends on another such value, cutting it
		 * loose would lose that one's gradient: a zero that is added does as well.
		 */
		private PtNDArray leaf(final int slot, final PtNDArray value, final boolean inner) {
			final PtNDArray leaf = inner ? (PtNDArray) value.zerosLike() : JniUtils.detachGradient(value);
			leaf.attach(scope);
			JniUtils.attachGradient(leaf, true);
			leaves[slot] = leaf;
			if (!inner) return leaf;
			final PtNDArray sum = JniUtils.add(value, leaf);
			sum.attach(scope);
			return sum;
		}

		void forward() {
			for (final Step step : steps) {
				advance(step);
				for (final int dead : step.dying)
					release(dead);
			}
		}

		Map<String, int[]> shapes() {
			final Map<String, int[]> shapes = new HashMap<>();
			network.inputs().forEach(p -> shapes.put(p.name(), NativeArrays.shape(value(p.name()))));
			for (final Step step : steps) {
				advance(step);
				for (int i = 0; i < step.out.length; i++)
					if (step.out[i] >= 0 && values[step.out[i]] != null) shapes.put(step.node.outputs().get(i), NativeArrays.shape(
						values[step.out[i]]));
				for (final int dead : step.dying)
					release(dead);
			}
			return Map.copyOf(shapes);
		}

		private void release(final int slot) {
			if (kept[slot] || values[slot] == null) return;
			if (!differentiates) meter.release(values[slot].getShape().getShape());
			values[slot].close();
			values[slot] = null;
		}

		private void advance(final Step step) {
			if (Thread.interrupted()) {
				Thread.currentThread().interrupt();
				throw new CancellationException("Cancelled.");
			}
			try {
				compute(step);
			}
			catch (final GlassboxException | CancellationException e) {
				throw e;
			}
			catch (final RuntimeException e) {
				throw new GlassboxException("The network failed in " + step.node.label() + " (" + step.node.op().type() +
					") on operands " + operandShapes(step) + ": " + EngineMessage.of(e), e);
			}
		}

		private void compute(final Step step) {
			final PtNDArray[] operands = new PtNDArray[step.in.length];
			boolean hasDerivative = false;
			for (int i = 0; i < operands.length; i++)
				if (step.in[i] >= 0) {
					operands[i] = values[step.in[i]];
					hasDerivative |= recorded[step.in[i]];
				}
			meter.before(step.node.op(), step.node.label(), known(step, operands), step.out.length);
			if (!overwrite(step, operands, hasDerivative)) compute(step, operands, hasDerivative);
		}

		/** What is known of the operands without computing: their shapes, and elements where an operator goes by them. */
		private static List<Operand> known(final Step step, final PtNDArray[] operands) {
			final Operand[] known = step.fixed.clone();
			for (int i = 0; i < known.length; i++)
				if (known[i] == null && operands[i] != null) known[i] = Forecast.isShaped(step.node.op(), i) && operands[i]
					.size() <= Operand.LONGEST ? Operand.of(NativeArrays.tensor(operands[i])) : Operand.of(operands[i].getShape()
						.getShape());
			return Arrays.asList(known);
		}

		/** Lets the result take an operand's place, if that may be; a value someone asked for stays as it is. */
		private boolean overwrite(final Step step, final PtNDArray[] operands, final boolean hasDerivative) {
			if (step.overwritten < 0) return false;
			final int slot = step.in[step.overwritten];
			if (kept[slot] || !InPlace.apply(step.node, operands, step.overwritten, differentiates)) return false;
			final PtNDArray result = values[slot];
			values[slot] = null;
			meter.release(result.getShape().getShape());
			define(step.out[0], result, hasDerivative);
			return true;
		}

		private void compute(final Step step, final PtNDArray[] operands, final boolean hasDerivative) {
			try (NDScope temporaries = new NDScope()) {
				final PtNDArray[] results = step.kernel.forward(new Kernel.Call(step.node.op(), operands, step.out.length,
					scope));
				checkCount(step, results.length);
				for (int i = 0; i < Math.min(results.length, step.out.length); i++) {
					final int slot = step.out[i];
					if (slot < 0) continue;
					final PtNDArray result = isOneOf(results[i], operands) ? alias(results[i]) : results[i];
					result.attach(scope);
					define(slot, result, hasDerivative);
					NDScope.unregister(result, values[slot]);
					if (leaves[slot] != null) NDScope.unregister(leaves[slot]);
				}
			}
		}

		private void checkCount(final Step step, final int results) {
			for (int i = results; i < step.out.length; i++) {
				final String missing = step.node.outputs().get(i);
				if (!network.consumers(missing).isEmpty() || network.isOutput(missing)) throw new GlassboxException(
					"The network reads the value '" + missing + "', result " + (i + 1) + " of " + step.node.label() + " (" +
						step.node.op().type() + "), but Glassbox computes " + results + " of that operator only.");
			}
		}

		private static boolean isOneOf(final PtNDArray result, final PtNDArray[] operands) {
			for (final PtNDArray o : operands)
				if (o == result) return true;
			return false;
		}

		private static PtNDArray alias(final PtNDArray array) {
			return JniUtils.reshape(array, array.getShape().getShape());
		}

		private String operandShapes(final Step step) {
			return Arrays.stream(step.in).filter(slot -> slot >= 0 && values[slot] != null).mapToObj(slot -> values[slot]
				.getShape().toString()).toList().toString();
		}

		PtNDArray value(final String name) {
			final Integer slot = slots.get(name);
			if (slot == null || values[slot] == null) throw new GlassboxException(Names.unknown("value", name, network
				.layers().values()));
			return values[slot];
		}

		List<Tensor> outputs() {
			return network.outputs().stream().map(p -> NativeArrays.tensor(value(p.name()))).toList();
		}

		Map<String, Tensor> tensors(final Collection<String> names) {
			final Map<String, Tensor> result = new LinkedHashMap<>();
			names.forEach(n -> result.put(n, NativeArrays.tensor(value(n))));
			return result;
		}

		void backward(final List<Tensor> seeds) {
			boolean reached = false;
			for (int i = 0; i < seeds.size(); i++) {
				final String output = network.outputs().get(i).name();
				if (seeds.get(i) == null || !recorded[slots.get(output)]) continue;
				final PtNDArray seed = NativeArrays.array(scope, seeds.get(i));
				JniUtils.backward(value(output), seed, true, false);
				reached = true;
			}
			if (!reached) throw new GlassboxException("The network's output does not depend on " + String.join(", ", wanted) +
				": choose another layer.");
		}

		Map<String, Tensor> gradients(final Collection<String> names) {
			final Map<String, Tensor> result = new LinkedHashMap<>();
			for (final String name : names) {
				final PtNDArray leaf = slots.containsKey(name) ? leaves[slots.get(name)] : null;
				if (leaf == null) throw new GlassboxException(Names.unknown("value", name, network.layers().values()));
				try (NDArray gradient = leaf.getGradient()) {
					result.put(name, NativeArrays.tensor(gradient));
				}
			}
			return result;
		}

		@Override
		public void close() {
			scope.close();
		}
	}
}
