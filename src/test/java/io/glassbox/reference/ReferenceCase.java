package io.glassbox.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.ModelFile;
import io.glassbox.graph.io.Npy;

import ai.djl.Device;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.params.provider.Arguments;

/** A small trained network, one input, and what the established libraries compute on them. */
public final class ReferenceCase {

	/** The cases under {@code src/test/resources/reference}. */
	public static final List<String> ALL = List.of("gapcnn", "vggish", "miniresnet", "minidensenet", "cnn3d");

	/** The same network in three forms. */
	public static final List<String> FILES = List.of("model.onnx", "model.pt", "model.scripted.pt");

	private final String name;
	private final Path folder;
	private final JsonObject json;

	public ReferenceCase(final String name) {
		this.name = name;
		try {
			folder = Path.of(ReferenceCase.class.getResource("/reference/" + name).toURI());
			json = JsonParser.parseString(Files.readString(folder.resolve("case.json"))).getAsJsonObject();
		}
		catch (final IOException e) {
			throw new UncheckedIOException(e);
		}
		catch (final URISyntaxException e) {
			throw new IllegalStateException(e);
		}
	}

	/** Every case with every file, for parameterised tests. */
	public static Stream<Arguments> everyFile() {
		return ALL.stream().flatMap(c -> FILES.stream().map(f -> Arguments.of(c, f)));
	}

	public Path file(final String file) {
		return folder.resolve(file);
	}

	/** The network, which the caller closes. */
	public Model open(final String file) {
		return ModelFile.open(file(file), Device.cpu());
	}

	public Tensor input() {
		return Npy.read(folder.resolve("input.npy"));
	}

	public Tensor logits() {
		return Npy.read(folder.resolve("logits.npy"));
	}

	public int targetClass() {
		return json.get("target_class").getAsInt();
	}

	/** Of a network that segments, the places over which the scores of the target class are added up. */
	public Optional<Tensor> mask() {
		return json.has("target") ? Optional.of(Npy.read(folder.resolve(json.getAsJsonObject("target").get("mask").getAsString())))
			.map(ReferenceCase::floats) : Optional.empty();
	}

	private static Tensor floats(final Tensor mask) {
		final float[] values = new float[mask.length()];
		for (int i = 0; i < values.length; i++)
			values[i] = mask.isFloat() ? mask.floats()[i] : mask.longs()[i];
		return Tensor.of(values, mask.shape());
	}

	/** The layer the expected maps are taken from. */
	public String layer() {
		return json.getAsJsonObject("cam_layer").get("name").getAsString();
	}

	public boolean has(final String expected) {
		return json.getAsJsonObject("expected").has(expected);
	}

	/** Asserts agreement with an expected result within the tolerance that comes with it. */
	public void assertAgrees(final String expected, final Tensor actual) {
		final Tensor wanted = Npy.read(folder.resolve("expected/" + expected + ".npy"));
		assertEquals(wanted.length(), actual.length(), name + " " + expected + ": " + wanted + " and " + actual);
		final JsonObject accuracy = json.getAsJsonObject("expected").getAsJsonObject(expected).getAsJsonObject("tolerance");
		final double tolerance = accuracy.get("value").getAsDouble();
		final boolean anySign = accuracy.has("up_to_sign") && accuracy.get("up_to_sign").getAsBoolean();
		final double error = Math.min(relativeError(wanted, actual), anySign ? relativeError(wanted, negative(actual))
			: Double.POSITIVE_INFINITY);
		assertTrue(error <= tolerance, name + " " + expected + ": relative error " + error + " above " + tolerance);
	}

	private static Tensor negative(final Tensor t) {
		final float[] v = t.floats().clone();
		for (int i = 0; i < v.length; i++)
			v[i] = -v[i];
		return Tensor.of(v, t.shape());
	}

	/** The largest difference over the largest expected magnitude. */
	public static double relativeError(final Tensor expected, final Tensor actual) {
		double difference = 0;
		double largest = 0;
		for (int i = 0; i < expected.length(); i++) {
			difference = Math.max(difference, Math.abs((double) expected.floats()[i] - actual.floats()[i]));
			largest = Math.max(largest, Math.abs(expected.floats()[i]));
		}
		return difference / largest;
	}

	@Override
	public String toString() {
		return name;
	}
}
