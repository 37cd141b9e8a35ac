/**
 * Images on their way into a network, and explanations on their way back onto the image.
 * <p>
 * Read in the order of the way: {@link io.glassbox.image.ImageBridge} joins ImageJ and ImgLib2 without
 * copying, {@link io.glassbox.image.Preprocessor} makes a network's input and the
 * {@link io.glassbox.image.Geometry} that leads back, {@link io.glassbox.image.RelevanceMap} lays an
 * attribution on the user's pixels; {@link io.glassbox.image.Heatmap},
 * {@link io.glassbox.image.Layers} and {@link io.glassbox.image.RelevanceRois} show it, and
 * {@link io.glassbox.image.ResultFiles} writes it. Commands, dialogs and networks do not belong here.
 * The user's pixels are never altered.
 * </p>
 */
package io.glassbox.image;
