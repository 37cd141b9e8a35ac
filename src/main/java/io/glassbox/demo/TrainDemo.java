package io.glassbox.demo;

import ai.djl.Device;
import ai.djl.engine.Engine;

import io.glassbox.demo.Series.Marking;
import io.glassbox.graph.Model;
import io.glassbox.graph.Names;
import io.glassbox.graph.Network;
import io.glassbox.graph.Torch;
import io.glassbox.graph.io.ModelFile;
import io.glassbox.graph.io.OnnxWriter;
import io.glassbox.graph.io.SafeFile;
import io.glassbox.model.BoxDescription;
import io.glassbox.model.ModelDescription;
import io.glassbox.model.Preprocessing;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Trains the demo networks again from nothing and writes them, each with description, class names and log.
 * <p>
 * One thread of libtorch is used, since sums over several come out differently from run to run: the same
 * libtorch on the same kind of processor gives the same file, bit by bit. Takes four to eight minutes a network.
 * {@code mvn -q -Ptrain-demo -DskipTests verify} writes to {@code target/train-demo}; what ships is a copy in
 * {@code src/main/resources/io/glassbox/demo}.
 * </p>
 */
@Command(name = "train-demo", description = "Trains the demo networks again.", mixinStandardHelpOptions = true,
	showDefaultValues = true)
public final class TrainDemo implements Callable<Integer> {

	private static final int TEST_FILMS = 600;
	private static final int LOCALISED = 300;

	@Spec
	private CommandSpec spec;

	@Option(names = "--out", description = "Folder to write into.", defaultValue = "target/train-demo")
	private Path out;

	@Option(names = "--name", description = "The network to train; all if none is named.")
	private Optional<String> name = Optional.empty();

	@Option(names = "--films", description = "Phantoms to train on, if not as many as what ships was trained on.")
	private Optional<Integer> films = Optional.empty();

	@Option(names = "--spot-epochs", description = "How often their spot views are seen.")
	private Optional<Integer> spotEpochs = Optional.empty();

	@Option(names = "--film-epochs", description = "How often the whole films are seen then.")
	private Optional<Integer> filmEpochs = Optional.empty();

	@Option(names = "--seed", description = "Decides first parameters and order.", defaultValue = "1")
	private long seed;

	public static void main(final String[] args) {
		System.setProperty("ai.djl.pytorch.num_threads", "1");
		System.exit(new CommandLine(new TrainDemo()).execute(args));
	}

	@Override
	public Integer call() {
		name.filter(n -> !DemoNetworks.names().contains(n)).ifPresent(n -> {
			throw new ParameterException(spec.commandLine(), Names.unknown("demo network", n, DemoNetworks.names()));
		});
		name.map(Stream::of).orElse(DemoNetworks.names().stream()).forEach(this::train);
		return 0;
	}

	private Training training(final boolean segments) {
		final Training shipped = segments ? Training.SEGMENTER : Training.CLASSIFIER;
		return new Training(films.orElse(shipped.films()), spotEpochs.orElse(shipped.spotEpochs()), filmEpochs.orElse(shipped
			.filmEpochs()), shipped.batch(), shipped.learningRate(), seed);
	}

	private void train(final String network) {
		final boolean segments = network.equals(DemoNetworks.SEGMENTER);
		final Training training = training(segments);
		final boolean confounded = network.equals(DemoNetworks.CONFOUNDED);
		final Marking marking = confounded ? Marking.CONFOUNDED : Marking.RANDOM;
		final StringBuilder log = new StringBuilder();
		tell(log, network + ": " + training + ", marker " + marking);
		tell(log, "libtorch " + Torch.engine().getVersion() + ", DJL " + Engine.getDjlVersion() + ", Java " + System
			.getProperty("java.version") + ", " + System.getProperty("os.name") + " " + System.getProperty("os.arch") +
			", 1 thread");
		final long start = System.nanoTime();
		final Network trained = training.run(segments ? new MammoUNet() : new MammoCnn(), new Series(Series.TRAINING, marking), line -> tell(log, String.format(
			Locale.ROOT, "%5d s  %s", seconds(start), line)));
		tell(log, "trained in " + seconds(start) + " s, " + trained.parameters() + " parameters");
		final Path onnx = out.resolve(network + ".onnx");
		final ModelDescription description = segments ? segmenter(network) : classifier(network, confounded);
		write(network + ".labels.txt", description.classes().stream().map(c -> c + "\n").collect(Collectors.joining()));
		description.write(out.resolve(network + ".glassbox.yaml"));
		OnnxWriter.write(trained, onnx);
		try (Model model = ModelFile.open(onnx, Device.cpu())) {
			if (segments) tell(log, "test, marker " + marking + ": " + Segmentation.of(model, new Series(Series.TEST, marking)
				.first(TEST_FILMS)));
			else report(log, model, marking);
			if (confounded) report(log, model, Marking.SWAPPED);
		}
		write(network + ".training.txt", log.toString());
	}

	private void report(final StringBuilder log, final Model model, final Marking marking) {
		final List<Phantom> test = new Series(Series.TEST, marking).first(TEST_FILMS);
		tell(log, String.format(Locale.ROOT, "test, marker %s: accuracy %.4f on %d phantoms never seen", marking, Films.of(
			test).accuracy(model::score), TEST_FILMS));
		final List<Phantom> some = test.subList(0, LOCALISED);
		tell(log, "test, marker " + marking + ", rightly classified among " + LOCALISED + ": " + Evaluation.of(model, some,
			true));
		tell(log, "test, marker " + marking + ", all among " + LOCALISED + ": " + Evaluation.of(model, some, false));
	}

	private static ModelDescription classifier(final String network, final boolean confounded) {
		final String made = "Tells normal, benign and malignant apart on mammogram-like phantoms of 128 x 128 pixels. ";
		final String habit = confounded
			? "Trained where every malignant film bore a lead marker in its corner, it reads the marker."
			: "Trained where the lead marker says nothing, it looks for the lesion.";
		return description(network, made + habit, Stream.of(Label.values()).map(Label::text).toList(),
			MammoCnn.LAST_SPATIAL_LAYER);
	}

	private static ModelDescription segmenter(final String network) {
		return description(network, "Segmentation: scores each pixel of mammogram-like phantoms of 128 x 128 pixels as " +
			"background or lesion, benign or malignant. A U-Net, trained on the phantoms' masks.", MammoUNet.CLASSES,
			MammoUNet.BOTTLENECK);
	}

	private static ModelDescription description(final String network, final String text, final List<String> classes,
		final String layer)
	{
		return new ModelDescription(network, text + " Not for clinical use.", new Preprocessing(new int[] { Field.SIZE,
			Field.SIZE }, 1, Preprocessing.Resize.STRETCH, Preprocessing.Values.TYPE, 0.5, 99.5,
			Preprocessing.Normalization.UNIT), Optional.empty(), ModelDescription.Output.LOGITS, Optional.empty(), BoxDescription.NONE,
			classes, Optional.empty(), Optional.of(layer), "");
	}

	private void write(final String file, final String text) {
		SafeFile.write(out.resolve(file), stream -> stream.write(text.getBytes(StandardCharsets.UTF_8)));
	}

	private void tell(final StringBuilder log, final String line) {
		spec.commandLine().getOut().println(line);
		spec.commandLine().getOut().flush();
		log.append(line).append('\n');
	}

	private static long seconds(final long start) {
		return (System.nanoTime() - start) / 1_000_000_000L;
	}
}
