package io.glassbox.graph.io;

import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.glassbox.graph.GlassboxException;

/**
 * An operator or class that a library adds to PyTorch, without which no libtorch can load the file. The library is a native
 * one that Python loads along with the network; Glassbox loads none.
 */
final class ForeignOperator {

	private static final Pattern OPERATOR = Pattern.compile("Unknown builtin op: (\\w+)::([\\w.]+?)\\.?(\\s|$)");
	private static final Pattern CLASS = Pattern.compile("__torch__\\.torch\\.classes\\.(\\w+)\\.(\\w+)");

	/** What libtorch itself has; if one of these is unknown, it is too old for the file. */
	private static final Set<String> OWN = Set.of("aten", "prim", "quantized", "prepacked", "inductor");

	private ForeignOperator() {}

	/** @throws GlassboxException if that is what libtorch complains of; the message names it and says what to do */
	static void refuse(final Path file, final String complaint) {
		final Matcher operator = OPERATOR.matcher(complaint);
		if (operator.find() && !OWN.contains(operator.group(1))) refuse(file, "the operator " + operator.group(1) + "::" +
			operator.group(2), operator.group(1));
		final Matcher type = CLASS.matcher(complaint);
		if (type.find()) refuse(file, "the class " + type.group(2), type.group(1));
	}

	private static void refuse(final Path file, final String what, final String library) {
		throw new GlassboxException("'" + file + "' uses " + what + " of the library '" + library + "', which neither Glassbox " +
			"nor libtorch knows without that library. Export the network without the part that needs it, which often is " +
			"post-processing, or as ONNX (torch.onnx.export), where many such operators are said in others.");
	}
}
