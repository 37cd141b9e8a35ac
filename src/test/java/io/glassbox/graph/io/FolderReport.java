package io.glassbox.graph.io;

import ai.djl.Device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.glassbox.graph.Element;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;

/**
 * Opens every network file below a folder, whoever wrote it, and compares what Glassbox computes on random numbers with
 * what the engine of the file's own format makes of the file as it is.
 * <p>
 * {@code FolderReport FOLDER [TABLE]} prints one line for each file, and how many came out how: the largest relative error
 * of both engines over all outputs; or why the file is opaque, or does not open; or why there is nothing to compare with.
 * </p>
 */
public final class FolderReport {

	/** Height and width to try where a file leaves them open. */
	private static final int[] SIZES = { 64, 28, 32, 100, 224, 256, 8, 3 };

	private FolderReport() {}

	private record Line(String file, String kind, String said, double error) {

		@Override
		public String toString() {
			return kind + "\t" + (error >= 0 ? String.format(Locale.ROOT, "%.1e", error) : "") + "\t" + file + "\t" + said.replace(
				'\n', ' ');
		}
	}

	public static void main(final String[] args) throws IOException {
		final Path folder = Path.of(args[0]);
		final List<Path> files;
		try (Stream<Path> all = Files.walk(folder)) {
			files = all.filter(Files::isRegularFile).sorted().toList();
		}
		final Map<String, Integer> counts = new TreeMap<>();
		final List<String> lines = new ArrayList<>();
		for (final Path file : files) {
			System.err.println(file);
			final Line line = line(file, folder);
			counts.merge(line.kind, 1, Integer::sum);
			lines.add(line.toString());
			System.out.println(line);
		}
		System.out.println(files.size() + " files: " + counts);
		if (args.length > 1) Files.write(Path.of(args[1]), lines);
	}

	private static Line line(final Path file, final Path folder) {
		final String name = folder.relativize(file).toString();
		try (Model model = ModelFile.open(file, Device.cpu())) {
			if (model.graph().isEmpty()) return new Line(name, "opaque", model.opaqueBecause().orElse("?"), -1);
			return compared(file, name, model);
		}
		catch (final GlassboxException e) {
			return new Line(name, "does not open", e.getMessage(), -1);
		}
		catch (final RuntimeException | Error e) {
			return new Line(name, "BREAKS", e.toString(), -1);
		}
	}

	/**
	 * TorchScript files are asked last, with what the network takes: weights packed for phones are read beyond their end where
	 * an input has another size.
	 */
	private static Line compared(final Path file, final String name, final Model model) {
		final Network network = model.network();
		String because = "";
		Line failed = null;
		final List<Port> ports = asWritten(file, network.inputs());
		for (final int size : SIZES) {
			final List<Tensor> inputs = random(ports, size);
			Map<String, Tensor> expected = null;
			try {
				if (!isScript(file)) expected = itself(file, network, inputs);
				final List<Tensor> scored = model.score(inputs);
				final List<Tensor> computed = libtorch(network, inputs);
				if (expected == null) expected = itself(file, network, inputs);
				final double error = Math.max(error(network, scored, expected), error(network, computed, expected));
				return new Line(name, error < 1e-3 ? "same" : "DIFFERS", network.inputs() + " " + network.notes(), error);
			}
			catch (final RuntimeException | AssertionError e) {
				if (expected != null) failed = failed == null ? new Line(name, "FAILS", e.toString(), -1) : failed;
				else if (!(e instanceof GlassboxException)) return new Line(name, "BREAKS", e.toString(), -1);
				else because = because.isEmpty() ? e.getMessage() : because;
			}
		}
		return failed != null ? failed : new Line(name, "cannot be compared", because, -1);
	}

	/** With as many samples as the file was written for, if that is several. */
	private static List<Port> asWritten(final Path file, final List<Port> ports) {
		if (isScript(file)) return ports;
		final Map<String, Integer> samples = new TreeMap<>();
		OnnxFile.parse(file).getGraph().getInputList().stream().filter(i -> i.getType().getTensorType().getShape()
			.getDimCount() > 0).forEach(i -> samples.put(i.getName(), (int) i.getType().getTensorType().getShape().getDim(0)
				.getDimValue()));
		return ports.stream().map(p -> {
			final int n = samples.getOrDefault(p.name(), 0);
			if (n < 2 || p.shape() == null || p.shape()[0] != Port.ANY) return p;
			final int[] shape = p.shape().clone();
			shape[0] = n;
			return new Port(p.name(), shape, p.element());
		}).toList();
	}

	private static List<Tensor> libtorch(final Network network, final List<Tensor> inputs) {
		try (TorchExecutor executor = new TorchExecutor(network, Device.cpu())) {
			return executor.score(inputs);
		}
	}

	private static List<Tensor> random(final List<Port> ports, final int size) {
		final Random random = new Random(3);
		return ports.stream().map(p -> {
			final int[] shape = p.shape() == null ? new int[] { 1, 3, size, size } : p.shape().clone();
			for (int i = 0; i < shape.length; i++)
				if (shape[i] == Port.ANY) shape[i] = i == 0 ? 2 : i == 1 && shape.length > 3 ? 3 : size;
			final int n = Math.toIntExact(Tensor.count(shape));
			if (p.element() == Element.FLOAT) {
				final float[] values = new float[n];
				for (int i = 0; i < n; i++)
					values[i] = random.nextFloat();
				return Tensor.of(values, shape);
			}
			return Tensor.ofLongs(random.longs(n, 0, 2).toArray(), shape);
		}).toList();
	}

	// -- the file itself --

	/** What the engine makes of the file, one sample at a time where it does not take more. */
	private static Map<String, Tensor> itself(final Path file, final Network network, final List<Tensor> inputs) {
		if (isScript(file)) {
			try (Model model = TorchScriptModel.open(file, Device.cpu(), "")) {
				return named(network.outputs().stream().map(Port::name).toList(), model.score(inputs));
			}
		}
		try (OnnxRuntimeScorer runtime = OnnxRuntimeScorer.open(file, Device.cpu())) {
			final List<String> names = OnnxFile.parse(file).getGraph().getOutputList().stream().map(o -> o.getName())
				.distinct().toList();
			final List<Tensor> fed = IntStream.range(0, inputs.size()).mapToObj(i -> asWritten(inputs.get(i), runtime.inputs()
				.get(i))).toList();
			final boolean one = IntStream.range(0, inputs.size()).anyMatch(i -> !runtime.inputs().get(i).accepts(fed.get(i)
				.shape()));
			if (!one) return named(names, runtime.score(fed));
			final List<List<Tensor>> each = new ArrayList<>();
			final int samples = fed.stream().filter(t -> t.rank() > 0).mapToInt(t -> t.size(0)).max().orElse(1);
			for (int i = 0; i < samples; i++) {
				final int at = i;
				each.add(runtime.score(fed.stream().map(t -> t.rank() == 0 ? t : t.sample(at)).toList()));
			}
			return named(names, IntStream.range(0, names.size()).mapToObj(o -> joined(each.stream().map(r -> r.get(o))
				.toList())).toList());
		}
	}

	private static boolean isScript(final Path file) {
		try (var in = Files.newInputStream(file)) {
			return Arrays.equals(new byte[] { 'P', 'K' }, in.readNBytes(2));
		}
		catch (final IOException e) {
			throw new GlassboxException(e.getMessage(), e);
		}
	}

	private static Map<String, Tensor> named(final List<String> names, final List<Tensor> values) {
		final Map<String, Tensor> named = new TreeMap<>();
		for (int i = 0; i < names.size(); i++)
			named.put(names.get(i), values.get(i));
		return named;
	}

	/** Channels last where the file has them last. */
	private static Tensor asWritten(final Tensor t, final Port port) {
		if (port.shape() == null || t.rank() < 4 || port.accepts(t.shape())) return t;
		final int[] open = port.shape().clone();
		open[0] = Port.ANY;
		if (new Port("", open).accepts(t.shape())) return t;
		final int[] shape = t.shape();
		final int channels = shape[1];
		final int pixels = t.length() / shape[0] / channels;
		final float[] turned = new float[t.length()];
		for (int n = 0; n < shape[0]; n++)
			for (int c = 0; c < channels; c++)
				for (int p = 0; p < pixels; p++)
					turned[(n * pixels + p) * channels + c] = t.floats()[(n * channels + c) * pixels + p];
		final int[] last = new int[shape.length];
		Arrays.setAll(last, i -> i == 0 ? shape[0] : i == shape.length - 1 ? channels : shape[i + 1]);
		return Tensor.of(turned, last);
	}

	private static Tensor joined(final List<Tensor> samples) {
		final int[] shape = samples.get(0).shape();
		if (shape.length == 0 || shape[0] != 1) throw new GlassboxException("an output has no axis of samples");
		shape[0] = samples.size();
		final Tensor all = Tensor.of(new float[Math.toIntExact(Tensor.count(shape))], shape);
		int at = 0;
		for (final Tensor s : samples) {
			final Tensor floats = floats(s);
			System.arraycopy(floats.floats(), 0, all.floats(), at, floats.length());
			at += floats.length();
		}
		return all;
	}

	private static Tensor floats(final Tensor t) {
		if (t.isFloat()) return t;
		final float[] values = new float[t.length()];
		for (int i = 0; i < values.length; i++)
			values[i] = t.longs()[i];
		return Tensor.of(values, t.shape());
	}

	/** The largest over all outputs; where all is zero there is nothing to be relative to. */
	private static double error(final Network network, final List<Tensor> actual, final Map<String, Tensor> expected) {
		double largest = 0;
		for (int i = 0; i < actual.size(); i++) {
			final String name = network.outputs().get(i).name();
			final Tensor e = floats(Optional.ofNullable(expected.get(name)).orElseThrow(() -> new GlassboxException("no output " +
				name)));
			final Tensor a = floats(actual.get(i));
			if (!Arrays.equals(a.shape(), e.shape())) throw new GlassboxException("output " + name + " is " + a + ", not " + e);
			double difference = 0;
			double scale = 1e-6;
			for (int k = 0; k < e.length(); k++) {
				final float x = a.floats()[k];
				final float y = e.floats()[k];
				if (Float.compare(x, y) == 0) continue;
				if (Float.isNaN(x) || Float.isNaN(y)) return Double.NaN;
				difference = Math.max(difference, Math.abs(x - y));
			}
			for (final float y : e.floats())
				if (Float.isFinite(y)) scale = Math.max(scale, Math.abs(y));
			largest = Math.max(largest, difference / scale);
		}
		return largest;
	}
}
