package io.glassbox.rule;

import io.glassbox.graph.Network;

/**
 * Rewrites a network into one that computes the same, in a form that is easier to explain. (The word
 * is Zennit's.)
 */
@FunctionalInterface
public interface Canonizer {

	/** An equivalent network; the one given stays as it is. */
	Network apply(Network network);
}
