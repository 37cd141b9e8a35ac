package io.glassbox.method;

import io.glassbox.graph.Model;
import io.glassbox.graph.Rule;
import io.glassbox.rule.Composite;
import io.glassbox.rule.ReluRules;

import java.util.Map;

/** The gradient with ReLUs that pass back something else than their derivative. */
interface AlteredRelus extends OnePass {

	/** What they pass back. */
	Composite relus();

	/** @throws io.glassbox.graph.GlassboxException if the model is a black box */
	@Override
	default Map<String, Rule> rules(final Model model) {
		return relus().on(model.network());
	}

	@Override
	default float value(final float element, final float gradient) {
		return gradient;
	}

	@Override
	default Map<String, String> facts(final Model model) {
		return ReluRules.facts(model.network());
	}
}
