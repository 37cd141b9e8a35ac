package io.glassbox.graph.io;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.glassbox.graph.GlassboxException;

/**
 * Files that cannot be read as a graph, and are run unseen by the engine they were made for: whether they may be, and
 * that it is said.
 * <p>
 * What a network read as a graph does, Glassbox does itself, node by node, within limits. A black box is handed to
 * libtorch or ONNX Runtime as it is: millions of lines of native code that were not written with hostile files in mind. Who
 * trusts the file loses nothing; who does not should forbid it.
 * </p>
 */
final class BlackBoxes {

	/** Set to {@code forbid}, it forbids black boxes to all users of an installation. */
	static final String PROPERTY = "glassbox.blackboxes";

	private static final Logger LOG = LoggerFactory.getLogger(BlackBoxes.class);
	private static final Set<Path> SAID = ConcurrentHashMap.newKeySet();

	private BlackBoxes() {}

	/**
	 * Says once for each file that it runs unseen.
	 *
	 * @param because why there is no graph, one sentence
	 * @throws GlassboxException if black boxes are forbidden
	 */
	static void admit(final Path file, final boolean torchScript, final Opening how, final String because) {
		final boolean everywhere = System.getProperty(PROPERTY, "").equalsIgnoreCase("forbid");
		if (everywhere || !how.nativeCode()) throw new GlassboxException(because + " '" + file.getFileName() +
			"' could run as a black box only, by native code that Glassbox cannot look into, and that is forbidden " +
			(everywhere ? "on this computer (-D" + PROPERTY + "=forbid)."
				: "by the setting 'Black boxes' of Plugins > Glassbox > Models..., or by --no-black-box."));
		if (SAID.add(file.toAbsolutePath().normalize())) LOG.warn(
			"'{}' opens as a black box, which {} runs unseen; open such files only from people you trust. {}", file, torchScript
				? "libtorch" : "ONNX Runtime", because);
	}
}
