package io.glassbox.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A network that takes its inputs in another order.
 * <p>
 * Methods draw on the first image a network takes; of one that takes several, such as two views of a breast, each can be the
 * first. Everything else is the network's own, to which it belongs: closing it closes nothing.
 * </p>
 */
public final class ReorderedModel implements Model {

	private final Model model;
	private final List<Integer> order;
	private final Optional<Network> graph;

	private ReorderedModel(final Model model, final List<Integer> order) {
		this.model = model;
		this.order = order;
		graph = model.graph().map(g -> g.toBuilder().inputs(order.stream().map(g.inputs()::get).toList()).build());
	}

	/**
	 * The network with one of its inputs before the others; the network itself if it is that already.
	 *
	 * @throws IllegalArgumentException if it has no such input
	 */
	public static Model first(final Model model, final Port input) {
		final int first = model.inputs().indexOf(input);
		if (first < 0) throw new IllegalArgumentException("No input " + input);
		if (first == 0) return model;
		final List<Integer> order = new ArrayList<>(List.of(first));
		for (int i = 0; i < model.inputs().size(); i++)
			if (i != first) order.add(i);
		return new ReorderedModel(model, order);
	}

	/** As the network takes them. */
	private List<Tensor> own(final List<Tensor> inputs) {
		if (inputs.size() != order.size()) return inputs; // the network says what it expects
		final List<Tensor> own = new ArrayList<>(inputs);
		for (int i = 0; i < order.size(); i++)
			own.set(order.get(i), inputs.get(i));
		return own;
	}

	private Model like(final Function<Model, Model> other) {
		final Model made = other.apply(model);
		return made == model ? this : new ReorderedModel(made, order);
	}

	@Override
	public Optional<Network> graph() {
		return graph;
	}

	@Override
	public Optional<String> opaqueBecause() {
		return model.opaqueBecause();
	}

	@Override
	public List<Port> inputs() {
		return order.stream().map(model.inputs()::get).toList();
	}

	@Override
	public List<Tensor> score(final List<Tensor> inputs) {
		return model.score(own(inputs));
	}

	@Override
	public Map<String, Tensor> activations(final List<Tensor> inputs, final Collection<String> values) {
		return model.activations(own(inputs), values);
	}

	@Override
	public Map<String, int[]> shapes(final List<Tensor> inputs) {
		return model.shapes(own(inputs));
	}

	@Override
	public List<Tensor> scoreBehind(final List<Tensor> inputs, final String value, final Tensor replacements) {
		return model.scoreBehind(own(inputs), value, replacements);
	}

	@Override
	public Optional<Parts> parts(final List<Network> parts) {
		return model.parts(parts);
	}

	@Override
	public Gradients differentiate(final List<Tensor> inputs, final Collection<String> values, final Gradients.Seed seed) {
		return model.differentiate(own(inputs), values, seed);
	}

	@Override
	public Gradients differentiate(final List<Tensor> inputs, final Collection<String> values,
		final Map<String, Rule> rules, final Gradients.Seed seed)
	{
		return model.differentiate(own(inputs), values, rules, seed);
	}

	@Override
	public Model logits() {
		return like(Model::logits);
	}

	@Override
	public Model ending(final FinalActivation last) {
		return like(m -> m.ending(last));
	}

	@Override
	public String engine() {
		return model.engine();
	}

	@Override
	public long bytes() {
		return model.bytes();
	}

	@Override
	public void close() {
		// belongs to the model it shows
	}
}
