package io.glassbox.demo;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
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

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Network;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.Torch;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Trains a {@link Trainee} on phantoms: its loss, Adam, a learning rate that falls along a cosine, no
 * augmentation.
 * <p>
 * It learns on spot views first and on whole films then, as networks for mammograms do (Shen et al., Sci. Rep.
 * 9:12495, 2019, who begin with patches): on a whole film a lesion fills one part in a hundred, and learning
 * from films alone takes several times as long. So a classifier is told roughly where to look while it begins to
 * learn; its loss never knows of masks.
 * </p>
 * <p>
 * DJL allows one gradient collector in a process, so nothing else may train at the same time.
 * </p>
 *
 * @param films how many phantoms to train on
 * @param spotEpochs how often their spot views are seen
 * @param filmEpochs how often the whole films are seen then
 * @param seed decides the first parameters and the order of the films
 */
record Training(int films, int spotEpochs, int filmEpochs, int batch, float learningRate, long seed) {

	/** What the networks that classify were trained by. */
	static final Training CLASSIFIER = new Training(9000, 6, 4, 16, 2e-3f, 1);
	/** What the network that segments was trained by: masks tell more than labels do. */
	static final Training SEGMENTER = new Training(1200, 4, 1, 8, 4e-3f, 1);

	/** @throws GlassboxException if there are too few films for one step */
	Training {
		if (films < batch) throw new GlassboxException("Training takes at least " + batch + " films, found " + films + ".");
	}

	/**
	 * The trained network.
	 *
	 * @param trainee with parameters not yet set
	 * @param log is told one line an epoch
	 */
	Network run(final Trainee trainee, final Series series, final Consumer<String> log) {
		Torch.engine().setRandomSeed((int) seed);
		final Dice dice = new Dice(seed);
		final Views views = Views.of(series, films);
		log.accept(films + " phantoms drawn");
		try (Model model = Torch.withOwnLoader(() -> Model.newInstance("demo", Device.cpu(), "PyTorch"))) {
			model.setBlock(trainee.block());
			descend(model, trainee, views.spots(), spotEpochs, dice, log);
			descend(model, trainee, views.whole(), filmEpochs, dice, log);
			return trainee.network();
		}
	}

	private void descend(final Model model, final Trainee trainee, final Films data, final int epochs,
		final Dice dice, final Consumer<String> log)
	{
		final int steps = data.count() / batch;
		final Tracker rate = Tracker.cosine().setBaseValue(learningRate).optFinalValue(learningRate / 100).setMaxUpdates(
			steps * epochs).build();
		final DefaultTrainingConfig config = new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss()).optOptimizer(
			Optimizer.adam().optLearningRateTracker(rate).build()).optDevices(new Device[] { Device.cpu() }).optInitializer(
				new XavierInitializer(RandomType.GAUSSIAN, FactorType.IN, 2), Parameter.Type.WEIGHT);
		try (Trainer trainer = model.newTrainer(config)) {
			trainer.initialize(new Shape(batch, 1, data.extent(), data.extent()));
			for (int epoch = 1; epoch <= epochs; epoch++) {
				final int[] order = dice.permutation(data.count());
				double loss = 0;
				for (int step = 0; step < steps; step++)
					loss += step(trainer, trainee, data, Arrays.copyOfRange(order, step * batch, (step + 1) * batch));
				log.accept(String.format(Locale.ROOT, "%d x %d pixels, epoch %d of %d: mean loss %.4f", data.extent(), data
					.extent(), epoch, epochs, loss / steps));
			}
		}
	}

	/** One step down the gradient; returns the loss before it. */
	private static float step(final Trainer trainer, final Trainee trainee, final Films data,
		final int[] index) {
		final Tensor images = data.images(index);
		try (NDManager scope = trainer.getManager().newSubManager()) {
			final NDArray input = scope.create(images.floats(), new Shape(index.length, 1, data.extent(), data.extent()));
			final NDArray loss;
			try (GradientCollector collector = trainer.newGradientCollector()) {
				loss = trainee.loss(scope, trainer.forward(new NDList(input)).singletonOrThrow(), data, index);
				collector.backward(loss);
			}
			trainer.step();
			return loss.getFloat();
		}
	}
}
