package io.glassbox.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Network;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.OnnxWriter;
import io.glassbox.method.GradCam;
import io.glassbox.model.ModelCache;
import io.glassbox.model.ModelManager;
import io.glassbox.reference.ReferenceCase;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.scijava.Context;
import org.scijava.command.CommandService;

import ij.ImagePlus;
import ij.ImageStack;
import ij.process.ByteProcessor;
import ij.process.FloatProcessor;

/** Whatever is wrong with what a person gives gets one clear sentence, and leaves nothing behind. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTest {

	@TempDir
	static Path folder;

	private final ReferenceCase gapcnn = new ReferenceCase("gapcnn");
	private final ReferenceCase cnn3d = new ReferenceCase("cnn3d");
	private Context context;

	@BeforeAll
	void open() {
		context = new Context(CommandService.class, GlassboxService.class);
	}

	@AfterAll
	void close() {
		context.dispose();
	}

	private static ImagePlus gray(final int width, final int height) {
		return new ImagePlus("gray", new ByteProcessor(width, height));
	}

	private static ImagePlus withNaN() {
		final FloatProcessor p = new FloatProcessor(40, 30);
		p.setf(7, 5, Float.NaN);
		return new ImagePlus("holes", p);
	}

	private static Path file(final String name, final byte[] contents) throws IOException {
		return Files.write(folder.resolve(name), contents);
	}

	private static Path zip() throws IOException {
		final Path file = folder.resolve("holiday.zip");
		try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
			out.putNextEntry(new ZipEntry("photo.txt"));
			out.write(1);
		}
		return file;
	}

	private static Path fixedSize(final int channels, final int size) {
		final Path file = folder.resolve("fixed" + channels + ".onnx");
		OnnxWriter.write(Network.builder().input("x", 1, channels, size, size).node("pool", "pool", Operator.of(
			"GlobalAveragePool"), "x").node("flat", "", Operator.of("Flatten"), "pool").output("flat", Port.ANY, channels)
			.build(), file);
		return file;
	}

	/** ONNX Runtime knows determinants, Glassbox does not. An image whose rows are alike scores 1. */
	private static Path unknownOperator() {
		final Path file = folder.resolve("opaque.onnx");
		OnnxWriter.write(Network.builder().input("x", Port.ANY, 1, 32, 32).constant("one", Tensor.scalar(1)).node("det",
			"head", Operator.of("Det"), "x").node("y", "", Operator.of("Add"), "det", "one").output("y", Port.ANY, 1).build(),
			file);
		return file;
	}

	/** What is wrong, the image, the model, options, and what the sentence must say. */
	Stream<Arguments> cases() throws IOException {
		final Path good = gapcnn.file("model.onnx");
		final byte[] onnx = Files.readAllBytes(good);
		final byte[] torch = Files.readAllBytes(gapcnn.file("model.pt"));
		final ImagePlus image = gray(64, 64);
		final Path blocked = file("blocked", new byte[0]);
		return Stream.of(
			Arguments.of("no model", image, null, Map.of(), "No model was chosen"),
			Arguments.of("missing model", image, folder.resolve("none.onnx"), Map.of(), "none.onnx"),
			Arguments.of("a folder of several models", image, folder, Map.of(), "holds more than one network"),
			Arguments.of("an empty file", image, file("empty.onnx", new byte[0]), Map.of(), "empty.onnx"),
			Arguments.of("text as model", image, file("notes.onnx", "not a network".getBytes()), Map.of(), "notes.onnx"),
			Arguments.of("truncated ONNX", image, file("half.onnx", Arrays.copyOf(onnx, onnx.length / 2)), Map.of(),
				"half.onnx"),
			Arguments.of("truncated TorchScript", image, file("half.pt", Arrays.copyOf(torch, torch.length / 2)), Map.of(),
				"half.pt"),
			Arguments.of("a zip that is no TorchScript", image, zip(), Map.of(), "holiday.zip"),
			Arguments.of("an unknown operator", image, unknownOperator(), Map.of(), "Det"),
			Arguments.of("an unknown layer", image, good, Map.of("layer", "relu9"), "No layer 'relu9'"),
			Arguments.of("a layer without space", image, good, Map.of("layer", "fc"), "no spatial extent"),
			Arguments.of("an unknown class", image, good, Map.of("target", "malignant"), "No class 'malignant'"),
			Arguments.of("a class too many", image, good, Map.of("target", "99"), "No class 99: the network has 4"),
			Arguments.of("no image", null, good, Map.of(), "no image open"),
			Arguments.of("an empty image, as headless Fiji passes", new ImagePlus(), good, Map.of(), "no image open"),
			Arguments.of("NaN", withNaN(), good, Map.of(), "NaN"),
			Arguments.of("a plane for a 3D network", image, cnn3d.file("model.onnx"), Map.of(), "takes volumes"),
			Arguments.of("a size the network does not take", image, fixedSize(1, 32), Map.of("inputsize", "48x48"), "32"),
			Arguments.of("channels the network does not take", image, good, Map.of("channels", "5"), "5"),
			Arguments.of("a network that takes five channels", image, fixedSize(5, 32), Map.of("layer", "pool"), "5"),
			Arguments.of("a bad normalization", image, good, Map.of("normalization", "sharp"), "sharp"),
			Arguments.of("a bad device", image, good, Map.of("device", "tpu"), "No device 'tpu'"),
			Arguments.of("an opacity out of range", image, good, Map.of("opacity", 3.0), "from 0 to 1"),
			Arguments.of("a lookup table that is none", image, good, Map.of("lut", "jet"), "No lut 'jet'"),
			Arguments.of("a file where the output folder should be", image, good, Map.of("out", blocked.resolve("results")
				.toFile()), "blocked"));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("cases")
	void getsOneSentenceAndLeavesNothingBehind(final String what, final ImagePlus image, final Path model,
		final Map<String, Object> options, final String expected) throws InterruptedException
	{
		final List<String> before = names();
		final String message = failure(image, model, options);
		assertTrue(message.contains(expected), message);
		assertTrue(message.strip().endsWith(".") && !message.contains("Exception") && !message.contains("\n"), message);
		assertEquals(before, names(), "no file is left behind");
		if (image != null) assertNull(image.getOverlay(), "no layer is left behind");
		assertFalse(context.service(ModelManager.class).list().stream().anyMatch(ModelCache.Entry::inUse));
	}

	private static List<String> names() {
		return Stream.of(folder.toFile().list()).sorted().toList();
	}

	/** The sentence with which the command fails, by whichever way a person calls it. */
	private String failure(final ImagePlus image, final Path model, final Map<String, Object> options)
		throws InterruptedException
	{
		final Map<String, Object> inputs = new LinkedHashMap<>(options);
		inputs.put("image", image);
		inputs.put("model", model == null ? null : model.toFile());
		final ExecutionException e = assertThrows(ExecutionException.class, () -> context.service(CommandService.class).run(
			GradCam.Dialog.class, false, inputs).get());
		Throwable cause = e;
		while (!(cause instanceof GlassboxException) && cause.getCause() != null)
			cause = cause.getCause();
		assertTrue(cause instanceof GlassboxException, "failed with " + cause);
		return cause.getMessage();
	}

	/** The macro's and the command line's own ways of reading options end in the same sentences. */
	@Test
	void dialogAndMacroSayTheSame() throws InterruptedException {
		final Path good = gapcnn.file("model.onnx");
		final ImagePlus image = gray(64, 64);
		final String dialog = failure(image, good, Map.of("layer", "relu9"));
		final File file = folder.resolve("gray.tif").toFile();
		ij.IJ.save(image, file.getPath());
		assertEquals(dialog, assertThrows(GlassboxException.class, () -> io.glassbox.Macro.run("Grad-CAM", "model=[" + good +
			"] image=[" + file + "] layer=relu9")).getMessage());
		assertTrue(file.delete());
	}

	@Test
	void aNetworkWithAnUnknownOperatorStillPredicts() {
		assertEquals(1, context.service(GlassboxService.class).predict(gray(32, 32), unknownOperator().toString()).top()
			.score());
	}

	@Test
	void anImageOfOnePixelIsStretched() {
		final Explanation e = context.service(GlassboxService.class).explain(gray(1, 1), gapcnn.file("model.onnx").toString(),
			"grad-cam", Map.of());
		assertEquals(1, e.heatmap().getWidth());
	}

	@Test
	void aStackGivesOneMapForTheCurrentSliceOrOneForEach() {
		final ImageStack stack = new ImageStack(40, 30);
		for (int i = 0; i < 3; i++)
			stack.addSlice(new ByteProcessor(40, 30));
		final ImagePlus image = new ImagePlus("stack", stack);
		final GlassboxService glassbox = context.service(GlassboxService.class);
		final String model = gapcnn.file("model.onnx").toString();
		assertEquals(1, glassbox.explain(image, model, "cam", Map.of()).heatmap().getStackSize());
		assertEquals(3, glassbox.explain(image, model, "cam", Map.of("slices", "all")).heatmap().getStackSize());
	}

	@Test
	void aVolumeIsExplainedAsAWhole() {
		final ImageStack stack = new ImageStack(32, 32);
		for (int i = 0; i < 8; i++)
			stack.addSlice(new ByteProcessor(32, 32));
		final Explanation e = context.service(GlassboxService.class).explain(new ImagePlus("volume", stack), cnn3d.file(
			"model.pt").toString(), "grad-cam", Map.of("inputsize", "16x32x32"));
		assertEquals(8, e.heatmap().getStackSize());
	}
}
