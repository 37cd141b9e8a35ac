/**
 * Loaded networks and what is known about them: the cache all commands share, and the description that
 * says what a network expects of an image and what its outputs are called.
 * <p>
 * Read {@link io.glassbox.model.Preprocessing} for what happens to an image before a network sees it.
 * </p>
 */
package io.glassbox.model;
