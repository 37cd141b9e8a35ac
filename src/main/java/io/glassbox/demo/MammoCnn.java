package io.glassbox.demo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.loss.Loss;

import io.glassbox.graph.Network;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;

import java.util.List;

/**
 * The classifying demo networks' architecture: five convolutions, each with batch normalisation and ReLU, global average
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
final class MammoCnn implements Trainee {

	/** The layer that feeds the pooling. */
	static final String LAST_SPATIAL_LAYER = "relu5";
	/** Input pixels from one place of {@link #LAST_SPATIAL_LAYER} to the next. */
	static final int STRIDE = 8;

	/**
	 * Kernels with stride 2 are even: then each place of a layer looks at the middle of the pixels it stands for.
	 * Odd ones look half a pixel up and to the left of it, and over three such layers the map would come to lie 3.5
	 * pixels to the right and down.
	 */
	private final List<Stage> stages = List.of(new Stage(6, 2, 12), new Stage(4, 2, 24), new Stage(3, 1, 32), new Stage(4,
		2, 48), new Stage(3, 1, 48));
	/** Stabilises the pooled normalisation; small, since the mean over a picture varies little between pictures. */
	private static final float POOLED_EPSILON = 1e-7f;

	private final Block pooledNorm = BatchNorm.builder().optEpsilon(POOLED_EPSILON).build();
	private final Block linear = Linear.builder().setUnits(Label.values().length).build();
	private final SequentialBlock block = new SequentialBlock();

	MammoCnn() {
		for (final Stage stage : stages)
			stage.addTo(block);
		block.add(Pool.globalAvgPool2dBlock()).add(Blocks.batchFlattenBlock()).add(pooledNorm).add(linear);
	}

	@Override
	public Block block() {
		return block;
	}

	/** Cross entropy of the labels. */
	@Override
	public NDArray loss(final NDManager scope, final NDArray output, final Films data, final int[] index) {
		final float[] truth = new float[index.length];
		for (int i = 0; i < index.length; i++)
			truth[i] = data.labels()[index[i]].ordinal();
		return Loss.softmaxCrossEntropyLoss().evaluate(new NDList(scope.create(truth)), new NDList(output));
	}

	@Override
	public Network network() {
		final Network.Builder b = Network.builder().input("input", Port.ANY, 1, Field.SIZE, Field.SIZE);
		String value = "input";
		for (int i = 0; i < stages.size(); i++) {
			final int n = i + 1;
			value = stages.get(i).addTo(b, value, kind -> kind + n);
		}
		value = Trainee.layer(b, "gap", Operator.of("GlobalAveragePool"), value);
		value = Trainee.layer(b, "flatten", Operator.of("Flatten", "axis", 1), value);
		addLinear(b);
		value = Trainee.layer(b, "fc", Operator.of("Gemm", "transB", 1), value, "fc.weight", "fc.bias");
		return b.output(value, Port.ANY, Label.values().length).build();
	}

	/** The linear layer with the normalisation before it: W(s(x - m) + c) + b is (Ws)x + W(c - sm) + b. */
	private void addLinear(final Network.Builder b) {
		final float[] gamma = Trainee.parameter(pooledNorm, "gamma").floats();
		final float[] beta = Trainee.parameter(pooledNorm, "beta").floats();
		final float[] mean = Trainee.parameter(pooledNorm, "runningMean").floats();
		final float[] variance = Trainee.parameter(pooledNorm, "runningVar").floats();
		final Tensor trained = Trainee.parameter(linear, "weight");
		final float[] weight = trained.floats().clone();
		final float[] bias = Trainee.parameter(linear, "bias").floats().clone();
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
}
