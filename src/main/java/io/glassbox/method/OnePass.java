package io.glassbox.method;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.ChannelReduction;
import io.glassbox.explain.Elements;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.Model;
import io.glassbox.graph.Rule;
import io.glassbox.graph.Tensor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A method that takes one backward pass and looks at each element of the input by itself: the gradient and its kin.
 * <p>
 * Since nothing is mixed, many samples can be explained at once, as {@link SmoothGrad} does.
 * </p>
 */
interface OnePass extends Explainer {

	/** What operators pass back in place of their derivative. */
	Map<String, Rule> rules(Model model);

	/** The attribution of one element. */
	float value(float element, float gradient);

	/** Whether magnitudes alone are shown. */
	boolean absolute();

	ChannelReduction channels();

	/** What the method has to tell of a model, by readable keys. */
	default Map<String, String> facts(final Model model) {
		return new LinkedHashMap<>();
	}

	@Override
	default Attribution explain(final Model model, final List<Tensor> inputs, final Target target,
		final Progress progress)
	{
		progress.check();
		final Elements elements = Elements.of(inputs);
		final InputGradient g = InputGradient.of(model, elements, target, rules(model));
		progress.check();
		final float[] x = elements.joined();
		final float[] raw = new float[x.length];
		for (int i = 0; i < raw.length; i++)
			raw[i] = value(x[i], g.gradient()[i]);
		return InputMap.of(elements, raw, model, absolute(), channels(), g.target(), g.output(), facts(model));
	}
}
