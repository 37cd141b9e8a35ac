package io.glassbox.graph.io;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.glassbox.graph.io.ScriptTree.ClassOf;
import io.glassbox.graph.io.ScriptTree.Function;
import io.glassbox.graph.io.ScriptTree.Statement;

/** The functions and classes of a TorchScript file by qualified name; files are parsed when first asked for. */
final class ScriptCode {

	private final TorchArchive archive;
	private final Map<String, List<Statement>> files = new HashMap<>();

	ScriptCode(final TorchArchive archive) {
		this.archive = archive;
	}

	/** @param name qualified: {@code __torch__.torch.nn.functional.relu} */
	boolean isClass(final String name) {
		return statements(name).stream().anyMatch(s -> s instanceof ClassOf c && c.name().equals(last(name)));
	}

	ClassOf classOf(final String name) {
		return (ClassOf) statements(name).stream().filter(s -> s instanceof ClassOf c && c.name().equals(last(name)))
			.findFirst().orElseThrow(() -> new UnsupportedConstruct("the class " + name + ", whose code is missing"));
	}

	Function function(final String name) {
		return (Function) statements(name).stream().filter(s -> s instanceof Function f && f.name().equals(last(name)))
			.findFirst().orElseThrow(() -> new UnsupportedConstruct("the function " + name + ", whose code is missing"));
	}

	/** Whether the code of a class is there, and that method is not in it. */
	boolean lacks(final String type, final String method) {
		return isClass(type) && classOf(type).body().stream().noneMatch(s -> s instanceof Function f && f.name().equals(method));
	}

	Function method(final String type, final String method) {
		return (Function) classOf(type).body().stream().filter(s -> s instanceof Function f && f.name().equals(method))
			.findFirst().orElseThrow(() -> new UnsupportedConstruct("the method " + method + " of " + type +
				", whose code is missing"));
	}

	private List<Statement> statements(final String qualified) {
		final String entry = "code/" + qualified.substring(0, Math.max(0, qualified.lastIndexOf('.'))).replace('.', '/') +
			".py";
		return files.computeIfAbsent(entry, e -> archive.has(e) ? ScriptParser.parse(archive.name() + ": " + e, archive
			.text(e)) : List.of());
	}

	private static String last(final String qualified) {
		return qualified.substring(qualified.lastIndexOf('.') + 1);
	}
}
