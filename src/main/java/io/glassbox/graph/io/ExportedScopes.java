package io.glassbox.graph.io;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;

import io.glassbox.graph.GlassboxException;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Module paths from what PyTorch's newer exporter (2.5 and later, by {@code torch.export}) writes beside each node.
 * <p>
 * The entry {@code pkg.torch.onnx.name_scopes} is a list as Python prints it: {@code ['', 'layer4', 'layer4.1',
 * 'layer4.1.conv2', 'conv2d_3']}, the modules around the node and at last the node itself. A later call of a module has
 * its number after an at sign, {@code 'relu@1'}.
 * </p>
 */
final class ExportedScopes {

	private static final String ENTRY = "pkg.torch.onnx.name_scopes";

	/** Metadata of a node, in the standard since ONNX 1.16. */
	private static final int METADATA = 9;
	private static final Pattern QUOTED = Pattern.compile("'([^']*)'|\"([^\"]*)\"");

	private ExportedScopes() {}

	static boolean exist(final GraphProto graph) {
		return graph.getNodeList().stream().anyMatch(n -> text(n).isPresent());
	}

	static List<ModuleCalls.Place> of(final GraphProto graph) {
		return graph.getNodeList().stream().map(n -> text(n).map(ExportedScopes::place).orElse(ModuleCalls.Place.OUTSIDE))
			.toList();
	}

	private static Optional<String> text(final NodeProto n) {
		for (final ByteString bytes : n.getUnknownFields().getField(METADATA).getLengthDelimitedList())
			try {
				final StringStringEntryProto entry = StringStringEntryProto.parseFrom(bytes);
				if (entry.getKey().equals(ENTRY)) return Optional.of(entry.getValue());
			}
			catch (final InvalidProtocolBufferException e) {
				throw new GlassboxException("The metadata of the node '" + n.getName() + "' is damaged; export the network again.",
					e);
			}
		return Optional.empty();
	}

	private static ModuleCalls.Place place(final String text) {
		final List<String> scopes = new ArrayList<>();
		final Matcher m = QUOTED.matcher(text);
		while (m.find())
			scopes.add(m.group(1) == null ? m.group(2) : m.group(1));
		if (scopes.isEmpty()) return ModuleCalls.Place.OUTSIDE;
		scopes.remove(scopes.size() - 1);
		scopes.removeIf(String::isEmpty);
		if (scopes.isEmpty()) return ModuleCalls.Place.OUTSIDE;
		final String innermost = scopes.get(scopes.size() - 1);
		final Matcher call = Pattern.compile("@(\\d{1,6})$").matcher(innermost);
		return new ModuleCalls.Place(scopes.stream().map(s -> s.replaceAll("@\\d+", "")).distinct().toList(), call.find()
			? Integer.parseInt(call.group(1)) : 0);
	}
}
