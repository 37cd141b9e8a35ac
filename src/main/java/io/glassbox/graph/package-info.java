/**
 * A network as an open graph: operators, parameters and the layer names its author gave it, and what
 * runs it.
 * <p>
 * Start with {@link io.glassbox.graph.Network}, then {@link io.glassbox.graph.Model}, a network made
 * ready to score and differentiate. Nothing here knows files, images, ImageJ or any explanation
 * method.
 * </p>
 */
package io.glassbox.graph;
