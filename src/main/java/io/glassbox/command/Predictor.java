package io.glassbox.command;

import io.glassbox.explain.DenseScores;
import io.glassbox.explain.DetectionTarget;
import io.glassbox.explain.DetectorModel;
import io.glassbox.explain.Target;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;
import io.glassbox.model.BoxDescription;
import io.glassbox.model.ModelDescription;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Reads what a network says of one sample: classes, the area of each class, or boxes.
 *
 * @param description whose class names are used, where their number fits
 */
record Predictor(Model network, ModelDescription description) {

	/**
	 * @param inputs exactly what the network takes
	 * @param reading how boxes are read of the network seen as a detector
	 */
	Prediction predict(final List<Tensor> inputs, final BiFunction<DetectorModel, BoxDescription, DetectionTarget.Reading> reading) {
		final List<Tensor> outputs = network.logits().score(inputs);
		final Optional<DetectorModel> detector = DetectorModel.of(network, description.classes().size(), description.boxes()
			.described(), description.boxes().objectness(), outputs);
		if (detector.isEmpty()) return of(outputs.get(0), network, description);
		return Prediction.ofBoxes(detector.get().table(outputs), description.classes(), reading.apply(detector.get(),
			description.boxes()));
	}

	/** @param scores the network's first output, before a softmax or sigmoid */
	static Prediction of(final Tensor scores, final Model model, final ModelDescription description) {
		final List<String> classes = description.checkedAgainst(classes(scores)).classes();
		return DenseScores.are(scores) ? Prediction.ofAreas(scores, classes) : Prediction.of(scores, Prediction.Scale.of(model,
			description, classes(scores)), classes);
	}

	/** How many classes an output has scores of. */
	static int classes(final Tensor output) {
		return DenseScores.are(output) ? output.size(1) : Target.scores(output).length;
	}
}
