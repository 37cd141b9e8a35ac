package io.glassbox.graph.io;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.GraphDraft.Fixed;

/** Normalisation over batches, channels and layers, as it is at inference. */
final class AtenNormalization {

	/** What PyTorch adds if it is told nothing: the step from 1 to the next larger float. */
	private static final double RMS_EPSILON = Math.ulp(1f);

	private AtenNormalization() {}

	static void addTo(final Map<String, AtenOperators.Translation> table) {
		table.put("batch_norm", (a, g) -> {
			if (a.truth(5, false)) throw a.unsupported(
				"with statistics of the batch itself: traced in training mode, or track_running_stats=False");
			return batchNorm(a, g, 7);
		});
		table.put("instance_norm", (a, g) -> {
			if (!a.truth(5, true)) return batchNorm(a, g, 7);
			final SymbolicTensor x = a.tensor(0);
			return g.elementwise(Operator.of("InstanceNormalization", "epsilon", a.number(7, 1e-5)), x, orAll(a, x, 1,
				"scale", 1), orAll(a, x, 2, "bias", 0));
		});
		table.put("group_norm", AtenNormalization::groupNorm);
		table.put("layer_norm", (a, g) -> {
			final int[] shape = Arrays.stream(a.integers(1)).mapToInt(n -> (int) n).toArray();
			final SymbolicTensor x = a.tensor(0);
			final Object scale = a.has(2) ? a.tensor(2) : new Fixed("scale", filled(1, shape));
			return g.elementwise(Operator.of("LayerNormalization", "axis", -shape.length, "epsilon", a.number(4, 1e-5)), x,
				scale, a.optionalTensor(3));
		});
		table.put("rms_norm", AtenNormalization::rmsNorm);
	}

	/** x over the root of its mean square along the last axes, times a scale: Zhang and Sennrich 2019, equation 4. */
	private static Object rmsNorm(final Arguments a, final GraphDraft g) {
		final SymbolicTensor x = a.tensor(0);
		final long[] axes = LongStream.range(-a.integers(1).length, 0).toArray();
		final SymbolicTensor square = g.elementwise(Operator.of("Mul"), x, x);
		final SymbolicTensor mean = g.emit(Operator.of("ReduceMean", "axes", axes), square);
		final SymbolicTensor root = g.emit(Operator.of("Sqrt"), g.emit(Operator.of("Add"), mean, GraphDraft.scalar(a.number(3,
			RMS_EPSILON))));
		final SymbolicTensor even = g.elementwise(Operator.of("Div"), x, root);
		return a.has(2) ? g.elementwise(Operator.of("Mul"), even, a.tensor(2)) : even;
	}

	private static SymbolicTensor batchNorm(final Arguments a, final GraphDraft g, final int epsilon) {
		final SymbolicTensor x = a.tensor(0);
		final SymbolicTensor mean = a.tensor(3);
		if (mean.isConstant()) x.extents().learn(1, mean.constant().length());
		return g.elementwise(Operator.of("BatchNormalization", "epsilon", a.number(epsilon, 1e-5)), x, orLike(a, mean, 1,
			"scale", 1), orLike(a, mean, 2, "bias", 0), mean, a.tensor(4));
	}

	private static Object orLike(final Arguments a, final SymbolicTensor mean, final int index, final String role,
		final float absent)
	{
		return a.has(index) ? a.tensor(index) : new Fixed(role, filled(absent, mean.constant().length()));
	}

	/** A weight per channel, or the same for each of the channels of {@code x}. */
	private static Object orAll(final Arguments a, final SymbolicTensor x, final int index, final String role,
		final float absent)
	{
		if (a.has(index)) return a.tensor(index);
		if (x.rank() < 2 || !(x.extents().get(1) instanceof Long channels)) throw a.unsupported(
			"of a tensor whose channels are unknown");
		return new Fixed(role, filled(absent, Math.toIntExact(channels)));
	}

	/** Each group of channels is normalised as if it were one channel; weights then apply per channel. */
	private static Object groupNorm(final Arguments a, final GraphDraft g) {
		final SymbolicTensor x = a.tensor(0);
		final int groups = (int) a.integer(1);
		if (x.rank() < 2) throw a.unsupported("of a tensor whose axes are unknown");
		final SymbolicTensor grouped = g.emit(Operator.of("Reshape"), x, GraphDraft.longs("shape", 0, groups, -1)).sized(
			Arrays.asList(x.extents().get(0), (long) groups, null));
		final SymbolicTensor normalised = g.elementwise(Operator.of("InstanceNormalization", "epsilon", a.number(4, 1e-5)),
			grouped, new Fixed("scale", filled(1, groups)), new Fixed("bias", filled(0, groups)));
		SymbolicTensor y = AtenShape.reshape(g, normalised, x.extents().list()).shaped(x.extents());
		final int[] perChannel = new int[x.rank() - 1];
		Arrays.fill(perChannel, 1);
		for (final int index : List.of(2, 3)) {
			if (!a.has(index)) continue;
			final SymbolicTensor weight = a.tensor(index);
			if (!weight.isConstant()) throw a.unsupported("with computed weights");
			perChannel[0] = weight.constant().length();
			y = g.elementwise(Operator.of(index == 2 ? "Mul" : "Add"), y, new Fixed(index == 2 ? "scale" : "bias", weight
				.constant().reshape(perChannel)));
		}
		return y;
	}

	private static Tensor filled(final float value, final int... shape) {
		final float[] all = new float[Math.toIntExact(Tensor.count(shape))];
		Arrays.fill(all, value);
		return Tensor.of(all, shape);
	}
}
