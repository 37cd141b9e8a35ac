package io.glassbox.graph;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import java.util.Collection;
import java.util.List;

/**
 * Gradients as libtorch has them, all in one native pass.
 * <p>
 * To differentiate by a value inside the network, recording starts at that value, so that nothing before it costs more
 * than in a plain forward pass.
 * </p>
 */
final class NativeRecording implements Recording {

	private final TorchProgram program;
	private final Collection<String> wanted;
	private final boolean[] begins;
	private final PtNDArray[] leaves;

	/** @param wanted names of values to differentiate by; those the network does not have are complained of when read */
	NativeRecording(final TorchProgram program, final Collection<String> wanted) {
		this.program = program;
		this.wanted = wanted;
		begins = new boolean[program.size()];
		leaves = new PtNDArray[program.size()];
		wanted.stream().filter(program::has).forEach(v -> begins[program.slot(v)] = true);
	}

	@Override
	public boolean isOn() {
		return true;
	}

	@Override
	public boolean keeps(final int slot) {
		return begins[slot];
	}

	@Override
	public boolean isRuled(final TorchProgram.Step step) {
		return false;
	}

	@Override
	public boolean begins(final int slot, final boolean inner) {
		return begins[slot];
	}

	/**
	 * If the value already depends on another one, cutting it loose would lose that one's gradient: a zero that is added
	 * does as well.
	 */
	@Override
	public PtNDArray begin(final TorchPass pass, final int slot, final PtNDArray value, final boolean inner) {
		final PtNDArray leaf = pass.hold(inner ? (PtNDArray) value.zerosLike() : JniUtils.detachGradient(value));
		JniUtils.attachGradient(leaf, true);
		leaves[slot] = leaf;
		return inner ? pass.hold(JniUtils.add(value, leaf)) : leaf;
	}

	@Override
	public PtNDArray ruled(final TorchPass pass, final int slot, final PtNDArray value) {
		return value;
	}

	@Override
	public void backward(final TorchPass pass, final List<Tensor> seeds) {
		boolean reached = false;
		for (int i = 0; i < seeds.size(); i++) {
			final int output = program.slot(program.network().outputs().get(i).name());
			if (seeds.get(i) == null || !pass.isRecorded(output)) continue;
			reached |= pass(pass.value(output), pass.array(seeds.get(i)));
		}
		if (!reached) throw new GlassboxException("The network's output does not depend on " + String.join(", ", wanted) +
			", or only through operators that have no gradient, such as ArgMax: choose another layer.");
	}

	/**
	 * Passes a gradient back from a value.
	 *
	 * @return false if nothing that has a gradient made the value; DJL tells so only by libtorch's refusal
	 */
	static boolean pass(final PtNDArray value, final PtNDArray seed) {
		try {
			JniUtils.backward(value, seed, true, false);
			return true;
		}
		catch (final EngineException e) {
			if (!String.valueOf(e.getMessage()).contains("does not require grad")) throw e;
			return false;
		}
	}

	@Override
	public PtNDArray gradient(final TorchPass pass, final int slot) {
		return leaves[slot] == null ? null : JniUtils.getGradient(leaves[slot]);
	}
}
