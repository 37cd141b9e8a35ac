package io.glassbox.graph.io;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Sorts the nodes of a file by the calls of modules they were made in.
 * <p>
 * Each node tells the modules it lies in, and for the innermost one which call of it this is. How often the modules
 * around were called has to be told from their nodes: a container called twice, as in a siamese network, did everything
 * in it twice, in the same order, with the same parameters. It is called as often as what it does by itself is done, or,
 * if it does nothing but call others, as often as what is done in it repeats.
 * </p>
 */
final class ModuleCalls {

	/**
	 * Where a node lies.
	 *
	 * @param modules dotted paths of the modules around it, outermost first
	 * @param call how many calls of the innermost there were before
	 */
	record Place(List<String> modules, int call) {

		static final Place OUTSIDE = new Place(List.of(), 0);

		/** The innermost module; empty if the node lies in none. */
		String module() {
			return modules.isEmpty() ? "" : modules.get(modules.size() - 1);
		}
	}

	/**
	 * One call of a module.
	 *
	 * @param name its path, with {@code _1}, {@code _2} … from the second call on
	 * @param nodes their positions in the file
	 */
	record Call(String name, BitSet nodes) {}

	/** What one module did, in all its calls. */
	private static final class Module {

		private final List<Integer> nodes = new ArrayList<>();
		private final TreeSet<Integer> ownCalls = new TreeSet<>();
		private boolean repeats;
		private boolean container;
	}

	private final List<Place> places;
	private final List<String> contents;

	/** @param contents for each node what it does, operator and parameters; blank for a mere constant */
	ModuleCalls(final List<Place> places, final List<String> contents) {
		this.places = places;
		this.contents = contents;
	}

	/** All calls, in the order of their first nodes. */
	List<Call> all() {
		final Map<String, Module> modules = new LinkedHashMap<>();
		for (int i = 0; i < places.size(); i++)
			for (final String path : places.get(i).modules()) {
				final Module m = modules.computeIfAbsent(path, k -> new Module());
				m.nodes.add(i);
				if (path.equals(places.get(i).module())) m.ownCalls.add(places.get(i).call());
				else m.container = true;
				m.repeats |= places.get(i).call() > 0;
			}
		final List<Call> calls = new ArrayList<>();
		modules.forEach((path, module) -> {
			int count = 0;
			for (final BitSet nodes : module.container ? parts(module) : own(module))
				calls.add(new Call(count++ == 0 ? path : path + "_" + (count - 1), nodes));
		});
		return calls;
	}

	/** The calls of a module that calls no other: each node tells its own. */
	private List<BitSet> own(final Module module) {
		final Map<Integer, BitSet> calls = new LinkedHashMap<>();
		module.nodes.forEach(i -> calls.computeIfAbsent(places.get(i).call(), k -> new BitSet()).set(i));
		return List.copyOf(calls.values());
	}

	private List<BitSet> parts(final Module module) {
		final List<Integer> doing = module.nodes.stream().filter(i -> !contents.get(i).isBlank()).toList();
		final int count = !module.repeats ? 1 : module.ownCalls.isEmpty() ? most(doing) : module.ownCalls.size();
		if (count > 1 && !isRepeated(doing, count)) return List.of(set(module.nodes));
		final List<BitSet> parts = new ArrayList<>();
		final int length = doing.size() / count;
		for (int p = 0; p < count; p++)
			parts.add(set(count == 1 ? module.nodes : doing.subList(p * length, (p + 1) * length)));
		return parts;
	}

	/** The largest number of times that a sequence of nodes is one sequence repeated. */
	private int most(final List<Integer> nodes) {
		for (int count = nodes.size(); count > 1; count--)
			if (isRepeated(nodes, count)) return count;
		return 1;
	}

	private boolean isRepeated(final List<Integer> nodes, final int count) {
		if (nodes.isEmpty() || nodes.size() % count != 0) return false;
		final int length = nodes.size() / count;
		for (int i = length; i < nodes.size(); i++)
			if (!same(nodes.get(i), nodes.get(i - length))) return false;
		return true;
	}

	private boolean same(final int a, final int b) {
		return contents.get(a).equals(contents.get(b)) && places.get(a).modules().equals(places.get(b).modules());
	}

	private static BitSet set(final List<Integer> nodes) {
		final BitSet set = new BitSet();
		nodes.forEach(set::set);
		return set;
	}
}
