package io.glassbox.model;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Port;
import io.glassbox.model.ModelDescription.Output;
import io.glassbox.model.Preprocessing.Order;
import io.glassbox.model.PreprocessingReader.Fit;
import io.glassbox.model.PreprocessingReader.Intensities;
import io.glassbox.model.PreprocessingReader.Sizes;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Everything that lies around a model file and speaks of it, put together: what is believed in each field and from
 * which source, what contradicts, and what cannot be done.
 * <p>
 * In order of trust: Glassbox's own description, which a person wrote or corrected for this very file, and
 * {@code <model>.labels.txt}; bioimage.io; MONAI; DJL; Hugging Face; class lists for the whole folder. Each field is
 * taken from the first source that has it. A contradiction is a warning, or, where a map would be wrong, an error until
 * the person's own description settles it.
 * </p>
 */
public final class Understanding {

	static final String NO_FILE = "defaults";
	private static final String SETTLE = " Settle it with Plugins > Glassbox > Import Model..., or in ";

	private final ModelPackage pack;
	private final List<Statements> sources = new ArrayList<>();
	private final List<Fact<?>> facts = new ArrayList<>();
	private final List<Contradiction> contradictions = new ArrayList<>();
	private final List<GlassboxException> problems = new ArrayList<>();
	private final boolean own;
	private final Optional<Path> file;
	private ModelDescription description;

	/**
	 * Reads all sources; what other projects' files have wrong is kept for {@link #settled()}.
	 *
	 * @throws GlassboxException if the model cannot be found in its folder or zip, or Glassbox's own description or list
	 *           of classes cannot be understood
	 */
	public static Understanding of(final Path model) {
		return new Understanding(ModelPackage.of(model));
	}

	/**
	 * Of a function that answers for a network: there is no file, and nothing that speaks of it but what is given here.
	 *
	 * @param classes their names, in the order of the scores; may be empty
	 */
	public static Understanding ofFunction(final List<String> classes) {
		return new Understanding(classes);
	}

	private Understanding(final List<String> classes) {
		pack = ModelPackage.of(Path.of("function"));
		own = false;
		file = Optional.empty();
		final Statements given = new Statements(pack.model());
		if (!classes.isEmpty()) given.say(Field.CLASSES, classes, pack.model());
		sources.add(given);
		Field.ALL.forEach(this::settle);
		build();
	}

	private Understanding(final ModelPackage pack) {
		this.pack = pack;
		own = Files.exists(pack.description());
		file = Optional.of(pack.model());
		if (own) sources.add(DescriptionReader.read(pack.description()));
		labels(ClassNames.ofModel(pack.given()).or(() -> ClassNames.ofModel(pack.model())));
		final Path model = pack.model();
		foreign(() -> pack.rdfs().stream().map(BioimageRdf::statements));
		foreign(() -> MonaiBundle.about(model).stream());
		foreign(() -> DjlServing.about(model).stream());
		foreign(() -> HuggingFace.preprocessor(model).stream());
		foreign(() -> HuggingFace.config(model).stream());
		if (sources.stream().allMatch(s -> s.get(Field.CLASSES).filter(this::isOwn).isEmpty())) labels(ClassNames.ofFolder(model));
		Field.ALL.forEach(this::settle);
		build();
	}

	private void labels(final Optional<ClassNames> names) {
		names.ifPresent(c -> {
			final Statements s = new Statements(c.file());
			s.say(Field.CLASSES, c.names(), c.file());
			sources.add(s);
		});
	}

	private void foreign(final Supplier<Stream<Statements>> reader) {
		try {
			reader.get().forEach(sources::add);
		}
		catch (final GlassboxException e) {
			problems.add(e);
		}
	}

	private <T> void settle(final Field<T> field) {
		Fact<T> believed = null;
		for (final Statements s : sources) {
			final Optional<Fact<T>> fact = s.get(field);
			if (fact.isEmpty()) continue;
			if (believed == null) facts.add(believed = fact.get());
			else if (!believed.agreesWith(fact.get())) contradictions.add(new Contradiction(believed, fact.get(), isGrave(
				believed, fact.get())));
		}
	}

	/** The person's own word settles everything; lists that serve a whole folder may be meant for another network. */
	private boolean isGrave(final Fact<?> believed, final Fact<?> other) {
		if (!believed.field().decides() || isOwn(believed)) return false;
		if (!(believed.value() instanceof List<?> names)) return true;
		return !ClassNames.isListForFolder(other.file()) && names.size() == ((List<?>) other.value()).size();
	}

	private boolean isOwn(final Fact<?> fact) {
		return fact.file().equals(pack.description()) || ClassNames.isOfModel(fact.file());
	}

	@SuppressWarnings("unchecked")
	private <T> Optional<Fact<T>> fact(final Field<T> field) {
		return facts.stream().filter(f -> f.field() == field).findFirst().map(f -> (Fact<T>) f);
	}

	private <T> T value(final Field<T> field, final T other) {
		return fact(field).map(Fact::value).orElse(other);
	}

	private void build() {
		final Sizes size = value(Field.SIZE, Sizes.FREE);
		final Fit fit = value(Field.FIT, Fit.DEFAULT);
		final Intensities i = value(Field.INTENSITIES, Intensities.DEFAULT);
		final Preprocessing how;
		try {
			how = new Preprocessing(size.size(), size.grid(), value(Field.CHANNELS, 0), value(Field.ORDER, Order.RGB), fit
				.resize(), fit.resizeTo(), fit.antialias(), i.values(), i.low(), i.high(), i.normalization());
		}
		catch (final GlassboxException e) {
			final String where = fact(Field.INTENSITIES).map(f -> f.file().toString()).orElse(pack.model().toString());
			throw new GlassboxException(where + ": " + e.getMessage(), e);
		}
		final Optional<Fact<List<String>>> classes = fact(Field.CLASSES);
		description = new ModelDescription(value(Field.NAME, pack.defaultName()), value(Field.TEXT, ""), how, fact(
			Field.AXES).map(Fact::value), value(Field.OUTPUT, Output.UNSTATED), fact(Field.SCORES).map(Fact::value),
			value(Field.BOXES, BoxDescription.NONE), classes.map(Fact::value).orElse(List.of()), classes.map(Fact::file), fact(Field.LAYER).map(Fact::value), source());
	}

	/** {@code net.glassbox.yaml, classes from synset.txt} */
	private String source() {
		final Set<String> names = new LinkedHashSet<>();
		if (own) names.add(pack.description().getFileName().toString());
		facts.stream().filter(f -> f.field() != Field.CLASSES).map(f -> f.file().getFileName().toString()).forEach(names::add);
		final Optional<String> classes = fact(Field.CLASSES).map(f -> f.file().getFileName().toString()).filter(n -> !names
			.contains(n));
		return (names.isEmpty() ? NO_FILE : String.join(", ", names)) + classes.map(n -> ", classes from " + n).orElse("");
	}

	// -- What came of it --

	/** The network's file; empty of a function. */
	public Optional<Path> file() {
		return file;
	}

	public ModelPackage pack() {
		return pack;
	}

	/** What is believed, whatever contradicts. */
	public ModelDescription description() {
		return description;
	}

	/**
	 * What is believed in one field.
	 *
	 * @param field for people: {@code classes}
	 * @param value for people: {@code benign, malignant, normal}
	 * @param source for people: {@code config.json (id2label)}
	 */
	public record Entry(String field, String value, String source) {

		@Override
		public String toString() {
			return field + ": " + value + " — from " + source;
		}
	}

	/** What is believed, field by field. */
	public List<Entry> understood() {
		return facts.stream().map(f -> new Entry(f.field().name(), f.text(), f.where())).toList();
	}

	/** What contradicts, graver first, a sentence each. */
	public List<String> contradicting() {
		return Stream.concat(problems.stream().map(Throwable::getMessage), Stream.of(true, false).flatMap(
			grave -> contradictions.stream().filter(c -> c.grave() == grave).map(Contradiction::message))).toList();
	}

	/** What sources ask for that is not done, a sentence each. */
	public List<String> notApplied() {
		return sources.stream().map(Statements::notes).flatMap(List::stream).distinct().toList();
	}

	/** What is good to know beside, a sentence each. */
	public List<String> remarks() {
		return sources.stream().map(Statements::remarks).flatMap(List::stream).distinct().toList();
	}

	/** Files that were read. */
	public List<Path> files() {
		return sources.stream().map(Statements::file).distinct().toList();
	}

	/**
	 * The description, if it can be relied on. What is harmless is logged once.
	 *
	 * @throws GlassboxException if a map would be wrong: sources contradict in what decides, or one cannot be understood,
	 *           and the person has not settled it
	 */
	public ModelDescription settled() {
		final String settle = SETTLE + pack.description() + ".";
		if (!own && !problems.isEmpty()) throw new GlassboxException(problems.get(0).getMessage() + settle, problems.get(0));
		contradictions.stream().filter(Contradiction::grave).findFirst().ifPresent(c -> {
			throw new GlassboxException(c.message() + settle);
		});
		problems.forEach(p -> ClassNames.warnOnce(p.getMessage()));
		contradictions.stream().filter(c -> !isOwn(c.believed())).forEach(c -> ClassNames.warnOnce(c.message()));
		if (!own) notApplied().forEach(ClassNames::warnOnce);
		return description;
	}

	/**
	 * Checks what is used against what the network takes.
	 *
	 * @param used the preprocessing; where a person chose otherwise, the description is not asked
	 * @param axes what the input's axes mean, likewise
	 * @throws GlassboxException if a source says what the network does not take; the message has both
	 */
	public void check(final Preprocessing used, final Optional<String> axes, final Port port) {
		final int[] shape = port.shape();
		if (shape == null || shape.length != 4 && shape.length != 5) return;
		refuse(fact(Field.AXES).filter(f -> axes.filter(f.value()::equals).isPresent() && f.value().length() != shape.length),
			port);
		refuse(fact(Field.CHANNELS).filter(f -> f.value() == used.channels() && shape[1] != Port.ANY && shape[1] != f
			.value()), port);
		final boolean xFirst = axes.filter(ModelDescription::isXFirst).isPresent();
		refuse(fact(Field.SIZE).filter(f -> Arrays.equals(f.value().size(), used.size()) && !fits(used.size(), shape,
			xFirst)), port);
	}

	private static boolean fits(final int[] size, final int[] shape, final boolean xFirst) {
		if (size.length != shape.length - 2) return false;
		for (int i = 0; i < size.length; i++) {
			final int fixed = shape[2 + (xFirst ? size.length - 1 - i : i)];
			if (size[i] != 0 && fixed != Port.ANY && fixed != size[i]) return false;
		}
		return true;
	}

	private void refuse(final Optional<? extends Fact<?>> fact, final Port port) {
		fact.ifPresent(f -> {
			throw refused(f, port);
		});
	}

	private GlassboxException refused(final Fact<?> f, final Port port) {
		return new GlassboxException(f.where() + " in " + f.file().toAbsolutePath().getParent() + " gives " + f.field()
			.name() + " " + f.text() + ", but the input '" + port.name() + "' of " + pack.model().getFileName() + " takes " +
			port.describe() + ": correct the description." + SETTLE + pack.description() + ".");
	}
}
