package io.glassbox.image;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Locale;

/** The scale beside a picture: which colour stands for how much relevance. */
public final class ColourBar {

	private static final int SMALLEST_FONT = 12;

	private ColourBar() {}

	/**
	 * The picture with a bar to its right, on white: the colours from 0 (or from the most negative value of a signed
	 * map) to the strongest, with numbers. Each is shown as it looks over black (left) to white (right), because a
	 * half-transparent colour is not the same on dark and on bright tissue. Where relevance is below the style's threshold
	 * the bar is gray, like the image that shows there.
	 */
	public static BufferedImage beside(final BufferedImage picture, final RelevanceMap map, final LayerStyle style) {
		final int font = Math.max(SMALLEST_FONT, picture.getHeight() / 28);
		final int bar = 2 * font;
		final int width = picture.getWidth() + font + bar + 6 * font;
		final BufferedImage result = new BufferedImage(width, picture.getHeight(), BufferedImage.TYPE_INT_RGB);
		final Graphics2D g = result.createGraphics();
		g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
		g.setColor(Color.WHITE);
		g.fillRect(0, 0, width, picture.getHeight());
		g.drawImage(picture, 0, 0, null);
		final int x = picture.getWidth() + font;
		final int top = font;
		final int height = Math.max(1, picture.getHeight() - 2 * font);
		final int[] palette = LayerPainter.palette(map.signed(), style);
		for (int y = 0; y < height; y++) {
			final int argb = palette[(int) Math.round((palette.length - 1.0) * (height - 1 - y) / Math.max(1, height - 1))];
			for (int i = 0; i < bar; i++)
				result.setRGB(x + i, top + y, over(255 * i / (bar - 1), argb, style.opacity()));
		}
		g.setColor(Color.BLACK);
		g.drawRect(x, top, bar - 1, height - 1);
		g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, font));
		final double most = map.strongest(style.clip());
		tick(g, x + bar, top, (most < map.extreme() ? "\u2265 " : "") + number(most), font);
		if (map.signed()) tick(g, x + bar, top + height / 2, "0", font);
		tick(g, x + bar, top + height - 1, map.signed() ? (most < map.extreme() ? "\u2264 " : "") + number(-most) : "0", font);
		g.dispose();
		return result;
	}

	/** A layer's colour on a gray of the image. */
	private static int over(final int gray, final int argb, final double opacity) {
		final double alpha = opacity * (argb >>> 24) / 255;
		int rgb = 0;
		for (int shift = 16; shift >= 0; shift -= 8)
			rgb |= (int) Math.round(gray + alpha * ((argb >> shift & 255) - gray)) << shift;
		return rgb;
	}

	private static void tick(final Graphics2D g, final int x, final int y, final String text, final int font) {
		g.drawLine(x, y, x + font / 4, y);
		g.drawString(text, x + font / 2, y + font * 3 / 8);
	}

	/** Three significant digits. */
	static String number(final double value) {
		if (value == 0) return "0";
		final int exponent = (int) Math.floor(Math.log10(Math.abs(value)));
		return exponent < -3 || exponent > 4 ? String.format(Locale.ROOT, "%.2e", value) : String.format(Locale.ROOT, "%." +
			Math.max(0, 2 - exponent) + "f", value);
	}
}
