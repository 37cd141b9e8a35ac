package io.glassbox.explain;

import io.glassbox.graph.FinalActivation;
import io.glassbox.graph.Forecast;
import io.glassbox.graph.Gradients;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Port;
import io.glassbox.graph.Rule;
import io.glassbox.graph.Tensor;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network that detects, seen so that its one output is a table of boxes: samples x boxes x (4 + classes).
 * <p>
 * All methods look at a network's first output; a box's place and its score may lie in two. Here they lie side by side,
 * whatever the network's own order, for {@link DetectionTarget} to choose from. Everything else is the network's own. Boxes
 * must be dense: one for each place the network looks at, before any selection of the best (non-maximum suppression).
 * </p>
 */
public final class DetectorModel implements Model {

	private final Model model;
	private final BoxLayout layout;
	private final boolean softmax;

	private DetectorModel(final Model model, final BoxLayout layout, final boolean softmax) {
		this.model = model;
		this.layout = layout;
		this.softmax = softmax;
	}

	/**
	 * The network as a detector; empty if it is none. Runs it once, unless a forecast of its graph tells that its first output is
	 * no table.
	 *
	 * @param probabilities whether scores are what a softmax or sigmoid makes of them, if the network ends in one, rather than what
	 *          comes before it
	 * @param names how many classes are known by name; 0 if none
	 * @param described whether a description says that it detects
	 * @param objectness whether a box's fifth number tells if there is an object at all; empty if not said
	 */
	public static Optional<DetectorModel> of(final Model network, final boolean probabilities, final List<Tensor> inputs,
		final int names, final boolean described, final Optional<Boolean> objectness)
	{
		final Model model = probabilities ? network : network.logits();
		final boolean another = model.graph().map(g -> Forecast.of(g, inputs).shapes().get(g.outputs().get(0).name())).filter(
			s -> s.length != 3).isPresent();
		if (another) return Optional.empty();
		return BoxLayout.of(model.score(inputs), names, described, objectness).map(layout -> new DetectorModel(model, layout,
			!probabilities && endsInSoftmax(network)));
	}

	/** The same of the logits that the network has given already. */
	public static Optional<DetectorModel> of(final Model network, final int names, final boolean described,
		final Optional<Boolean> objectness, final List<Tensor> logits)
	{
		return BoxLayout.of(logits, names, described, objectness).map(layout -> new DetectorModel(network.logits(), layout,
			endsInSoftmax(network)));
	}

	private static boolean endsInSoftmax(final Model network) {
		return network.graph().map(FinalActivation::of).filter(FinalActivation.SOFTMAX::equals).isPresent();
	}

	/** The network's own outputs as a table, samples x boxes x (4 + classes). */
	public Tensor table(final List<Tensor> outputs) {
		return layout.table(outputs);
	}

	/** Whether boxes and scores came in one output, as YOLO gives them. */
	public boolean inOneOutput() {
		return layout.boxOutput() == layout.scoreOutput();
	}

	/** Whether a softmax over the classes makes probabilities of a box's scores: its classes exclude each other. */
	public boolean classesExclude() {
		return softmax;
	}

	private List<Tensor> joined(final List<Tensor> outputs) {
		return List.of(layout.table(outputs));
	}

	@Override
	public List<Tensor> score(final List<Tensor> inputs) {
		return joined(model.score(inputs));
	}

	@Override
	public List<Tensor> scoreBehind(final List<Tensor> inputs, final String value, final Tensor replacements) {
		return joined(model.scoreBehind(inputs, value, replacements));
	}

	@Override
	public Gradients differentiate(final List<Tensor> inputs, final Collection<String> values, final Gradients.Seed seed) {
		return differentiate(inputs, values, Map.of(), seed);
	}

	@Override
	public Gradients differentiate(final List<Tensor> inputs, final Collection<String> values,
		final Map<String, Rule> rules, final Gradients.Seed seed)
	{
		final Gradients g = model.differentiate(inputs, values, rules, outputs -> layout.seeds(seed.of(joined(outputs)).get(0),
			outputs));
		return new Gradients(joined(g.outputs()), g.activations(), g.gradients());
	}

	@Override
	public Optional<Network> graph() {
		return model.graph();
	}

	@Override
	public Optional<String> opaqueBecause() {
		return model.opaqueBecause();
	}

	@Override
	public List<Port> inputs() {
		return model.inputs();
	}

	@Override
	public Map<String, Tensor> activations(final List<Tensor> inputs, final Collection<String> values) {
		return model.activations(inputs, values);
	}

	@Override
	public Map<String, int[]> shapes(final List<Tensor> inputs) {
		return model.shapes(inputs);
	}

	@Override
	public String engine() {
		return model.engine();
	}

	@Override
	public long bytes() {
		return model.bytes();
	}

	/** Closes the network it shows. */
	@Override
	public void close() {
		model.close();
	}
}
