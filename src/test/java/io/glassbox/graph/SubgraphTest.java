package io.glassbox.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;

import org.junit.jupiter.api.Test;

class SubgraphTest {

	/** x, a = relu(x), b = exp(a), c = b + a, d = c * x; outputs d and a. */
	private static Network skipping() {
		return Network.builder().input("x", Port.ANY, 2).node("a", "a", Operator.of("Relu"), "x").node("b", "b", Operator.of(
			"Exp"), "a").node("c", "c", Operator.of("Add"), "b", "a").node("d", "d", Operator.of("Mul"), "c", "x").output("d",
				Port.ANY, 2).output("a", Port.ANY, 2).build();
	}

	private static List<String> ids(final Network n) {
		return n.nodes().stream().map(Node::id).toList();
	}

	@Test
	void whatComputesAValueIsItsAncestors() {
		final Network n = Subgraph.computing(skipping(), List.of("b"));
		assertEquals(List.of("a", "b"), ids(n));
		assertEquals("b", n.outputs().get(0).name());
	}

	@Test
	void theRestBehindAValueReadsWhatSkipsIt() {
		final Subgraph.Rest rest = Subgraph.behind(skipping(), "b");
		assertEquals(List.of("c", "d"), ids(rest.network()));
		assertEquals(List.of("b", "a", "x"), rest.boundary());
		assertArrayEquals(new int[] { 0, -1 }, rest.outputs());
	}

	@Test
	void aValueNothingDependsOnHasNoRest() {
		final Network dead = skipping().toBuilder().node("e", "e", Operator.of("Neg"), "c").build();
		assertThrows(GlassboxException.class, () -> Subgraph.behind(dead, "e"));
	}
}
