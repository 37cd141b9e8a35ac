package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.Attribution;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.Gradients;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

/**
 * An example of a method of explanation, complete in one file: each pixel times how much the score would
 * change with it, summed over channels.
 * <p>
 * Copy it, rename it, put your own formula in. It is among the tests to show that nothing else needs an
 * edit: the contract test and the command line find it.
 * </p>
 *
 * @param scale what the map is multiplied by
 */
public record InputTimesSensitivity(double scale) implements Explainer {

	@Override
	public Attribution explain(final Model model, final List<Tensor> inputs, final Target target,
		final Progress progress)
	{
		final String input = model.inputs().get(0).name();
		final AtomicReference<Target.Resolved> resolved = new AtomicReference<>();
		progress.check();
		final Gradients g = model.differentiate(inputs, List.of(input), outputs -> {
			resolved.set(target.resolve(outputs.get(0)));
			return List.of(resolved.get().seed());
		});
		final Tensor x = inputs.get(0);
		final float[] gradient = g.gradients().get(input).floats();
		final float[] raw = new float[x.length()];
		final int[] space = Arrays.copyOfRange(x.shape(), 2, x.rank());
		final float[] map = new float[Math.toIntExact(Tensor.count(space))];
		for (int i = 0; i < raw.length; i++) {
			raw[i] = (float) (scale * gradient[i] * x.floats()[i]);
			map[i % map.length] += raw[i];
		}
		return new Attribution(Tensor.of(raw, x.shape()), Tensor.of(map, space), true, resolved.get(), g.outputs().get(0),
			Collections.emptyMap());
	}

	/** What makes it a method that people can choose. */
	@Plugin(type = ExplainCommand.class, name = "input-times-sensitivity", label = "Input Times Sensitivity...",
		menuPath = "Plugins>Examples>Input Times Sensitivity...", description = "An example.")
	public static class Dialog extends ExplainCommand {

		@Parameter(label = "Scale", persist = false, min = "0", description = "What the map is multiplied by.")
		private double scale = 1;

		@Override
		protected Explainer explainer() {
			return new InputTimesSensitivity(scale);
		}
	}
}
