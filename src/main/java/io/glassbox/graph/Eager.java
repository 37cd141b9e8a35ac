package io.glassbox.graph;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Computes one operator on fixed operands at once, as readers do with what a file computes from constants alone.
 * <p>
 * libtorch on the CPU does it, by the very kernels that run the network. Conditions are integers here, 0 and 1. The
 * result may be as large as that of a network may be on such an input, see {@link Allowance}.
 * </p>
 */
public final class Eager {

	private Eager() {}

	/**
	 * The first {@code results} results of an operator.
	 *
	 * @param operands in ONNX order; null where one is left out
	 * @throws UnsupportedNetworkException if there is no such operator
	 * @throws GlassboxException if the operands do not fit the operator or one another
	 */
	public static List<Tensor> compute(final Operator op, final List<Tensor> operands, final int results) {
		final Kernel kernel = Kernels.of(op);
		Meter.of(0, operands.stream().filter(Objects::nonNull).toList()).before(op, op.type(), operands.stream().map(t -> t == null
			? null : Operand.of(t)).toList(), results);
		return Torch.withGradients(false, () -> {
			try (PtNDManager manager = (PtNDManager) Torch.newManager(Device.cpu()); NDScope temporaries = new NDScope()) {
				final PtNDArray[] in = operands.stream().map(t -> t == null ? null : NativeArrays.array(manager, t)).toArray(
					PtNDArray[]::new);
				final NDArray[] out = kernel.forward(new Kernel.Call(op, in, results, manager));
				if (out.length < results) throw new GlassboxException("Glassbox computes " + out.length + " results of " + op
					.type() + " only, not " + results + ".");
				final List<Tensor> tensors = new ArrayList<>();
				for (int i = 0; i < results; i++)
					tensors.add(NativeArrays.tensor(out[i]));
				return tensors;
			}
			catch (final GlassboxException e) {
				throw e;
			}
			catch (final RuntimeException e) {
				throw new GlassboxException(op.type() + " cannot be computed of " + operands + ": " + EngineMessage.of(e), e);
			}
		});
	}
}
