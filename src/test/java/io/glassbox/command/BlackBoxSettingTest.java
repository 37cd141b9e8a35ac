package io.glassbox.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Network;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.OnnxWriter;
import io.glassbox.model.Lease;
import io.glassbox.model.ModelManager;
import io.glassbox.reference.ReferenceCase;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;

import ij.ImagePlus;
import ij.process.ByteProcessor;

/** Who forbids black boxes gets none, even of those already loaded; who allows them again gets them back. */
class BlackBoxSettingTest {

	private static final String REFUSAL = "'opaque.onnx' could run as a black box only, by native code that Glassbox " +
		"cannot look into, and that is forbidden ";

	@TempDir
	Path folder;

	private Context context;
	private ModelManager models;
	private boolean before;
	private Path opaque;

	@BeforeEach
	void open() {
		context = new Context(CommandService.class, GlassboxService.class);
		models = context.service(ModelManager.class);
		before = models.blackBoxes();
		models.setBlackBoxes(true);
		opaque = folder.resolve("opaque.onnx");
		OnnxWriter.write(Network.builder().input("x", Port.ANY, 1, 32, 32).constant("one", Tensor.scalar(1)).node("det",
			"head", Operator.of("Det"), "x").node("y", "", Operator.of("Add"), "det", "one").output("y", Port.ANY, 1).build(),
			opaque);
	}

	@AfterEach
	void close() {
		models.setBlackBoxes(before);
		context.dispose();
	}

	/** An image whose rows are alike scores 1. */
	private static double score(final Context in, final Path model) {
		return in.service(GlassboxService.class).predict(new ImagePlus("gray", new ByteProcessor(32, 32)), model.toString())
			.top().score();
	}

	private void assertRefused(final Context in, final String why) {
		final String message = assertThrows(GlassboxException.class, () -> score(in, opaque)).getMessage();
		assertTrue(message.contains("Det") && message.endsWith(REFUSAL + why), message);
	}

	/** The summary that the command gives. */
	private String models(final String blackboxes) throws InterruptedException, ExecutionException {
		final CommandModule done = context.service(CommandService.class).run(ModelsCommand.class, false, Map.of("blackboxes",
			blackboxes)).get();
		return (String) done.getOutput("summary");
	}

	@Test
	void forbiddenByTheCommandTheyAreUnloadedAndRefusedUntilAllowed() throws InterruptedException, ExecutionException {
		final ReferenceCase readable = new ReferenceCase("gapcnn");
		score(context, readable.file("model.onnx"));
		assertEquals(1, score(context, opaque));
		assertEquals(2, models.list().size());
		final String summary = models("forbid");
		assertTrue(summary.contains("model: ONNX") && !summary.contains("opaque") && summary.endsWith(
			"\nBlack boxes are forbidden."), summary);
		assertRefused(context, "by the setting 'Black boxes' of Plugins > Glassbox > Models..., or by --no-black-box.");
		score(context, readable.file("model.onnx"));
		models("keep");
		assertFalse(models.blackBoxes());
		assertFalse(models("allow").contains("forbidden"));
		assertEquals(1, score(context, opaque));
	}

	@Test
	void aMacroForbidsThem() {
		assertEquals(1, score(context, opaque));
		io.glassbox.Macro.run("Models", "blackboxes=forbid");
		assertRefused(context, "by the setting 'Black boxes' of Plugins > Glassbox > Models..., or by --no-black-box.");
	}

	@Test
	void aWordThatIsNoChoiceChangesNothing() {
		Throwable cause = assertThrows(ExecutionException.class, () -> models("never"));
		while (!(cause instanceof GlassboxException) && cause.getCause() != null)
			cause = cause.getCause();
		assertEquals("No blackboxes 'never'. There are: keep, allow, forbid.", cause.getMessage());
		assertTrue(models.blackBoxes());
	}

	@Test
	void theSettingIsRememberedAndReachesOtherContexts() {
		final Context other = new Context(CommandService.class, GlassboxService.class);
		try {
			assertEquals(1, score(other, opaque));
			models.setBlackBoxes(false);
			assertRefused(other, "by the setting 'Black boxes' of Plugins > Glassbox > Models..., or by --no-black-box.");
			assertEquals(0, other.service(ModelManager.class).list().size());
		}
		finally {
			other.dispose();
		}
	}

	@Test
	void oneInUseEndsItsWorkAndIsNotLentAgain() {
		try (Lease lease = models.acquire(opaque)) {
			models.setBlackBoxes(false);
			assertThrows(GlassboxException.class, () -> models.acquire(opaque));
			assertEquals(1, lease.model().score(List.of(Tensor.of(new float[1024], 1, 1, 32, 32))).get(0).floats()[0]);
		}
		assertEquals(0, models.list().size());
	}

	@Test
	void forbiddenHereTheyAreAllowedElsewhere() {
		assertEquals(1, score(context, opaque));
		models.forbidBlackBoxesHere();
		assertEquals(0, models.list().size());
		assertRefused(context, "by the setting 'Black boxes' of Plugins > Glassbox > Models..., or by --no-black-box.");
		final Context other = new Context(CommandService.class, GlassboxService.class);
		try {
			assertEquals(1, score(other, opaque));
		}
		finally {
			other.dispose();
		}
	}

	@Test
	void forbiddenOnTheComputerNoSettingAllowsThem() {
		System.setProperty("glassbox.blackboxes", "forbid");
		try {
			assertRefused(context, "on this computer (-Dglassbox.blackboxes=forbid).");
		}
		finally {
			System.clearProperty("glassbox.blackboxes");
		}
		assertEquals(1, score(context, opaque));
	}
}
