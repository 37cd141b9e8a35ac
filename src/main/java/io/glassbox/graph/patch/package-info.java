/**
 * Networks recomputed only where their input changed.
 * <p>
 * What belongs here: which operators keep places apart, how far a change spreads from each to the next, and running them on
 * patches of many altered copies at once. Not here: what changed and why, which is a method's business. Read
 * {@link io.glassbox.graph.patch.PatchedPass} first.
 * </p>
 */
package io.glassbox.graph.patch;
