package io.glassbox.graph;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;

/**
 * Runs a network node by node on libtorch: forward, with a look at any value on the way, and back.
 * <p>
 * The parameters live on the device until {@link #close()}; whatever a call makes is freed before it
 * returns, each value as soon as nothing reads it any more. Gradients are libtorch's own. To
 * differentiate by a value inside the network, recording starts at that value, so that nothing before
 * it costs more than in a plain forward pass. Several threads may call at once.
 * </p>
 */
public final class TorchExecutor implements Scorer {

	private final Network network;
	private final Device device;
	private final PtNDManager manager;
	private final Map<String, PtNDArray> parameters = new HashMap<>();
	private final List<Kernel> kernels = new ArrayList<>();
	private final Map<String, Integer> uses = new HashMap<>();

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
		network.nodes().forEach(n -> kernels.add(Kernels.of(n.op())));
		network.nodes().forEach(n -> n.inputs().stream().filter(v -> !v.isEmpty()).forEach(v -> uses.merge(v, 1,
			Integer::sum)));
		manager = (PtNDManager) Torch.newManager(device);
		try {
			network.constants().forEach((name, value) -> parameters.put(name, NativeArrays.array(manager, value)));
		}
		catch (final RuntimeException e) {
			manager.close();
			throw e;
		}
	}

	@Override
	public List<Tensor> score(final List<Tensor> inputs) {
		return Torch.withGradients(false, () -> {
			try (Run run = new Run(inputs, Set.of(), Set.of())) {
				return run.outputs();
			}
		});
	}

	/** Values inside the network, or its inputs, by name; one forward pass. */
	public Map<String, Tensor> activations(final List<Tensor> inputs, final Collection<String> values) {
		return Torch.withGradients(false, () -> {
			try (Run run = new Run(inputs, new HashSet<>(values), Set.of())) {
				return run.tensors(values);
			}
		});
	}

	/** Shapes of all values of the network by name; one forward pass in which nothing is kept. */
	public Map<String, int[]> shapes(final List<Tensor> inputs) {
		return Torch.withGradients(false, () -> {
			try (Run run = new Run(inputs, Set.of(), Set.of())) {
				return Map.copyOf(run.shapes);
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
			try (Run run = new Run(inputs, new HashSet<>(values), new HashSet<>(values))) {
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
		private final Map<String, PtNDArray> values = new HashMap<>();
		private final Map<String, PtNDArray> leaves = new HashMap<>();

		/** Values with a derivative by some leaf; libtorch's own answer through DJL is about leaves alone. */
		private final Set<String> recorded = new HashSet<>();
		private final Map<String, int[]> shapes = new HashMap<>();
		private final Set<String> kept;
		private final Set<String> differentiated;
		private final Meter meter;

		Run(final List<Tensor> inputs, final Set<String> kept, final Set<String> differentiated) {
			this.kept = kept;
			this.differentiated = differentiated;
			meter = Meter.of(network.bytes(), inputs);
			try {
				feed(inputs);
				forward();
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
				define(port.name(), NativeArrays.array(scope, inputs.get(i), port.element()), false);
			}
		}

		private void define(final String name, final PtNDArray value, final boolean hasDerivative) {
			values.put(name, differentiated.contains(name) ? leaf(name, value, hasDerivative) : value);
			final long[] shape = value.getShape().getShape();
			meter.hold(name, shape);
			shapes.put(name, NativeArrays.extents(shape));
			if (hasDerivative || differentiated.contains(name)) recorded.add(name);
		}

		/**
		 * Makes a value something to differentiate by. If it already depends on another such value, cutting it
		 * loose would lose that one's gradient: a zero that is added does as well.
		 */
		private PtNDArray leaf(final String name, final PtNDArray value, final boolean inner) {
			final PtNDArray leaf = inner ? (PtNDArray) value.zerosLike() : JniUtils.detachGradient(value);
			leaf.attach(scope);
			JniUtils.attachGradient(leaf, true);
			leaves.put(name, leaf);
			if (!inner) return leaf;
			final PtNDArray sum = JniUtils.add(value, leaf);
			sum.attach(scope);
			return sum;
		}

		private void forward() {
			final Map<String, Integer> left = new HashMap<>(uses);
			for (int i = 0; i < kernels.size(); i++) {
				if (Thread.interrupted()) {
					Thread.currentThread().interrupt();
					throw new CancellationException("Cancelled.");
				}
				final Node node = network.nodes().get(i);
				compute(node, kernels.get(i));
				for (final String in : node.inputs())
					if (!in.isEmpty() && left.merge(in, -1, Integer::sum) == 0) release(in);
			}
		}

		private void release(final String name) {
			if (kept.contains(name) || network.isOutput(name)) return;
			final PtNDArray dead = values.remove(name);
			if (dead == null) return;
			if (differentiated.isEmpty()) meter.release(dead.getShape().getShape());
			dead.close();
		}

		private void compute(final Node node, final Kernel kernel) {
			try (NDScope temporaries = new NDScope()) {
				final boolean hasDerivative = node.inputs().stream().anyMatch(recorded::contains);
				final PtNDArray[] operands = node.inputs().stream().map(this::operand).toArray(PtNDArray[]::new);
				meter.before(node.op(), node.label(), operands(node, operands), node.outputs().size());
				final PtNDArray[] results = kernel.forward(new Kernel.Call(node.op(), operands, node.outputs()
					.size(), scope));
				checkCount(node, results.length);
				for (int i = 0; i < Math.min(results.length, node.outputs().size()); i++) {
					if (node.outputs().get(i).isEmpty()) continue;
					final PtNDArray result = isOneOf(results[i], operands) ? alias(results[i]) : results[i];
					result.attach(scope);
					define(node.outputs().get(i), result, hasDerivative);
					NDScope.unregister(result, values.get(node.outputs().get(i)));
					if (leaves.containsKey(node.outputs().get(i))) NDScope.unregister(leaves.get(node.outputs().get(i)));
				}
			}
			catch (final GlassboxException | CancellationException e) {
				throw e;
			}
			catch (final RuntimeException e) {
				throw new GlassboxException("The network failed in " + node.label() + " (" + node.op().type() +
					") on operands " + shapes(node) + ": " + EngineMessage.of(e), e);
			}
		}

		/** What is known of the operands without computing: their shapes, and elements where an operator goes by them. */
		private List<Operand> operands(final Node node, final PtNDArray[] arrays) {
			final List<Operand> operands = new ArrayList<>();
			for (int i = 0; i < arrays.length; i++) {
				final Tensor constant = network.constants().get(node.input(i));
				operands.add(arrays[i] == null ? null : constant != null ? Operand.of(constant) : Forecast.isShaped(node.op(), i)
					&& arrays[i].size() <= Operand.LONGEST ? Operand.of(NativeArrays.tensor(arrays[i])) : Operand.of(arrays[i]
						.getShape().getShape()));
			}
			return operands;
		}

		private void checkCount(final Node node, final int results) {
			for (int i = results; i < node.outputs().size(); i++) {
				final String missing = node.outputs().get(i);
				if (uses.containsKey(missing) || network.isOutput(missing)) throw new GlassboxException("The network reads the value '" +
					missing + "', result " + (i + 1) + " of " + node.label() + " (" + node.op().type() +
					"), but Glassbox computes " + results + " of that operator only.");
			}
		}

		private static boolean isOneOf(final PtNDArray result, final PtNDArray[] operands) {
			for (final PtNDArray o : operands)
				if (o == result) return true;
			return false;
		}

		/** A computed value, or a parameter under a handle of this run's own, so that results land in this run. */
		private PtNDArray operand(final String name) {
			if (name.isEmpty()) return null;
			final PtNDArray value = values.get(name);
			if (value != null) return value;
			final PtNDArray handle = alias(parameters.get(name));
			handle.attach(scope);
			return handle;
		}

		private static PtNDArray alias(final PtNDArray array) {
			return JniUtils.reshape(array, array.getShape().getShape());
		}

		private String shapes(final Node node) {
			return node.inputs().stream().filter(v -> !v.isEmpty()).map(v -> (values.containsKey(v) ? values.get(v)
				: parameters.get(v)).getShape().toString()).toList().toString();
		}

		PtNDArray value(final String name) {
			final PtNDArray value = values.getOrDefault(name, parameters.get(name));
			if (value == null) throw new GlassboxException(Names.unknown("value", name, network.layers().values()));
			return value;
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
				final PtNDArray output = value(network.outputs().get(i).name());
				if (seeds.get(i) == null || !recorded.contains(network.outputs().get(i).name())) continue;
				final PtNDArray seed = NativeArrays.array(scope, seeds.get(i));
				JniUtils.backward(output, seed, true, false);
				reached = true;
			}
			if (!reached) throw new GlassboxException("The network's output does not depend on " + String.join(", ",
				differentiated) + ": choose another layer.");
		}

		Map<String, Tensor> gradients(final Collection<String> names) {
			final Map<String, Tensor> result = new LinkedHashMap<>();
			for (final String name : names) {
				final PtNDArray leaf = leaves.get(name);
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
