package io.glassbox.cli;

import io.glassbox.command.LayerList;
import io.glassbox.graph.LayerPattern;
import io.glassbox.model.Lease;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code glassbox layers}: the layers of a network by their author's names. */
@Command(name = "layers", mixinStandardHelpOptions = true,
	description = "Lists the layers of a network: name, operator, output shape and what they are good for; * marks the " +
		"one CAM methods take by default.")
final class LayersCommandLine implements Callable<Integer> {

	@Spec
	private CommandSpec spec;

	@Mixin
	private ModelOptions model;

	@ArgGroup(exclusive = false, heading = "Instead of the model's description:%n")
	private ModelOptions.Preprocessing preprocessing = new ModelOptions.Preprocessing();

	@Option(names = "--match", paramLabel = "PATTERN",
		description = "Only these: 'layer4.*.conv2'; * is anything within a name's element, ** anything at all, commas join.")
	private String match;

	@Override
	public Integer call() {
		try (Session session = model.session(); Lease lease = session.glassbox().load(model.model(), model.device(),
			preprocessing.asMap())) {
			final List<LayerList.Layer> layers = matching(LayerList.of(lease.model(), session.glassbox().preprocessing(model
				.model(), preprocessing.asMap()), session.glassbox().describe(model.model()).layer()));
			if (model.json()) {
				final Map<String, Object> json = new LinkedHashMap<>();
				json.put("model", model.model().toString());
				json.put("parameters", lease.model().network().parameters());
				json.put("notes", lease.model().network().notes());
				json.put("layers", layers);
				spec.commandLine().getOut().println(Session.json(json));
			}
			else {
				layers.forEach(l -> spec.commandLine().getOut().println(line(l)));
				lease.model().network().notes().forEach(note -> spec.commandLine().getErr().println("Note: " + note));
			}
		}
		return 0;
	}

	private List<LayerList.Layer> matching(final List<LayerList.Layer> all) {
		if (match == null) return all;
		final List<String> chosen = LayerPattern.of(match).choose(all.stream().map(LayerList.Layer::name).toList());
		return all.stream().filter(l -> chosen.contains(l.name())).toList();
	}

	private static String line(final LayerList.Layer l) {
		return ((l.isDefault() ? "* " : "  ") + l.name() + "  " + l.operator() + "  " + l.shape() + (l.marks().isEmpty() ? ""
			: "  (" + l.marks() + ")")).stripTrailing();
	}
}
