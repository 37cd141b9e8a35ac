package io.glassbox.graph.io;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;

import io.glassbox.graph.EngineMessage;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Network;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.UnsupportedNetworkException;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a network from an ONNX file.
 * <p>
 * Operator sets 1 to 24 are translated into opset 17 (newer ones are read as the newest known), all numbers into 32-bit floats or 64-bit
 * integers, and the names of the layers are those its author gave them. A batch of one, which many
 * exporters write down, becomes an open extent where the graph allows it.
 * </p>
 */
public final class OnnxReader {

	private static final Logger LOG = LoggerFactory.getLogger(OnnxReader.class);

	private OnnxReader() {}

	/**
	 * @throws UnsupportedNetworkException if the network holds what cannot be read as a graph; the message names all
	 *           operators that stand in the way
	 * @throws GlassboxException if there is no such file, or it is no ONNX network, or damaged
	 */
	public static Network read(final Path file) {
		final ModelProto model = NodeOrder.ordered(LocalFunctions.inlined(eachOutputOnce(OnnxFile.parse(file))));
		UnknownOperators.check(model.getGraph(), file);
		final int opset = opset(model, file);
		final Map<String, Tensor> parameters = parameters(model.getGraph(), new OnnxTensors(file));
		try {
			final Network network = network(model, opset, file, parameters);
			final Network.Builder noted = network.toBuilder();
			widened(model.getGraph()).ifPresent(noted::note);
			if (opset > OpsetTranslation.NEWEST) noted.note("It uses version " + opset + " of the ONNX operator set; Glassbox knows the " +
				"changes up to version " + OpsetTranslation.NEWEST + " and reads its operators as they were then.");
			return noted.build();
		}
		catch (final GlassboxException e) {
			throw e;
		}
		catch (final IndexOutOfBoundsException | ArithmeticException | IllegalArgumentException
				| NegativeArraySizeException e)
		{
			throw new GlassboxException("The network in '" + file + "' contradicts itself: " + EngineMessage.of(e) +
				" Export it again.", e);
		}
	}

	/** An output named twice is one to ONNX Runtime too. */
	private static ModelProto eachOutputOnce(final ModelProto model) {
		final Map<String, ValueInfoProto> outputs = new LinkedHashMap<>();
		model.getGraph().getOutputList().forEach(o -> outputs.putIfAbsent(o.getName(), o));
		if (outputs.size() == model.getGraph().getOutputCount()) return model;
		return model.toBuilder().setGraph(model.getGraph().toBuilder().clearOutput().addAllOutput(outputs.values())).build();
	}

	/** For any batch size, or, where that cannot be, for the one written down. */
	private static Network network(final ModelProto model, final int opset, final Path file,
		final Map<String, Tensor> parameters)
	{
		try {
			return new GraphReader(model, opset, file, parameters, true).network();
		}
		catch (final FixedBatch | UnsupportedNetworkException e) {
			LOG.debug("'{}' cannot be read for any batch size: {}", file, e.getMessage());
		}
		return new GraphReader(model, opset, file, parameters, false).networkForAnyBatch();
	}

	private static int opset(final ModelProto model, final Path file) {
		final long opset = model.getOpsetImportList().stream().filter(o -> OnnxFile.isStandard(o.getDomain())).mapToLong(
			OperatorSetIdProto::getVersion).max().orElse(0);
		if (opset == 0) throw new UnsupportedNetworkException("'" + file.getFileName() +
			"' does not tell which version of the ONNX operator set it uses; export it again.");
		if (opset < OpsetTranslation.OLDEST || opset > OpsetTranslation.LAST) throw new UnsupportedNetworkException("'" + file
			.getFileName() + "' uses version " + opset + " of the ONNX operator set; Glassbox reads versions from " +
			OpsetTranslation.OLDEST + " on.");
		return (int) opset;
	}

	private static Map<String, Tensor> parameters(final GraphProto graph, final OnnxTensors tensors) {
		if (graph.getSparseInitializerCount() > 0) throw new UnsupportedNetworkException(
			"The network has sparse parameters, which Glassbox cannot read.");
		final Map<String, Tensor> parameters = new LinkedHashMap<>();
		graph.getInitializerList().stream().filter(t -> !t.getName().isEmpty()).forEach(t -> parameters.put(t.getName(), tensors
			.read(t))); // nobody can ask for one without a name
		return parameters;
	}

	/** Which kinds of floats the parameters had before they were made 32 bits long, in a sentence. */
	private static Optional<String> widened(final GraphProto graph) {
		return Widened.note(graph.getInitializerList().stream().map(TensorProto::getDataType).distinct().filter(
			t -> t != OnnxTypes.FLOAT && OnnxTypes.kept(t) == OnnxTypes.FLOAT).map(t -> switch (DataType.forNumber(t)) {
				case DOUBLE -> "float64";
				default -> DataType.forNumber(t).name().toLowerCase(Locale.ROOT);
			}).toList());
	}
}
