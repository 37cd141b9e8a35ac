package io.glassbox.graph;

import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;

/**
 * One pass through a network on libtorch and the values it keeps; holds native memory until closed.
 * <p>
 * Each value is freed as soon as nothing reads it any more, or another takes its place, see {@link InPlace}.
 * </p>
 */
final class TorchPass implements AutoCloseable {

	private final TorchProgram program;
	private final Recording recording;
	private final PtNDManager scope;
	private final PtNDArray[] values;

	/** Values with a derivative by some leaf; libtorch's own answer through DJL is about leaves alone. */
	private final boolean[] recorded;
	private final boolean[] kept;
	private final Meter meter;

	/** @param wanted values to keep; names that the network does not have are complained of when they are read */
	TorchPass(final TorchProgram program, final List<Tensor> inputs, final Collection<String> wanted,
		final Recording recording)
	{
		this.program = program;
		this.recording = recording;
		scope = program.newScope();
		values = program.parameters();
		recorded = new boolean[program.size()];
		kept = new boolean[program.size()];
		meter = Meter.of(program.network().bytes(), inputs);
		try {
			for (int slot = 0; slot < kept.length; slot++)
				kept[slot] = recording.keeps(slot);
			wanted.stream().filter(program::has).forEach(v -> kept[program.slot(v)] = true);
			feed(inputs);
		}
		catch (final RuntimeException | Error e) {
			close();
			throw e;
		}
	}

	private void feed(final List<Tensor> inputs) {
		Ports.check(program.network().inputs(), inputs);
		for (int i = 0; i < inputs.size(); i++) {
			final Port port = program.network().inputs().get(i);
			define(program.slot(port.name()), NativeArrays.array(scope, inputs.get(i), port.element()), false);
		}
	}

	/** @param depends whether an operand has a derivative; integers and conditions have none even so */
	private void define(final int slot, final PtNDArray value, final boolean depends) {
		final boolean hasDerivative = depends && value.getDataType().isFloating();
		final boolean begins = recording.begins(slot, hasDerivative);
		values[slot] = begins ? recording.begin(this, slot, value, hasDerivative) : value;
		meter.hold(program.name(slot), value.getShape().getShape());
		recorded[slot] = hasDerivative || begins;
	}

	void forward() {
		for (final TorchProgram.Step step : program.steps()) {
			advance(step);
			for (final int dead : step.dying())
				release(dead);
		}
	}

	/** A forward pass that looks at the shapes of all values. */
	Map<String, int[]> shapes() {
		final Map<String, int[]> shapes = new HashMap<>();
		program.network().inputs().forEach(p -> shapes.put(p.name(), NativeArrays.shape(value(p.name()))));
		for (final TorchProgram.Step step : program.steps()) {
			advance(step);
			for (final int out : step.out())
				if (out >= 0 && values[out] != null) shapes.put(program.name(out), NativeArrays.shape(values[out]));
			for (final int dead : step.dying())
				release(dead);
		}
		return Map.copyOf(shapes);
	}

	private void release(final int slot) {
		if (kept[slot] || values[slot] == null) return;
		if (!recording.isOn()) meter.release(values[slot].getShape().getShape());
		values[slot].close();
		values[slot] = null;
	}

	private void advance(final TorchProgram.Step step) {
		checkCancelled();
		try {
			compute(step);
		}
		catch (final GlassboxException | CancellationException e) {
			throw e;
		}
		catch (final RuntimeException e) {
			throw new GlassboxException("The network failed in " + describe(step) + ": " + EngineMessage.of(e), e);
		}
	}

	/** @throws CancellationException if this thread was interrupted; it stays so */
	static void checkCancelled() {
		if (!Thread.interrupted()) return;
		Thread.currentThread().interrupt();
		throw new CancellationException("Cancelled.");
	}

	private void compute(final TorchProgram.Step step) {
		final PtNDArray[] operands = operands(step);
		boolean hasDerivative = false;
		for (final int in : step.in())
			hasDerivative |= in >= 0 && recorded[in];
		meter.before(step.node().op(), step.node().label(), step.known(operands), step.out().length);
		if (overwrite(step, operands, hasDerivative)) return;
		if (!recording.isRuled(step)) {
			compute(step, operands, hasDerivative);
			return;
		}
		final boolean depends = hasDerivative;
		Torch.withGradients(false, () -> {
			compute(step, operands, depends);
			return null;
		});
	}

	/** Lets the result take an operand's place, if that may be; a value someone asked for stays as it is. */
	private boolean overwrite(final TorchProgram.Step step, final PtNDArray[] operands, final boolean hasDerivative) {
		if (step.overwritten() < 0 || recording.isRuled(step)) return false;
		final int slot = step.in()[step.overwritten()];
		if (kept[slot] || !InPlace.apply(step.node(), operands, step.overwritten(), recording.isOn())) return false;
		final PtNDArray result = values[slot];
		values[slot] = null;
		meter.release(result.getShape().getShape());
		define(step.out()[0], result, hasDerivative);
		return true;
	}

	private void compute(final TorchProgram.Step step, final PtNDArray[] operands, final boolean hasDerivative) {
		try (NDScope temporaries = new NDScope()) {
			final PtNDArray[] results = step.kernel().forward(new Kernel.Call(step.node().op(), operands, step.out().length,
				scope));
			checkCount(step, results.length);
			for (int i = 0; i < Math.min(results.length, step.out().length); i++) {
				final int slot = step.out()[i];
				if (slot < 0) continue;
				final PtNDArray result = hold(isOneOf(results[i], operands) ? alias(results[i]) : results[i]);
				define(slot, hasDerivative && recording.isRuled(step) && result.getDataType().isFloating() ? recording.ruled(this, slot, result) : result,
					hasDerivative);
			}
		}
	}

	private void checkCount(final TorchProgram.Step step, final int results) {
		for (int i = results; i < step.out().length; i++) {
			final String missing = step.node().outputs().get(i);
			if (!program.network().consumers(missing).isEmpty() || program.network().isOutput(missing))
				throw new GlassboxException("The network reads the value '" + missing + "', result " + (i + 1) + " of " + step
					.node().label() + " (" + step.node().op().type() + "), but Glassbox computes " + results +
					" of that operator only.");
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

	/** The operands of a step; null where one is left out. */
	PtNDArray[] operands(final TorchProgram.Step step) {
		final PtNDArray[] operands = new PtNDArray[step.in().length];
		for (int i = 0; i < operands.length; i++)
			if (step.in()[i] >= 0) operands[i] = values[step.in()[i]];
		return operands;
	}

	/** A step and the shapes of its operands, for messages. */
	String describe(final TorchProgram.Step step) {
		return step.node().label() + " (" + step.node().op().type() + ") on operands " + Arrays.stream(step.in()).filter(
			slot -> slot >= 0 && values[slot] != null).mapToObj(slot -> values[slot].getShape().toString()).toList();
	}

	/** Makes an array live as long as this pass; returns it. */
	PtNDArray hold(final PtNDArray array) {
		array.attach(scope);
		NDScope.unregister(array);
		return array;
	}

	/** A tensor as an array that lives as long as this pass. */
	PtNDArray array(final Tensor tensor) {
		return NativeArrays.array(scope, tensor);
	}

	PtNDManager scope() {
		return scope;
	}

	/** Whether a value depends on one that is differentiated by, or is one. */
	boolean isRecorded(final int slot) {
		return recorded[slot];
	}

	PtNDArray value(final int slot) {
		return values[slot];
	}

	private PtNDArray value(final String name) {
		final PtNDArray value = values[program.slot(name)];
		if (value == null) throw new GlassboxException(Names.unknown("value", name, program.network().layers().values()));
		return value;
	}

	List<Tensor> outputs() {
		return program.network().outputs().stream().map(p -> NativeArrays.tensor(value(p.name()))).toList();
	}

	Map<String, Tensor> tensors(final Collection<String> names) {
		final Map<String, Tensor> result = new LinkedHashMap<>();
		names.forEach(n -> result.put(n, NativeArrays.tensor(value(n))));
		return result;
	}

	/** What the backward pass found for values that were to be differentiated by. */
	Map<String, Tensor> gradients(final Collection<String> names) {
		final Map<String, Tensor> result = new LinkedHashMap<>();
		for (final String name : names)
			try (PtNDArray gradient = recording.gradient(this, program.slot(name))) {
				if (gradient == null) throw new GlassboxException("The target does not depend on '" + name +
					"': choose another layer, or another target.");
				result.put(name, NativeArrays.tensor(gradient));
			}
		return result;
	}

	@Override
	public void close() {
		scope.close();
	}
}
