package io.glassbox.graph.io;

import ai.djl.Device;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Network;
import io.glassbox.graph.Scorer;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * One of the ONNX standard's own tests: a model, what is fed to it and what must come out.
 * <p>
 * The ONNX project compares with a relative tolerance of 1e-3, and so does this; an absolute 1e-5, where ONNX has 1e-7,
 * allows for elements that are near zero because larger ones cancel, which no two libraries of float32 sum alike. Cases in
 * 16 or 64 bits are computed in 32, as every network is.
 * </p>
 */
record StandardCase(Path folder) {

	/** What became of a case: which engines gave the expected outputs, and what stood in the way, if anything. */
	record Verdict(boolean torch, boolean onnxRuntime, String why) {}

	private static final double RELATIVE = 1e-3;
	private static final double ABSOLUTE = 1e-5;

	/**
	 * Operators that a network for images has no use for when it is applied: text, quantisation, training, recurrence,
	 * sound, chance, shifts of bits, values that may be missing.
	 */
	private static final Set<String> FOREIGN = Set.of("StringNormalizer", "TfIdfVectorizer", "LSTM", "GRU", "RNN", "Adam",
		"Adagrad", "Momentum", "Gradient", "NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss", "QLinearConv",
		"QLinearMatMul", "QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "ConvInteger", "MatMulInteger", "DFT",
		"STFT", "MelWeightMatrix", "BlackmanWindow", "HannWindow", "HammingWindow", "Bernoulli", "RandomUniformLike",
		"RandomNormalLike", "BitShift", "Det", "Unique", "ReverseSequence", "Scan", "OptionalHasElement",
		"OptionalGetElement", "Optional");

	/**
	 * Words in names of cases about one of those that do not show it in their operators, and of the bfloat16 cases, whose
	 * data are stored as unsigned integers of another shape than the model takes.
	 */
	private static final List<String> FOREIGN_NAMES = List.of("test_nllloss", "test_sce_", "training_dropout",
		"_training_mode", "dynamicquantizelinear", "window", "bernoulli", "_STRING", "test_dropout_random", "BFLOAT16");

	static List<StandardCase> all(final Path data) {
		final List<StandardCase> cases = new ArrayList<>();
		for (final String group : List.of("node", "pytorch-converted", "pytorch-operator", "simple")) {
			try (Stream<Path> folders = Files.list(data.resolve(group))) {
				folders.filter(f -> Files.exists(f.resolve("model.onnx"))).sorted().map(StandardCase::new).forEach(cases::add);
			}
			catch (final IOException e) {
				throw new UncheckedIOException(e);
			}
		}
		return cases;
	}

	/** The group and the name, {@code node/test_relu}. */
	String name() {
		return folder.getParent().getFileName() + "/" + folder.getFileName();
	}

	ModelProto model() {
		try {
			return ModelProto.parseFrom(Files.readAllBytes(folder.resolve("model.onnx")));
		}
		catch (final IOException e) {
			throw new UncheckedIOException(e);
		}
	}

	/** The operators of the model, in alphabetical order. */
	Set<String> operators() {
		final Set<String> types = new TreeSet<>();
		model().getGraph().getNodeList().stream().map(NodeProto::getOpType).forEach(types::add);
		return types;
	}

	/** Whether it is about what networks for images are made of: tensors of numbers in and out, no foreign operator. */
	boolean concernsImages() {
		final ModelProto m = model();
		final Stream<ValueInfoProto> ports = Stream.concat(m.getGraph().getInputList().stream(), m.getGraph().getOutputList()
			.stream());
		return !m.getGraph().getInputList().isEmpty() && ports.allMatch(p -> p.getType().hasTensorType()) && m.getGraph()
			.getNodeList().stream().noneMatch(n -> FOREIGN.contains(n.getOpType()) || !OnnxFile.isStandard(n.getDomain())) &&
			FOREIGN_NAMES.stream().noneMatch(name()::contains);
	}

	/** Opens the model as any file and runs it on both engines. */
	Verdict run() {
		final Network network;
		try {
			network = OnnxReader.read(folder.resolve("model.onnx"));
		}
		catch (final GlassboxException e) {
			return new Verdict(false, false, e.getMessage());
		}
		String why = check(() -> new TorchExecutor(network, Device.cpu()));
		final boolean torch = why.isEmpty();
		final String other = check(() -> OnnxRuntimeScorer.of(OnnxWriter.toBytes(network), Device.cpu()));
		if (torch) why = other;
		return new Verdict(torch, other.isEmpty(), why);
	}

	private interface Opener {

		Scorer open();
	}

	/** What is wrong with the outputs of an engine, or nothing. */
	private String check(final Opener engine) {
		try (Scorer scorer = engine.open()) {
			for (int set = 0; Files.isDirectory(folder.resolve("test_data_set_" + set)); set++) {
				final List<TensorProto> wanted = protos(set, "output");
				final List<Tensor> outputs = scorer.score(protos(set, "input").stream().map(StandardCase::tensor).toList());
				if (outputs.size() != wanted.size()) return outputs.size() + " outputs instead of " + wanted.size();
				for (int i = 0; i < outputs.size(); i++) {
					final String wrong = difference(tensor(wanted.get(i)), outputs.get(i));
					if (!wrong.isEmpty()) return "output " + i + ": " + wrong;
				}
			}
			return "";
		}
		catch (final GlassboxException e) {
			return e.getMessage();
		}
		catch (final RuntimeException e) {
			return "FAULT " + e;
		}
	}

	private List<TensorProto> protos(final int set, final String what) {
		final List<TensorProto> all = new ArrayList<>();
		try {
			for (int i = 0;; i++) {
				final Path file = folder.resolve("test_data_set_" + set).resolve(what + "_" + i + ".pb");
				if (!Files.exists(file)) return all;
				all.add(TensorProto.parseFrom(Files.readAllBytes(file)));
			}
		}
		catch (final IOException e) {
			throw new UncheckedIOException(e);
		}
	}

	private static Tensor tensor(final TensorProto proto) {
		return new OnnxTensors(Path.of("test.pb")).read(proto);
	}

	private static String difference(final Tensor wanted, final Tensor found) {
		if (wanted.isFloat() != found.isFloat() || !Arrays.equals(wanted.shape(), found.shape())) return found +
			" instead of " + wanted;
		for (int i = 0; i < wanted.length(); i++) {
			final double a = wanted.isFloat() ? wanted.floats()[i] : wanted.longs()[i];
			final double b = found.isFloat() ? found.floats()[i] : found.longs()[i];
			final boolean same = a == b || Double.isNaN(a) && Double.isNaN(b) || Math.abs(a - b) <= ABSOLUTE + RELATIVE * Math
				.abs(a);
			if (!same) return "element " + i + " is " + b + " instead of " + a;
		}
		return "";
	}
}
