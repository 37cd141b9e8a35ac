package io.glassbox.graph.io;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

import io.glassbox.graph.GlassboxException;

/** Gives modules and their tensors the dotted paths PyTorch knows them by; the first path counts where there are several. */
final class ModulePaths {

	private static final int DEEPEST = 200;

	private final IdentityHashMap<Object, String> paths = new IdentityHashMap<>();

	private ModulePaths() {}

	/** The paths of all modules below and including the root, whose own is empty; tensors are named on the way. */
	static IdentityHashMap<Object, String> of(final ScriptObject root) {
		final ModulePaths all = new ModulePaths();
		all.visit(root, "", 0);
		return all.paths;
	}

	/** Names the tensors in an object that is no module. */
	static void name(final ScriptObject object, final String path) {
		new ModulePaths().visit(object, path, 0);
	}

	private void visit(final Object value, final String path, final int depth) {
		if (depth > DEEPEST) throw new GlassboxException("The modules of the network lie more than " + DEEPEST +
			" deep in one another, at " + path + ": no network PyTorch saved.");
		if (value instanceof SymbolicTensor tensor) tensor.nameConstant(path);
		if (!(value instanceof ScriptObject || value instanceof Map || value instanceof List || value instanceof ScriptTuple))
			return;
		if (paths.putIfAbsent(value, path) != null) return;
		if (value instanceof ScriptObject o) o.attributes().forEach((name, v) -> visit(v, joined(path, name), depth + 1));
		if (value instanceof Map<?, ?> m) m.forEach((key, v) -> visit(v, joined(path, key), depth + 1));
		final List<?> list = value instanceof ScriptTuple t ? t.values() : value instanceof List<?> l ? l : List.of();
		for (int i = 0; i < list.size(); i++)
			visit(list.get(i), joined(path, i), depth + 1);
	}

	private static String joined(final String path, final Object name) {
		return path.isEmpty() ? name.toString() : path + "." + name;
	}
}
