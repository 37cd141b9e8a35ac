/**
 * Scoring many altered copies of an input: the engine beneath everything that perturbs.
 * <p>
 * What belongs here: how copies are streamed through a network, which parts of an input are altered together, and how
 * images fall into segments. Not here: what an altered copy means to a method, which lives with the method; and anything that
 * knows images of ImageJ or files. Read {@link io.glassbox.perturb.Perturbation} first.
 * </p>
 */
package io.glassbox.perturb;
