package io.glassbox.cli;

import io.glassbox.command.LayerList;
import io.glassbox.model.Lease;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code glassbox layers}: the layers of a network by their author's names. */
@Command(name = "layers", mixinStandardHelpOptions = true,
	description = "Lists the layers of a network; * marks the one CAM methods take by default.")
final class LayersCommandLine implements Callable<Integer> {

	@Spec
	private CommandSpec spec;

	@Mixin
	private ModelOptions model;

	@ArgGroup(exclusive = false, heading = "Instead of the model's description:%n")
	private ModelOptions.Preprocessing preprocessing = new ModelOptions.Preprocessing();

	@Override
	public Integer call() {
		try (Session session = new Session(); Lease lease = session.glassbox().load(model.model(), model.device(),
			preprocessing.asMap())) {
			final List<LayerList.Layer> layers = LayerList.of(lease.model(), session.glassbox().preprocessing(model.model(),
				preprocessing.asMap()), session.glassbox().describe(model.model()).layer());
			if (model.json()) {
				final Map<String, Object> json = new LinkedHashMap<>();
				json.put("model", model.model().toString());
				json.put("parameters", lease.model().network().parameters());
				json.put("layers", layers);
				spec.commandLine().getOut().println(Session.json(json));
			}
			else layers.forEach(l -> spec.commandLine().getOut().println((l.isDefault() ? "* " : "  ") + l.name() + "  " + l
				.operator() + "  " + l.shape()));
		}
		return 0;
	}
}
