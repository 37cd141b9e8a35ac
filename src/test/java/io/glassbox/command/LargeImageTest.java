package io.glassbox.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import io.glassbox.graph.BlockedModel;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.GraphModel;
import io.glassbox.reference.ReferenceCase;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.scijava.Context;
import org.scijava.command.CommandService;

import ij.ImagePlus;
import ij.process.FloatProcessor;

/** Images too large for a network: in blocks, or resized, and said so. */
class LargeImageTest {

	private Context context;

	@BeforeEach
	void start() {
		context = new Context(CommandService.class, GlassboxService.class);
	}

	@AfterEach
	void stop() {
		context.dispose();
	}

	/** The case's image, twice along each side. */
	private static ImagePlus image(final ReferenceCase c) {
		final float[] tile = c.input().floats();
		final float[] pixels = new float[128 * 128];
		for (int i = 0; i < pixels.length; i++)
			pixels[i] = tile[i / 128 % 64 * 64 + i % 64];
		return new ImagePlus("tiles", new FloatProcessor(128, 128, pixels));
	}

	private Explanation explain(final ReferenceCase c, final String file, final String method, final Map<String, ?> options) {
		return context.service(GlassboxService.class).explain(image(c), c.file(file).toString(), method, options);
	}

	@Test
	void blocksOfAUNetGiveTheMapOfTheWholeAndAreTold() {
		final ReferenceCase c = new ReferenceCase("miniunet");
		for (final String method : List.of("gradient", "grad-cam")) {
			final Explanation whole = explain(c, "model.pt", method, Map.of("target", "1", "values", "raw"));
			final Explanation blocks = explain(c, "model.pt", method, Map.of("target", "1", "values", "raw", "blocks", "48"));
			assertTrue(ReferenceCase.relativeError(whole.attribution().map(), blocks.attribution().map()) < 1e-4, method);
			assertFalse(whole.provenance().containsKey("Blocks"));
			assertTrue(blocks.provenance().get("Blocks").matches("9 of at most \\d+x\\d+ pixels, .*"), blocks.provenance().get(
				"Blocks"));
		}
	}

	@Test
	void onlyWhatNeedsBlocksGetsThem() {
		final ReferenceCase c = new ReferenceCase("miniunet");
		final List<Tensor> inputs = List.of(Tensor.zeros(1, 1, 256, 192));
		try (Model model = c.open("model.pt")) {
			assertSame(model, new LargeImage("auto", 1e9).seen(model, inputs, (done, of) -> {}).model());
			final LargeImage.Seen seen = new LargeImage("auto", 2e6).seen(model, inputs, (done, of) -> {});
			final BlockedModel blocked = (BlockedModel) seen.model();
			assertTrue(blocked.count() > 1, seen.told().toString());
			assertSame(model, new LargeImage("off", 2e6).seen(model, inputs, (done, of) -> {}).model());
		}
	}

	/** A classifier that pools over the whole image sees no blocks. */
	@Test
	void whatCannotBeSeenInBlocksIsResizedAndToldWhy() {
		final ReferenceCase c = new ReferenceCase("gapcnn");
		final List<Tensor> inputs = List.of(Tensor.zeros(1, 3, 256, 192));
		try (Model model = c.open("model.pt")) {
			final LargeImage.Seen seen = new LargeImage("auto", 4e6).seen(model, inputs, (done, of) -> {});
			final int[] extents = seen.extents().orElseThrow();
			assertTrue(extents[0] < 256 && extents[0] % 16 == 0 && Math.abs(extents[0] / 256.0 - extents[1] / 192.0) < 0.1, LargeImage
				.text(extents));
			assertTrue(seen.told().get("Resized").matches("from 256x192 to \\d+x\\d+ pixels: .*"), seen.told().toString());
			final GlassboxException e = assertThrows(GlassboxException.class, () -> new LargeImage("64", 1e9).seen(model, inputs,
				(done, of) -> {}));
			assertTrue(e.getMessage().contains("not fully convolutional"), e.getMessage());
		}
	}

	/** Traced files leave sizes open that their layers do not: such a network is asked about no other size than it gets. */
	@Test
	void aNetworkThatWorksForOneSizeOnlyIsSeenAtOnce() {
		final Network network = Network.builder().input("x", Port.ANY, 1, Port.ANY, Port.ANY).constant("w", Tensor.zeros(20 * 24, 3))
			.node("flat", "", Operator.of("Flatten"), "x").node("y", "fc", Operator.of("MatMul"), "flat", "w").output("y", Port.ANY,
				3).build();
		try (Model model = new GraphModel(network, Device.cpu())) {
			for (final double memory : new double[] { 1e9, 1 }) {
				final LargeImage.Seen seen = new LargeImage("auto", memory).seen(model, List.of(Tensor.zeros(1, 1, 20, 24)), (done,
					of) -> {});
				assertSame(model, seen.model());
				assertTrue(seen.extents().isEmpty(), seen.told().toString());
			}
		}
	}

	@Test
	void blocksOfANetworkOfOneSizeAreRefused() {
		final ReferenceCase c = new ReferenceCase("miniunet");
		final GlassboxException e = assertThrows(GlassboxException.class, () -> explain(c, "model.onnx", "gradient", Map.of("blocks",
			"32")));
		assertTrue(e.getMessage().contains("one size only"), e.getMessage());
		final GlassboxException odd = assertThrows(GlassboxException.class, () -> explain(c, "model.pt", "gradient", Map.of("blocks",
			"many")));
		assertTrue(odd.getMessage().contains("found 'many'"), odd.getMessage());
	}

	@Test
	void sizesAreTextAsPeopleWriteThem() {
		assertEquals("32x256x256", LargeImage.text(new int[] { 32, 256, 256 }));
	}
}
