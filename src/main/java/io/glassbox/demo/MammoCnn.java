package io.glassbox.demo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;

import io.glassbox.graph.Network;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;

import java.util.ArrayList;
import java.util.List;

/**
 * The demo networks' architecture: five convolutions, each with batch normalisation and ReLU, global average
 * pooling and one linear layer.
 * <p>
 * The last convolution works at an eighth of the input's resolution, so that a class activation map has
 * 16 x 16 places for 128 x 128 pixels, and sees 48 pixels each way, a large mass with its spicules.
 * A lesion fills about one place in a hundred, so that after pooling it hardly shows; while training, the pooled
 * features are therefore normalised over the batch, which spares the linear layer huge weights. That is a linear
 * map per feature and becomes part of the linear layer in {@link #network()}.
 * </p>
 * <p>
 * Layers are named conv1, bn1, relu1 … relu5, gap, fc.
 * </p>
 */
final class MammoCnn {

	/** The layer that feeds the pooling. */
	static final String LAST_SPATIAL_LAYER = "relu5";
	/** Input pixels from one place of {@link #LAST_SPATIAL_LAYER} to the next. */
	static final int STRIDE = 8;

	/**
	 * Kernels with stride 2 are even: then each place of a layer looks at the middle of the pixels it stands for.
	 * Odd ones look half a pixel up and to the left of it, and over three such layers the map would come to lie 3.5
	 * pixels to the right and down.
	 */
	private static final Stage[] STAGES = { new Stage(6, 2, 12), new Stage(4, 2, 24), new Stage(3, 1, 32), new Stage(4,
		2, 48), new Stage(3, 1, 48) };
	/** Stabilises the pooled normalisation; small, since the mean over a picture varies little between pictures. */
	private static final float POOLED_EPSILON = 1e-7f;

	private final List<Block> convolutions = new ArrayList<>();
	private final List<Block> norms = new ArrayList<>();
	private final Block pooledNorm = BatchNorm.builder().optEpsilon(POOLED_EPSILON).build();
	private final Block linear = Linear.builder().setUnits(Label.values().length).build();
	private final SequentialBlock block = new SequentialBlock();

	private record Stage(int kernel, int stride, int filters) {

		int padding() {
			return (kernel - 1) / 2;
		}
	}

	MammoCnn() {
		for (final Stage stage : STAGES) {
			final int padding = stage.padding();
			final Block convolution = Conv2d.builder().setKernelShape(new Shape(stage.kernel, stage.kernel)).optStride(
				new Shape(stage.stride, stage.stride)).optPadding(new Shape(padding, padding)).setFilters(stage.filters)
				.optBias(false).build();
			final Block norm = BatchNorm.builder().build();
			convolutions.add(convolution);
			norms.add(norm);
			block.add(convolution).add(norm).add(Activation.reluBlock());
		}
		block.add(Pool.globalAvgPool2dBlock()).add(Blocks.batchFlattenBlock()).add(pooledNorm).add(linear);
	}

	/** What DJL trains. */
	Block block() {
		return block;
	}

	/** The network with the parameters as they are now, on the Java heap. */
	Network network() {
		final Network.Builder b = Network.builder().input("input", Port.ANY, 1, Field.SIZE, Field.SIZE);
		String value = "input";
		for (int i = 0; i < STAGES.length; i++) {
			final Stage stage = STAGES[i];
			final int n = i + 1;
			final int padding = stage.padding();
			b.constant("conv" + n + ".weight", parameter(convolutions.get(i), "weight"));
			value = layer(b, "conv" + n, Operator.of("Conv", "kernel_shape", new int[] { stage.kernel, stage.kernel },
				"strides", new int[] { stage.stride, stage.stride }, "pads", new int[] { padding, padding, padding, padding }),
				value, "conv" + n + ".weight");
			b.constant("bn" + n + ".weight", parameter(norms.get(i), "gamma"));
			b.constant("bn" + n + ".bias", parameter(norms.get(i), "beta"));
			b.constant("bn" + n + ".running_mean", parameter(norms.get(i), "runningMean"));
			b.constant("bn" + n + ".running_var", parameter(norms.get(i), "runningVar"));
			value = layer(b, "bn" + n, Operator.of("BatchNormalization", "epsilon", 1e-5), value, "bn" + n + ".weight", "bn" +
				n + ".bias", "bn" + n + ".running_mean", "bn" + n + ".running_var");
			value = layer(b, "relu" + n, Operator.of("Relu"), value);
		}
		value = layer(b, "gap", Operator.of("GlobalAveragePool"), value);
		value = layer(b, "flatten", Operator.of("Flatten", "axis", 1), value);
		addLinear(b);
		value = layer(b, "fc", Operator.of("Gemm", "transB", 1), value, "fc.weight", "fc.bias");
		return b.output(value, Port.ANY, Label.values().length).build();
	}

	/** The linear layer with the normalisation before it: W(s(x - m) + c) + b is (Ws)x + W(c - sm) + b. */
	private void addLinear(final Network.Builder b) {
		final float[] gamma = parameter(pooledNorm, "gamma").floats();
		final float[] beta = parameter(pooledNorm, "beta").floats();
		final float[] mean = parameter(pooledNorm, "runningMean").floats();
		final float[] variance = parameter(pooledNorm, "runningVar").floats();
		final Tensor trained = parameter(linear, "weight");
		final float[] weight = trained.floats().clone();
		final float[] bias = parameter(linear, "bias").floats().clone();
		for (int row = 0; row < bias.length; row++)
			for (int i = 0; i < gamma.length; i++) {
				final int k = row * gamma.length + i;
				final float scale = gamma[i] / (float) Math.sqrt(variance[i] + POOLED_EPSILON);
				bias[row] += weight[k] * (beta[i] - scale * mean[i]);
				weight[k] *= scale;
			}
		b.constant("fc.weight", Tensor.of(weight, trained.shape()));
		b.constant("fc.bias", Tensor.of(bias, bias.length));
	}

	private static String layer(final Network.Builder b, final String name, final Operator op, final String... operands) {
		b.node(name, name, op, operands).layer(name, name);
		return name;
	}

	private static Tensor parameter(final Block block, final String name) {
		final Parameter parameter = block.getDirectParameters().get(name);
		final NDArray array = parameter.getArray();
		final long[] shape = array.getShape().getShape();
		final int[] extents = new int[shape.length];
		for (int i = 0; i < extents.length; i++)
			extents[i] = Math.toIntExact(shape[i]);
		return Tensor.of(array.toFloatArray(), extents);
	}
}
