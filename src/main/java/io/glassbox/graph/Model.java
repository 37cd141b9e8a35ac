package io.glassbox.graph;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network loaded from a file and ready to run on a device.
 * <p>
 * Three things can be asked of it, and a method of explanation states which it needs: to
 * <em>score</em>, to <em>differentiate</em>, and to be <em>inspected</em> as a graph. A file that
 * cannot be read as a graph is <em>opaque</em>: it scores, and what else it cannot do it says in one
 * sentence. Several threads may use one model at once. Whoever opened it closes it.
 * </p>
 */
public interface Model extends AutoCloseable {

	/** The graph, or empty if this model is opaque. */
	Optional<Network> graph();

	/** Why there is no graph; empty if there is one. */
	Optional<String> opaqueBecause();

	/**
	 * The graph.
	 *
	 * @throws GlassboxException if this model is opaque; the message says what stood in the way
	 */
	default Network network() {
		return graph().orElseThrow(() -> new GlassboxException("This method needs to see the layers of the network, " +
			"but the file opened as a black box: " + opaqueBecause().orElse("no reason known")));
	}

	/** The inputs, as far as the file tells them. */
	List<Port> inputs();

	/**
	 * Runs the network forward, by the fastest engine there is for it.
	 *
	 * @throws GlassboxException if number or shape of the inputs do not fit
	 */
	List<Tensor> score(List<Tensor> inputs);

	/**
	 * Runs the network forward and reads values on the way.
	 *
	 * @param values names of values inside the network, see {@link Network#layer(String)}
	 * @throws GlassboxException if this model is opaque
	 */
	Map<String, Tensor> activations(List<Tensor> inputs, Collection<String> values);

	/**
	 * Shapes of all values inside the network by name, for inputs like these.
	 *
	 * @throws GlassboxException if this model is opaque
	 */
	default Map<String, int[]> shapes(final List<Tensor> inputs) {
		throw new GlassboxException("The shapes inside this network are not known: it opened as a black box, " +
			opaqueBecause().orElse("no reason known"));
	}

	/**
	 * Runs the network forward with other values in the place of one: only what lies behind that runs for each of them.
	 *
	 * @param inputs one sample, a tensor for each input
	 * @param value name of a value inside the network, or of an input
	 * @param replacements what takes its place, several along the first axis
	 * @return the outputs of the whole network, one sample for each replacement
	 * @throws GlassboxException if this model is opaque, or no output depends on the value
	 */
	default List<Tensor> scoreBehind(final List<Tensor> inputs, final String value, final Tensor replacements) {
		throw new GlassboxException("What lies behind a layer of this network cannot be run alone: it opened as a black box, " +
			opaqueBecause().orElse("no reason known"));
	}

	/**
	 * Engines for parts of this network, or for networks made of its operators, with the parameters it has itself. Whoever asks for
	 * them closes them.
	 *
	 * @return empty if this model runs as a whole only, or where parts are not worth running by themselves: on a GPU their way
	 *         there and back takes longer than the whole
	 */
	default Optional<Parts> parts(final List<Network> parts) {
		return Optional.empty();
	}

	/**
	 * Runs the network forward and back.
	 *
	 * @param values names of the values to differentiate by: inputs, or values inside the network
	 * @param seed the derivative of the target with respect to the outputs
	 * @throws GlassboxException if this model has no gradients, or none for these values
	 */
	Gradients differentiate(List<Tensor> inputs, Collection<String> values, Gradients.Seed seed);

	/**
	 * Runs the network forward and back, where some operators pass back what a rule says instead of their derivative.
	 *
	 * @param rules by id of the node in {@link #network()}; empty for the gradient
	 * @throws GlassboxException if this model is opaque and there are rules, or a rule does not fit its operator
	 */
	default Gradients differentiate(final List<Tensor> inputs, final Collection<String> values,
		final Map<String, Rule> rules, final Gradients.Seed seed)
	{
		if (!rules.isEmpty()) network(); // says why there is none
		return differentiate(inputs, values, seed);
	}

	/**
	 * The same network without the softmax or sigmoid it may end in, so that it gives scores rather than
	 * probabilities; this model itself if there is none, or if it is opaque. It is closed with this model.
	 */
	default Model logits() {
		return this;
	}

	/**
	 * The same network with this activation behind its scores and no other, {@link FinalActivation#NONE} for
	 * {@link #logits}; this model itself if it ends so. It is closed with this model.
	 *
	 * @throws GlassboxException if this model is opaque, so that nothing can be put behind its scores
	 */
	default Model ending(final FinalActivation last) {
		if (last == FinalActivation.NONE) return logits();
		network(); // says why there is none
		throw new IllegalStateException("A model with a graph puts a final activation behind its scores");
	}

	/** Engines and device, for people and for the record. */
	String engine();

	/** Native and heap memory held, in bytes, estimated. */
	long bytes();

	@Override
	void close();
}
