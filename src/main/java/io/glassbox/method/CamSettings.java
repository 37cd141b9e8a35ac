package io.glassbox.method;

import io.glassbox.explain.Upsampling;

/**
 * What all class activation maps let people choose.
 *
 * @param layer name of the layer, several by wildcards ({@code layer4.*.conv2}) or commas, or {@code auto} for the last one
 *          with spatial extent
 * @param relu whether negative evidence is dropped
 * @param upsample whether the raw map, too, is given on the input's grid
 * @param eigen whether the map is the first principal component of the weighted channels rather than their sum (eigen smoothing
 *          in pytorch-grad-cam): less noise, and no longer values of the score; see {@link PrincipalComponent}
 * @param upsampling how the map comes onto the input's grid
 */
public record CamSettings(String layer, boolean relu, boolean upsample, boolean eigen, Upsampling upsampling) {

	/** As the papers have it: channels added up, linear interpolation. */
	public CamSettings(final String layer, final boolean relu, final boolean upsample) {
		this(layer, relu, upsample, false, Upsampling.LINEAR);
	}
}
