/**
 * Loaded networks and what is known about them: the cache all commands share, and the description that
 * says what a network expects of an image and what its outputs are called.
 * <p>
 * Read {@link io.glassbox.model.ModelDescription} for what lies beside a model file, with
 * {@link io.glassbox.model.Preprocessing} for what happens to an image before a network sees it and
 * {@link io.glassbox.model.InputSettings} for what users say about that. Read
 * {@link io.glassbox.model.ModelCache} for how networks are kept and lent, and
 * {@link io.glassbox.model.ThriftyModel} for what happens when memory runs out.
 * {@link io.glassbox.model.ModelManager} is the SciJava service around it, the only class here that knows
 * SciJava.
 * </p>
 */
package io.glassbox.model;
