package io.glassbox.graph.io;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;

import io.glassbox.graph.Kernels;
import io.glassbox.graph.UnsupportedNetworkException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Finds the operators in a file that nobody here can run, and names them all at once. */
final class UnknownOperators {

	/** Read, though not run: they vanish or become other operators. */
	private static final Set<String> TRANSLATED = Set.of("Constant", "Identity", "Dropout", "Upsample", "Gelu", "If", "Loop",
		"SequenceMap", "CastLike", "Scatter", "Swish", "RMSNormalization", "SimplifiedLayerNormalization", "Attention",
		"RotaryEmbedding", "BitwiseNot", "CenterCropPad", "Col2Im", "Scan", "DeformConv", "LSTM", "GRU", "RNN");
	private static final int SHOWN = 4;

	/** ONNX Runtime's operators on channels in blocks, which it makes for the processor at hand. */
	private static final String BLOCKED = MicrosoftOperators.DOMAIN + ".nchwc";

	private UnknownOperators() {}

	/** @throws UnsupportedNetworkException if there are any */
	static void check(final GraphProto graph, final Path file) {
		final Map<String, List<String>> unknown = new TreeMap<>();
		collect(graph, unknown);
		final List<String> quantised = unknown.keySet().stream().filter(Quantised::isQuantised).toList();
		if (!quantised.isEmpty()) throw new UnsupportedNetworkException(Quantised.because(quantised));
		if (!unknown.isEmpty()) throw new UnsupportedNetworkException("'" + file.getFileName() +
			"' holds operators that Glassbox does not know: " + unknown.entrySet().stream().map(e -> e.getKey() + " (" +
				places(e.getValue()) + ")").collect(Collectors.joining(", ")) + "." + advice(unknown.keySet()));
	}

	private static String advice(final Set<String> unknown) {
		return unknown.stream().noneMatch(t -> t.startsWith(BLOCKED)) ? ""
			: " The file was optimised for one kind of processor: use the one it was made from, or ONNX Runtime's optimisation " +
				"level 'extended'.";
	}

	private static void collect(final GraphProto graph, final Map<String, List<String>> unknown) {
		for (int i = 0; i < graph.getNodeCount(); i++) {
			final NodeProto n = graph.getNode(i);
			n.getAttributeList().stream().filter(AttributeProto::hasG).forEach(a -> collect(a.getG(), unknown));
			if (isRead(n.getDomain(), n.getOpType())) continue;
			final String type = OnnxFile.isStandard(n.getDomain()) ? n.getOpType() : n.getDomain() + "." + n.getOpType();
			unknown.computeIfAbsent(type, k -> new ArrayList<>()).add(n.getName().isEmpty() ? "node " + i : n.getName());
		}
	}

	private static boolean isRead(final String domain, final String type) {
		if (MicrosoftOperators.isDomain(domain)) return MicrosoftOperators.knows(domain, type);
		return OnnxFile.isStandard(domain) && (TRANSLATED.contains(type) || SequenceReader.TYPES.contains(type) || Kernels.supports(type));
	}

	private static String places(final List<String> nodes) {
		final String some = String.join(", ", nodes.subList(0, Math.min(SHOWN, nodes.size())));
		return nodes.size() <= SHOWN ? some : some + " and " + (nodes.size() - SHOWN) + " more";
	}
}
