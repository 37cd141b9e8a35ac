package io.glassbox.command;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Port;
import io.glassbox.image.ImageInput;
import io.glassbox.image.Preprocessor;
import io.glassbox.model.Corrections;
import io.glassbox.model.Lease;
import io.glassbox.model.ModelDescription;
import io.glassbox.model.Understanding;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A model taken in once: what its descriptions say, corrected by the person, checked against the network, and saved as
 * Glassbox's own description beside it.
 * <p>
 * What is saved is complete, and believed above everything else from then on. A file that says something else is
 * replaced only if the person wants that, and kept as {@code <file>.old} even then.
 * </p>
 */
public final class ModelImport {

	private final Understanding understanding;
	private final ModelDescription corrected;
	private final Map<String, Object> network;
	private final String networkText;
	private final List<String> missing;
	private final List<String> networkNotes;
	private String outcome = "Not saved.";

	/**
	 * @param corrected what was understood, with the person's corrections
	 * @param network loaded from the model as the corrected description says
	 * @throws GlassboxException if the description as corrected does not fit the network; the message says what does not
	 */
	ModelImport(final Understanding understanding, final ModelDescription corrected, final Lease network) {
		this.understanding = understanding;
		this.corrected = corrected;
		check(network.model());
		this.network = network(network.model());
		networkText = networkText(network.model());
		missing = ImageInput.missing(network.model()).stream().toList();
		networkNotes = network.model().graph().map(Network::notes).orElse(List.of());
	}

	/** Where the description lies, or will lie. */
	public Path yaml() {
		return understanding.pack().description();
	}

	public ModelDescription description() {
		return corrected;
	}

	private void check(final Model network) {
		final Port input = ImageInput.likely(network);
		understanding.check(corrected.preprocessing(), corrected.axes(), input);
		new Preprocessor(corrected.preprocessing(), input, corrected.isXFirst());
		classCount(network).ifPresent(corrected::checkedAgainst);
		if (network.graph().isPresent()) corrected.layer().ifPresent(layer -> network.network().layer(layer));
	}

	/** Outputs of a classifier, if the file tells. */
	private static Optional<Integer> classCount(final Model network) {
		final List<Port> outputs = network.graph().map(g -> g.outputs()).orElse(List.of());
		if (outputs.isEmpty() || outputs.get(0).shape() == null || outputs.get(0).shape().length != 2) return Optional.empty();
		return Optional.of(outputs.get(0).shape()[1]).filter(n -> n != Port.ANY);
	}

	/**
	 * Saves the description, unless the file says the same already.
	 *
	 * @param overwrite whether a file that says something else may be replaced; it is kept as {@code .old}
	 * @throws GlassboxException if there is such a file and it may not, or the file cannot be written
	 */
	public void save(final boolean overwrite) {
		final Path yaml = yaml();
		final boolean exists = Files.exists(yaml);
		if (exists && changes().isEmpty()) {
			outcome = "Nothing was corrected; kept as it is: " + yaml;
			return;
		}
		if (exists && !overwrite) throw new GlassboxException(yaml + " exists and says something else: replace it with " +
			"overwrite=true (--overwrite), which keeps the present one as " + OldFile.nameFor(yaml).getFileName() +
			", or edit it by hand.");
		if (exists) OldFile.keep(yaml);
		corrected.write(yaml, comment());
		outcome = "Saved as " + yaml;
	}

	private List<String> comment() {
		final List<String> lines = new ArrayList<>(List.of("Written by Import Model. This file is believed above " +
			"all others; edit it as you like."));
		final List<String> from = understanding.files().stream().filter(f -> !f.equals(yaml())).map(f -> f.getFileName()
			.toString()).distinct().toList();
		if (!from.isEmpty()) lines.add("Read from " + String.join(", ", from) + ".");
		understanding.notApplied().forEach(lines::add);
		return lines;
	}

	// -- Report --

	/** For people, in lines. */
	public String report() {
		final StringBuilder text = new StringBuilder();
		text.append("Model: ").append(understanding.pack().model()).append('\n');
		text.append("Network: ").append(networkText).append('\n');
		networkNotes.forEach(note -> text.append("  ").append(note).append('\n'));
		text.append(sources(understanding));
		final List<String> changed = changes().entrySet().stream().map(e -> e.getKey() + ": " + e.getValue()).toList();
		section(text, "Corrected", changed);
		section(text, "Missing", missing);
		return text.append(outcome).toString();
	}

	/** What was understood of a model, without its network, for people, in lines. */
	static String sources(final Understanding u) {
		final StringBuilder text = new StringBuilder();
		if (u.understood().isEmpty()) text.append("No description was found; defaults are used.\n");
		section(text, "Understood", u.understood().stream().map(Understanding.Entry::toString).toList());
		section(text, "Contradictions", u.contradicting());
		section(text, "Not applied", u.notApplied());
		section(text, "Good to know", u.remarks());
		return text.toString();
	}

	private static void section(final StringBuilder text, final String title, final List<String> lines) {
		if (!lines.isEmpty()) text.append(title).append(":\n");
		lines.forEach(line -> text.append("  ").append(line).append('\n'));
	}

	private String networkText(final Model network) {
		final String inputs = ports(network.inputs());
		if (network.graph().isEmpty()) return "a black box (" + network.opaqueBecause().orElse("no reason known") +
			"); input " + inputs;
		final List<LayerList.Layer> layers = layers(network);
		return "input " + inputs + "; output " + ports(network.network().outputs()) + "; " + layers.size() + " layers" +
			layers.stream().filter(LayerList.Layer::isDefault).findFirst().map(l -> ", CAM methods take " + l.name() + " (" + l
				.shape() + ")").orElse("");
	}

	private List<LayerList.Layer> layers(final Model network) {
		return LayerList.of(network, corrected.preprocessing(), corrected.layer());
	}

	private Map<String, Object> network(final Model model) {
		final Map<String, Object> net = new LinkedHashMap<>();
		net.put("inputs", model.inputs().stream().map(Port::toString).toList());
		net.put("opaqueBecause", model.opaqueBecause().orElse(null));
		net.put("notes", model.graph().map(Network::notes).orElse(List.of()));
		net.put("outputs", model.graph().map(g -> g.outputs().stream().map(Port::toString).toList()).orElse(List.of()));
		net.put("layers", model.graph().isEmpty() ? List.of() : layers(model));
		return net;
	}

	private static String ports(final List<Port> ports) {
		return ports.stream().map(Port::toString).collect(Collectors.joining(", "));
	}

	/** Texts of what the person changed, by key. */
	private Map<String, String> changes() {
		final Map<String, String> before = new LinkedHashMap<>(Corrections.of(understanding.description()));
		final Map<String, String> after = new LinkedHashMap<>(Corrections.of(corrected));
		if (!corrected.classes().equals(understanding.description().classes())) before.remove("classes");
		after.entrySet().removeIf(e -> e.getValue().equals(before.get(e.getKey())));
		return after;
	}

	/** For machines. */
	public Map<String, Object> json() {
		final Map<String, Object> json = new LinkedHashMap<>();
		json.put("given", understanding.pack().given().toString());
		json.put("model", understanding.pack().model().toString());
		json.put("network", network);
		json.put("missing", missing);
		json.put("understood", understanding.understood());
		json.put("contradictions", understanding.contradicting());
		json.put("notApplied", understanding.notApplied());
		json.put("goodToKnow", understanding.remarks());
		json.put("corrected", changes());
		final Map<String, Object> description = new LinkedHashMap<>(Corrections.of(corrected));
		description.put("classes", corrected.classes());
		json.put("description", description);
		json.put("file", yaml().toString());
		json.put("outcome", outcome);
		return json;
	}
}
