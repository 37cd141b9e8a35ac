package io.glassbox.graph;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import java.util.Map;
import java.util.Set;

/**
 * Where a result may be written over an operand, as PyTorch's own networks do: fresh memory for each ReLU and each sum
 * costs as much as computing it.
 * <p>
 * An operand may be overwritten if nothing else ever reads it, if it lies in memory of its own (it is no view of another
 * value), and if libtorch does not need it to differentiate the operator that made it.
 * </p>
 */
final class InPlace {

	/** Operators whose result is new memory that their own derivative does not read. */
	private static final Set<String> GIVE_AWAY = Set.of("Conv", "BatchNormalization", "Gemm", "Add");

	private InPlace() {}

	/**
	 * Position of the operand that a node may overwrite, or -1.
	 *
	 * @param uses how often each value is read by nodes
	 */
	static int operand(final Network network, final Node node, final Map<String, Integer> uses) {
		if (!node.is("Relu", "Add") || node.outputs().size() != 1) return -1;
		for (int i = 0; i < node.inputs().size(); i++) {
			final String value = node.inputs().get(i);
			if (uses.getOrDefault(value, 0) == 1 && !network.isOutput(value) && network.producer(value).filter(p -> GIVE_AWAY
				.contains(p.op().type())).isPresent()) return i;
		}
		return -1;
	}

	/**
	 * Computes a node over its operand {@code i}.
	 *
	 * @param recorded whether gradients are recorded on this thread
	 * @return whether it was done; a sum is larger than its operand where the other one is
	 */
	static boolean apply(final Node node, final PtNDArray[] operands, final int i, final boolean recorded) {
		final PtNDArray x = operands[i];
		if (x.getDataType() != DataType.FLOAT32) return false;
		if (node.is("Relu")) {
			InPlaceRelu.apply(x, recorded);
			return true;
		}
		final PtNDArray other = operands[1 - i];
		if (other.getDataType() != DataType.FLOAT32 || !other.getShape().equals(x.getShape())) return false;
		JniUtils.addi(x, other);
		return true;
	}
}
