package io.glassbox.graph;

import java.util.List;

/**
 * Runs a network forward and nothing else.
 * <p>
 * Safe for use by several threads at once. Holds native memory until closed.
 * </p>
 */
public interface Scorer extends AutoCloseable {

	/**
	 * Scores a batch.
	 *
	 * @param inputs one tensor for each input of the network, batch first
	 * @return one tensor for each output
	 * @throws GlassboxException if number or shape of the inputs do not fit
	 */
	List<Tensor> score(List<Tensor> inputs);

	/** The engine and device that run it, for people: {@code ONNX Runtime 1.21.1, CPU}. */
	String engine();

	/** Native memory its parameters take, in bytes, estimated. */
	long bytes();

	@Override
	void close();
}
