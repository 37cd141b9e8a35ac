package io.glassbox.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.command.Commands;
import io.glassbox.command.GlassboxService;
import io.glassbox.command.Method;
import io.glassbox.explain.Attribution;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;
import io.glassbox.model.ModelManager;
import io.glassbox.reference.ReferenceCase;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.scijava.Context;
import org.scijava.command.CommandService;

import ij.ImagePlus;
import ij.process.FloatProcessor;

/** What every method of explanation must do, checked for each one found. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExplainerContractTest {

	private final ReferenceCase network = new ReferenceCase("gapcnn");
	private final Target target = Target.index(network.targetClass(), List.of());
	private Context context;
	private Model model;

	@BeforeAll
	void open() {
		context = new Context(CommandService.class, GlassboxService.class);
		model = network.open("model.onnx");
	}

	@AfterAll
	void close() {
		model.close();
		context.dispose();
	}

	Stream<String> methods() {
		return Method.all(context).stream().map(Method::name);
	}

	private Explainer explainer(final String name) {
		return Method.named(context, name).explainer(Map.of());
	}

	@Test
	void theMethodsOfThisReleaseAreFound() {
		assertTrue(methods().toList().containsAll(List.of("cam", "grad-cam", "grad-cam++", "gradient", "integrated-gradients")));
	}

	/** See {@link InputTimesSensitivity}: one file, no edit elsewhere. */
	@Test
	void aMethodAddedAsOneFileIsFoundWithItsSettings() {
		assertTrue(methods().toList().contains("input-times-sensitivity"));
		assertEquals(new InputTimesSensitivity(2), Method.named(context, "Input Times Sensitivity").explainer(Map.of("scale",
			"2")));
	}

	/** Grad-CAM++ is not Grad-CAM. */
	@ParameterizedTest
	@MethodSource("methods")
	void itIsFoundByItsNameAndByItsTitle(final String name) {
		assertEquals(name, Method.named(context, name).name());
		final String title = Method.named(context, name).title();
		if (name.equals("input-times-sensitivity")) return; // lies in another menu
		for (final String said : List.of(title, title + "...", name))
			assertEquals(title + "...", Commands.label(Commands.named(context, said)), said);
	}

	@ParameterizedTest
	@MethodSource("methods")
	void valuesAreFiniteOnTheInputsGridAndOfTheDeclaredSign(final String name) {
		final Attribution a = explainer(name).explain(model, List.of(network.input()), target, Progress.NONE);
		assertEquals(List.of(64, 64), a.extents());
		for (final float v : a.map().floats()) {
			assertTrue(Float.isFinite(v));
			assertTrue(a.signed() || v >= 0, name + " declares no sign but has " + v);
		}
		assertEquals(network.logits().floats()[network.targetClass()], a.target().score(), 1e-3);
	}

	@ParameterizedTest
	@MethodSource("methods")
	void theSameInputGivesTheSameMapBitForBitAndIsNotChanged(final String name) {
		final Tensor input = network.input();
		final float[] before = input.floats().clone();
		final float[] one = explainer(name).explain(model, List.of(input), target, Progress.NONE).raw().floats();
		final float[] two = explainer(name).explain(model, List.of(input), target, Progress.NONE).raw().floats();
		assertArrayEquals(one, two, 0f);
		assertArrayEquals(before, input.floats(), 0f);
		assertTrue(ReferenceCase.relativeError(network.logits(), model.score(List.of(input)).get(0)) < 1e-4,
			"the network still says the same");
	}

	@ParameterizedTest
	@MethodSource("methods")
	void cancelIsHonoured(final String name) {
		final Progress cancelled = new Progress() {

			@Override
			public void update(final double fraction, final String status) {
				// nobody watches
			}

			@Override
			public boolean isCancelled() {
				return true;
			}
		};
		assertThrows(CancellationException.class, () -> explainer(name).explain(model, List.of(network.input()), target,
			cancelled));
	}

	@ParameterizedTest
	@MethodSource("methods")
	void nothingIsLeftOnLeaseAfterAFailure(final String name) {
		final GlassboxService glassbox = context.service(GlassboxService.class);
		final ImagePlus image = new ImagePlus("dark", new FloatProcessor(32, 32));
		final String file = network.file("model.onnx").toString();
		assertThrows(GlassboxException.class, () -> glassbox.explain(image, file, name, Map.of("target", "99")));
		assertFalse(context.service(ModelManager.class).list().stream().anyMatch(e -> e.inUse()));
	}

	@ParameterizedTest
	@MethodSource("methods")
	void everySettingHasADescriptionAndADefault(final String name) {
		final Method method = Method.named(context, name);
		assertNotNull(method.description());
		final Map<String, Object> defaults = method.defaults();
		method.settings().forEach(s -> {
			assertFalse(s.getDescription() == null || s.getDescription().isBlank(), name + " " + s.getName());
			assertNotNull(defaults.get(s.getName()), name + " " + s.getName());
		});
	}
}
