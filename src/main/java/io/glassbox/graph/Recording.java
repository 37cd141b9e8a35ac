package io.glassbox.graph;

import ai.djl.pytorch.engine.PtNDArray;

import java.util.List;

/**
 * What a forward pass takes note of for the backward pass after it.
 * <p>
 * A forward pass alone needs {@link #NONE}. Gradients are libtorch's own, see {@link NativeRecording}; where operators have
 * rules, it is interrupted, see {@link RuledRecording}. One recording is for one pass.
 * </p>
 */
interface Recording {

	/** Nothing is recorded. */
	Recording NONE = new Recording() {

		@Override
		public boolean isOn() {
			return false;
		}

		@Override
		public boolean keeps(final int slot) {
			return false;
		}

		@Override
		public boolean isRuled(final TorchProgram.Step step) {
			return false;
		}

		@Override
		public boolean begins(final int slot, final boolean inner) {
			return false;
		}

		@Override
		public PtNDArray begin(final TorchPass pass, final int slot, final PtNDArray value, final boolean inner) {
			throw new IllegalStateException("Nothing is recorded");
		}

		@Override
		public PtNDArray ruled(final TorchPass pass, final int slot, final PtNDArray value) {
			return value;
		}

		@Override
		public void backward(final TorchPass pass, final List<Tensor> seeds) {
			throw new IllegalStateException("Nothing was recorded");
		}

		@Override
		public PtNDArray gradient(final TorchPass pass, final int slot) {
			throw new IllegalStateException("Nothing was recorded");
		}
	};

	/** Whether libtorch records. */
	boolean isOn();

	/** Whether a value must be there at the end of the forward pass. */
	boolean keeps(int slot);

	/** Whether libtorch is not to record this step, and its operands must stay as they are. */
	boolean isRuled(TorchProgram.Step step);

	/**
	 * Whether something is differentiated by this value.
	 *
	 * @param inner whether it already depends on another such value
	 */
	boolean begins(int slot, boolean inner);

	/**
	 * Makes a value one to differentiate by.
	 *
	 * @param inner whether it already depends on another such value
	 * @return the array to go on with
	 */
	PtNDArray begin(TorchPass pass, int slot, PtNDArray value, boolean inner);

	/** The array to go on with where the result of a ruled step depends on a value that is differentiated by. */
	PtNDArray ruled(TorchPass pass, int slot, PtNDArray value);

	/**
	 * @param seeds for each output of the network the derivative of the target by it; null for none
	 * @throws GlassboxException if no output with a seed depends on a value that is differentiated by
	 */
	void backward(TorchPass pass, List<Tensor> seeds);

	/** The derivative by a value that was begun with, which the caller closes; null if the target does not depend on it. */
	PtNDArray gradient(TorchPass pass, int slot);
}
