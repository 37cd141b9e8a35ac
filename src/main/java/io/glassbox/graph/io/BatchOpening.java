package io.glassbox.graph.io;

import io.glassbox.graph.Node;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a network that was written down for one sample work for any number of them, or proves nothing and changes nothing.
 * <p>
 * Exporters fold the batch size into constants: windows of a transformer are a Reshape to {@code [64, 49, 96]}, a class
 * token is one row joined to the patches. Here each value is followed from the inputs on, where the samples lie in it
 * ({@link SampleLayout}), such that what a sample finds there is what it would find alone. Where a constant counts samples,
 * that extent is left open, or the constant is repeated for each. An operator that would mix samples, or of which it is
 * not known that it does not, ends the attempt. So a network that comes out of here gives each sample the scores it has
 * alone. Each family of operators registers its rules here.
 * </p>
 */
final class BatchOpening {

	private static final Logger LOG = LoggerFactory.getLogger(BatchOpening.class);
	private static final Map<String, SampleRule> RULES = new HashMap<>();

	static {
		ElementSamples.register(RULES);
		WindowSamples.register(RULES);
		LineSamples.register(RULES);
		ViewSamples.register(RULES);
		MatrixSamples.register(RULES);
		JoinedSamples.register(RULES);
	}

	private final Draft draft;
	private final Map<String, SampleLayout> layouts = new HashMap<>();
	private final List<Node> nodes = new ArrayList<>();

	private BatchOpening(final Draft draft) {
		this.draft = draft;
	}

	/**
	 * The nodes for any number of samples; constants they need are put into the draft.
	 *
	 * @param draft a network as it is for one sample
	 * @param inputs whose first axes count samples
	 * @param outputs whose first axes shall count samples
	 * @return empty if it cannot be shown that samples stay apart
	 */
	static Optional<List<Node>> of(final Draft draft, final List<String> inputs, final List<String> outputs) {
		final BatchOpening opening = new BatchOpening(draft);
		inputs.forEach(name -> opening.layouts.put(name, SampleLayout.FIRST));
		try {
			List.copyOf(draft.nodes()).forEach(opening::add);
		}
		catch (final FixedBatch e) {
			LOG.debug("The batch stays as it was written: {}.", e.getMessage());
			return Optional.empty();
		}
		return outputs.stream().allMatch(name -> SampleLayout.FIRST.equals(opening.layouts.get(name))) ? Optional.of(
			opening.nodes) : Optional.empty();
	}

	private void add(final Node n) {
		if (n.inputs().stream().allMatch(v -> layouts.get(v) == null)) {
			nodes.add(n);
			return;
		}
		final SampleStep step = new SampleStep(n, draft, layouts);
		final SampleRule rule = RULES.get(n.op().type());
		if (rule == null) throw step.fixed("is not known to keep samples apart");
		final SampleLayout made = rule.follow(step);
		nodes.addAll(step.nodes());
		n.outputs().stream().filter(v -> !v.isEmpty()).forEach(v -> layouts.put(v, made));
	}

	/** Registers a rule of one operand under a name; keeps the tables free of casts. */
	static void unary(final Map<String, SampleRule> table, final String type, final SampleRule.Unary rule) {
		table.put(type, rule);
	}
}
