package io.glassbox.demo;

import java.nio.FloatBuffer;
import java.util.function.Consumer;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.initializer.XavierInitializer;
import ai.djl.training.initializer.XavierInitializer.FactorType;
import ai.djl.training.initializer.XavierInitializer.RandomType;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.glassbox.graph.Network;
import io.glassbox.graph.Torch;

/**
 * Trains a {@link MammoCnn} on phantoms: cross entropy, Adam, a learning rate that falls along a cosine, no
 * augmentation, since more phantoms cost less than bent ones.
 * <p>
 * DJL allows one gradient collector in a process, so nothing else may train at the same time.
 * </p>
 *
 * @param films how many phantoms to train on
 * @param epochs how often each is seen
 * @param seed decides the first parameters and the order of the films
 */
record Training(int films, int epochs, int batch, float learningRate, long seed) {

	static final Training DEFAULT = new Training(9000, 8, 32, 2e-3f, 1);

	/**
	 * The trained network.
	 *
	 * @param log is told one line an epoch
	 */
	Network run(final Series series, final Consumer<String> log) {
		final Films data = Films.of(series, films);
		Torch.engine().setRandomSeed((int) seed);
		final Dice dice = new Dice(seed);
		final int steps = films / batch;
		final Tracker rate = Tracker.cosine().setBaseValue(learningRate).optFinalValue(learningRate / 100).setMaxUpdates(
			steps * epochs).build();
		final DefaultTrainingConfig config = new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss()).optOptimizer(
			Optimizer.adam().optLearningRateTracker(rate).build()).optDevices(new Device[] { Device.cpu() }).optInitializer(
				new XavierInitializer(RandomType.GAUSSIAN, FactorType.IN, 2), Parameter.Type.WEIGHT);
		final MammoCnn cnn = new MammoCnn();
		try (Model model = Torch.withOwnLoader(() -> Model.newInstance("mammo-cnn", Device.cpu(), "PyTorch"))) {
			model.setBlock(cnn.block());
			try (Trainer trainer = model.newTrainer(config)) {
				trainer.initialize(new Shape(batch, 1, Field.SIZE, Field.SIZE));
				for (int epoch = 1; epoch <= epochs; epoch++) {
					final int[] order = dice.permutation(films);
					double loss = 0;
					for (int step = 0; step < steps; step++)
						loss += step(trainer, data, order, step * batch);
					log.accept(String.format(java.util.Locale.ROOT, "epoch %d of %d: mean loss %.4f", epoch, epochs, loss / steps));
				}
				return cnn.network();
			}
		}
	}

	/** One step down the gradient; returns the loss before it. */
	private float step(final Trainer trainer, final Films data, final int[] order, final int first) {
		final int extent = Field.SIZE;
		final float[] labels = new float[batch];
		final float[] pixels = new float[batch * extent * extent];
		for (int i = 0; i < batch; i++) {
			labels[i] = data.labels()[order[first + i]].ordinal();
			data.copyTo(order[first + i], pixels, i * extent * extent);
		}
		try (NDManager scope = trainer.getManager().newSubManager();
				NDArray images = scope.create(FloatBuffer.wrap(pixels), new Shape(batch, 1, extent, extent), DataType.FLOAT32);
				NDArray truth = scope.create(labels))
		{
			final NDArray loss;
			try (GradientCollector collector = trainer.newGradientCollector()) {
				final NDList output = trainer.forward(new NDList(images));
				loss = trainer.getLoss().evaluate(new NDList(truth), output);
				collector.backward(loss);
			}
			trainer.step();
			return loss.getFloat();
		}
	}
}
