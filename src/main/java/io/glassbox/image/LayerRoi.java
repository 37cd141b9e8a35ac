package io.glassbox.image;

import ij.ImagePlus;
import ij.gui.ImageRoi;
import ij.io.FileSaver;
import ij.process.ColorProcessor;
import ij.process.ImageProcessor;

import java.awt.image.BufferedImage;

/**
 * One plane of a layer as ImageJ's overlay draws it, which remembers the map it was made from.
 * <p>
 * ImageJ's own image ROIs lose the transparency of their pixels when they are copied, scaled or saved. This one keeps
 * it when copied; scaled or saved, faint pixels become transparent and the others as opaque as the layer.
 * </p>
 */
final class LayerRoi extends ImageRoi {

	private static final long serialVersionUID = 1L;

	/** Name of the property that holds a layer's opacity, also in saved files and while it is hidden. */
	static final String OPACITY = "glassbox.opacity";

	/** Name of the property that holds a layer's name: ImageJ saves that of an image ROI, but does not read it back. */
	static final String NAME = "glassbox.layer";

	private static final int FAINT = 64;

	private transient BufferedImage picture;
	private boolean scaled;
	private final transient RelevanceMap map;
	private final int plane;
	private final transient LayerStyle style;

	private LayerRoi(final BufferedImage picture, final RelevanceMap map, final int plane, final LayerStyle style) {
		super(0, 0, picture);
		this.picture = picture;
		this.map = map;
		this.plane = plane;
		this.style = style;
		setProperty(OPACITY, "" + style.opacity());
		setOpacity(style.opacity());
	}

	static LayerRoi of(final RelevanceMap map, final int plane, final LayerStyle style) {
		return new LayerRoi(LayerPainter.paint(map, plane, style), map, plane, style);
	}

	/** Whether the map still lies on the image: not after the image was scaled. */
	boolean canBeStyled() {
		return !scaled;
	}

	RelevanceMap map() {
		return map;
	}

	LayerStyle style() {
		return style;
	}

	/** The same plane in the same place, in another style; shown or hidden like this one. */
	LayerRoi styled(final LayerStyle other) {
		final boolean samePicture = other.lut().equals(style.lut()) && other.threshold() == style.threshold() && other
			.clip() == style.clip();
		return placedLikeThis(new LayerRoi(samePicture ? picture : LayerPainter.paint(map, plane, other), map, plane,
			other));
	}

	private LayerRoi placedLikeThis(final LayerRoi roi) {
		roi.setLocation(getXBase(), getYBase());
		roi.copyAttributes(this);
		roi.setProperty(NAME, getProperty(NAME));
		if (hasHyperStackPosition()) roi.setPosition(getCPosition(), getZPosition(), getTPosition());
		else roi.setPosition(getPosition());
		roi.scaled = scaled;
		if (getOpacity() == 0) roi.setOpacity(0);
		return roi;
	}

	@Override
	public synchronized Object clone() {
		return placedLikeThis(new LayerRoi(picture, map, plane, style));
	}

	@Override
	public boolean getZeroTransparent() {
		return true;
	}

	@Override
	public ImageProcessor getProcessor() {
		final int width = picture.getWidth();
		final int[] pixels = picture.getRGB(0, 0, width, picture.getHeight(), null, 0, width);
		for (int i = 0; i < pixels.length; i++)
			pixels[i] = pixels[i] >>> 24 < FAINT ? 0 : pixels[i] & 0xffffff;
		return new ColorProcessor(width, picture.getHeight(), pixels);
	}

	/** Takes a scaled picture, black for nothing. */
	@Override
	public void setProcessor(final ImageProcessor ip) {
		super.setZeroTransparent(false);
		super.setProcessor(ip);
		super.setZeroTransparent(true);
		picture = new BufferedImage(ip.getWidth(), ip.getHeight(), BufferedImage.TYPE_INT_ARGB);
		for (int y = 0; y < ip.getHeight(); y++)
			for (int x = 0; x < ip.getWidth(); x++)
				picture.setRGB(x, y, (ip.get(x, y) & 0xffffff) == 0 ? 0 : ip.get(x, y) | 0xff000000);
		scaled = true;
	}

	@Override
	public byte[] getSerializedImage() {
		return new FileSaver(new ImagePlus("", getProcessor())).serialize();
	}
}
