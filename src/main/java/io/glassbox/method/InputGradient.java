package io.glassbox.method;

import io.glassbox.explain.Elements;
import io.glassbox.explain.Target;
import io.glassbox.graph.Gradients;
import io.glassbox.graph.Model;
import io.glassbox.graph.Rule;
import io.glassbox.graph.Tensor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The derivative of a target by the inputs of a network, or what rules pass back in its place.
 *
 * @param target what was explained
 * @param output the network's first output
 * @param gradient of the elements, as they are joined
 */
record InputGradient(Target.Resolved target, Tensor output, float[] gradient) {

	/** One forward and one backward pass; the target is settled by what the network says of the inputs. */
	static InputGradient of(final Model model, final Elements elements, final Target target,
		final Map<String, Rule> rules)
	{
		final List<String> names = elements.names(model);
		final AtomicReference<Target.Resolved> resolved = new AtomicReference<>();
		final Gradients g = model.differentiate(elements.inputs(), names, rules, outputs -> {
			resolved.set(target.resolve(outputs.get(0)));
			return seeds(outputs, resolved.get());
		});
		return new InputGradient(resolved.get(), g.outputs().get(0), elements.interleaved(names
			.stream().map(g.gradients()::get).toList(), 1));
	}

	/** A target that was settled before, of another input: its score is the other's, all else stays. */
	static Target settled(final Target.Resolved target) {
		return output -> new Target.Resolved(target.description(), target.of(output, 0), target.seed());
	}

	/** The derivative of a target that was settled before, for each of several samples: it does not mix them. */
	static List<Tensor> seeds(final List<Tensor> outputs, final Target.Resolved target) {
		final List<Tensor> seeds = new ArrayList<>(Collections.nCopies(outputs.size(), null));
		final float[] one = target.seed().floats();
		final float[] all = new float[outputs.get(0).length()];
		for (int i = 0; i < all.length; i++)
			all[i] = one[i % one.length];
		seeds.set(0, Tensor.of(all, outputs.get(0).shape()));
		return seeds;
	}
}
