package io.glassbox.demo;

/**
 * One mammogram-like picture and the truth about it.
 * <p>
 * Pixels run row by row from the top left. Masks are 255 inside and 0 outside. The arrays are not copied:
 * read only.
 * </p>
 *
 * @param pixels 8-bit gray, dark where the film is empty
 * @param lesion where the lesion is; all 0 for a normal breast
 * @param marker where the lead marker is; all 0 if there is none
 * @param seed what it was made from, together with label, density and presence of the marker
 */
public record Phantom(int width, int height, byte[] pixels, byte[] lesion, byte[] marker, Label label,
	Density density, long seed)
{

	public boolean hasLesion() {
		return anySet(lesion);
	}

	public boolean hasMarker() {
		return anySet(marker);
	}

	private static boolean anySet(final byte[] mask) {
		for (final byte b : mask)
			if (b != 0) return true;
		return false;
	}
}
