/**
 * What every explanation has in common: who explains ({@link io.glassbox.explain.Explainer}), what is
 * explained ({@link io.glassbox.explain.Target}) and the answer
 * ({@link io.glassbox.explain.Attribution}).
 * <p>
 * No method of explanation lives here, and nothing here knows ImageJ, windows or files.
 * </p>
 */
package io.glassbox.explain;
