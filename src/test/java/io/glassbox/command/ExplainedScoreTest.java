package io.glassbox.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.explain.Target;
import io.glassbox.graph.FinalActivation;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.OnnxReader;
import io.glassbox.graph.io.OnnxWriter;
import io.glassbox.reference.ReferenceCase;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.scijava.Context;

import ij.ImagePlus;
import ij.ImageStack;
import ij.process.FloatProcessor;

/** The probability explained instead of the logit. */
class ExplainedScoreTest {

	private static final ReferenceCase CASE = new ReferenceCase("gapcnn");

	private static Context context;
	private static GlassboxService glassbox;

	@TempDir
	private Path folder;

	@BeforeAll
	static void start() {
		context = new Context();
		glassbox = context.service(GlassboxService.class);
	}

	@AfterAll
	static void stop() {
		context.dispose();
	}

	private Path model(final FinalActivation last) {
		final Path file = folder.resolve(last + ".onnx");
		OnnxWriter.write(last.behind(OnnxReader.read(CASE.file("model.onnx"))), file);
		return file;
	}

	private static ImagePlus image() {
		final float[] all = CASE.input().floats();
		final ImageStack stack = new ImageStack(64, 64);
		for (int c = 0; c < 3; c++)
			stack.addSlice(new FloatProcessor(64, 64, Arrays.copyOfRange(all, c * 4096, (c + 1) * 4096)));
		final ImagePlus image = new ImagePlus("input", stack);
		image.setDimensions(3, 1, 1);
		return image;
	}

	private static Explanation explain(final Path model, final String method, final String target, final String score) {
		final Map<String, Object> options = new LinkedHashMap<>(Map.of("values", "raw", "normalization", "raw", "target", target,
			"score", score));
		if (method.equals("gradient")) options.putAll(Map.of("absolute", false, "join", "sum"));
		return glassbox.explain(image(), model.toString(), method, options);
	}

	private static float[] gradient(final Path model, final String target, final String score) {
		return explain(model, "gradient", target, score).attribution().raw().floats();
	}

	/** Whatever the network ends in: d p / d x = sum over the classes of d p / d logit times d logit / d x. */
	@ParameterizedTest
	@EnumSource(FinalActivation.class)
	void theGradientIsThatOfTheProbability(final FinalActivation last) {
		final Path model = model(last);
		final Prediction p = glassbox.predict(image(), model, "auto", Map.of("values", "raw", "normalization", "raw"));
		final double[] probability = new double[p.ranking().size()];
		p.ranking().forEach(e -> probability[e.index()] = e.probability());
		final int k = p.top().index();
		final double[] expected = new double[gradient(model, "0", "logit").length];
		for (int j = 0; j < probability.length; j++) {
			final double factor = last == FinalActivation.SIGMOID ? j == k ? probability[k] * (1 - probability[k]) : 0
				: probability[k] * ((j == k ? 1 : 0) - probability[j]);
			final float[] g = gradient(model, "" + j, "logit");
			for (int i = 0; i < g.length; i++)
				expected[i] += factor * g[i];
		}
		final float[] found = gradient(model, "" + k, "probability");
		double error = 0;
		double most = 0;
		for (int i = 0; i < found.length; i++) {
			error = Math.max(error, Math.abs(found[i] - expected[i]));
			most = Math.max(most, Math.abs(expected[i]));
		}
		assertTrue(most > 0 && error < 1e-3 * most, error + " of " + most);
	}

	@Test
	void aPathFollowsTheProbabilityAllTheWay() {
		final Path model = model(FinalActivation.NONE);
		final Explanation e = explain(model, "integrated-gradients", "top", "probability");
		double sum = 0;
		for (final float v : e.attribution().raw().floats())
			sum += v;
		final double reached = e.attribution().target().score();
		final double start = glassbox.predict(black(), model, "auto", Map.of("values", "raw", "normalization", "raw")).ranking()
			.stream().filter(r -> e.attribution().target().description().contains(r.label())).findFirst().orElseThrow()
			.probability();
		assertEquals(reached - start, sum, 0.01 * Math.abs(reached - start));
	}

	private static ImagePlus black() {
		final ImagePlus image = image();
		for (int c = 1; c <= 3; c++)
			image.getStack().getProcessor(c).set(0);
		return image;
	}

	@Test
	void theRecordSaysWhichAndThePredictionStays() {
		final Path model = model(FinalActivation.SOFTMAX);
		final Explanation logit = explain(model, "grad-cam", "top", "logit");
		final Explanation probability = explain(model, "grad-cam", "top", "probability");
		assertEquals("before the final softmax", logit.provenance().get("Scores"));
		assertEquals("probabilities", probability.provenance().get("Scores"));
		assertEquals("probability of " + logit.attribution().target().description(), probability.attribution().target()
			.description());
		assertEquals(logit.provenance().get("Probability"), probability.provenance().get("Probability"));
		assertEquals(Double.parseDouble(logit.provenance().get("Probability")), probability.attribution().target().score(),
			1e-5);
	}

	@Test
	void otherWordsAreRefused() {
		assertTrue(assertThrows(GlassboxException.class, () -> explain(model(FinalActivation.NONE), "gradient", "top",
			"percent")).getMessage().contains("logit"));
	}

	/** The one class of a network that segments is predicted above one half, as its logit is above 0. */
	@Test
	void theRegionIsThatOfTheLogits() throws Exception {
		final Network one = OnnxReader.read(new ReferenceCase("miniunet").file("model.onnx"));
		final String dense = one.outputs().get(0).name();
		final Path model = folder.resolve("one.onnx");
		OnnxWriter.write(one.toBuilder().constant("axes", Tensor.ofLongs(new long[] { 1 }, 1)).constant("from", Tensor.ofLongs(
			new long[] { 1 }, 1)).constant("to", Tensor.ofLongs(new long[] { 2 }, 1)).node(new Node("cut", "", Operator.of("Slice"),
				List.of(dense, "from", "to", "axes"), List.of("one"))).clearOutputs().output("one").build(), model);
		Files.writeString(folder.resolve("one.labels.txt"), "blob\n");
		final ImagePlus cells = new ImagePlus("cells", new FloatProcessor(64, 64, new ReferenceCase("miniunet").input().floats()
			.clone()));
		final Map<String, Object> options = new LinkedHashMap<>(Map.of("values", "raw", "normalization", "raw", "pool", "mean"));
		final String logit = glassbox.explain(cells, model.toString(), "gradient", options).attribution().target().description();
		options.put("score", "probability");
		final Target.Resolved target = glassbox.explain(cells, model.toString(), "gradient", options).attribution().target();
		assertEquals("probability of " + logit, target.description());
		assertTrue(target.score() > 0.5 && target.score() <= 1, "the mean of what is above one half: " + target.score());
	}
}
