/**
 * What a backward pass may do differently from the plain derivative, and how a graph is prepared for
 * it.
 * <p>
 * A {@link io.glassbox.rule.Canonizer} rewrites a network into an equivalent one that rules can handle.
 * </p>
 */
package io.glassbox.rule;
