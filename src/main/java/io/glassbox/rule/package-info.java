/**
 * What a backward pass may do differently from the plain derivative, and how a graph is prepared for
 * it.
 * <p>
 * A {@link io.glassbox.graph.Rule} says what one operator passes back, a {@link io.glassbox.rule.Composite} chooses the rule
 * for each operator, {@link io.glassbox.rule.ReluRules} are the first; {@link io.glassbox.graph.TorchExecutor} walks. A
 * {@link io.glassbox.rule.Canonizer} rewrites a network into an equivalent one that rules can handle.
 * </p>
 */
package io.glassbox.rule;
