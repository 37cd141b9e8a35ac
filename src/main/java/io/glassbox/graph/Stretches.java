package io.glassbox.graph;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Where a backward pass with rules is handed from libtorch to a rule and back.
 * <p>
 * Between operators that have a rule of their own lie stretches of those that have none, and one native autograd pass
 * does a stretch. It begins at a <em>root</em>, a value whose relevance is known because rules or the target gave it, and
 * ends where the next rule's result, a network input or a cut begins. A value that several stretches would pass through
 * is cut as well: what comes from all of them is gathered there, so that each operator is gone through once. (A DenseNet
 * would otherwise take time with the square of its layers.)
 * </p>
 *
 * @param cuts values made by operators without a rule at which libtorch's record is cut
 * @param roots cuts, and the values that rules or the target give relevance to
 */
record Stretches(Set<String> cuts, Set<String> roots) {

	/**
	 * @param rules ids of the nodes that have a rule of their own
	 * @param wanted values whose relevance is asked for
	 */
	static Stretches of(final Network network, final Set<String> rules, final Collection<String> wanted) {
		final Map<String, Set<String>> through = new HashMap<>();
		final Set<String> cuts = new HashSet<>();
		final Set<String> roots = new HashSet<>();
		network.outputs().forEach(p -> add(through, p.name(), Set.of(p.name())));
		for (int i = network.nodes().size() - 1; i >= 0; i--) {
			final Node node = network.nodes().get(i);
			final boolean ruled = rules.contains(node.id());
			final Set<String> mine = new HashSet<>();
			for (final String out : node.outputs()) {
				final Set<String> readers = through.getOrDefault(out, Set.of());
				final boolean cut = !ruled && (readers.size() > 1 || wanted.contains(out));
				if (cut) cuts.add(out);
				if (cut || readers.contains(out)) roots.add(out);
				mine.addAll(cut ? Set.of(out) : readers);
			}
			for (final String in : node.inputs())
				add(through, in, ruled ? Set.of(in) : mine);
		}
		return new Stretches(Set.copyOf(cuts), Set.copyOf(roots));
	}

	private static void add(final Map<String, Set<String>> through, final String value, final Set<String> stretches) {
		through.computeIfAbsent(value, k -> new HashSet<>()).addAll(stretches);
	}
}
