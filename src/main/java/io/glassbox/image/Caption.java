package io.glassbox.image;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;

/** What a picture shows, in words below it, so that it can be understood away from the program. */
public final class Caption {

	private static final int LARGEST_FONT = 16;
	private static final int SMALLEST_FONT = 9;

	private Caption() {}

	/** The picture with lines of text below it, black on white, in a font small enough for the longest line. */
	public static BufferedImage below(final BufferedImage picture, final List<String> lines) {
		final int margin = SMALLEST_FONT;
		final Font font = font(picture, lines, picture.getWidth() - 2 * margin);
		final int height = font.getSize() * 3 / 2;
		final BufferedImage result = new BufferedImage(picture.getWidth(), picture.getHeight() + lines.size() * height +
			margin, BufferedImage.TYPE_INT_RGB);
		final Graphics2D g = result.createGraphics();
		g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
		g.setColor(Color.WHITE);
		g.fillRect(0, 0, result.getWidth(), result.getHeight());
		g.drawImage(picture, 0, 0, null);
		g.setColor(Color.BLACK);
		g.setFont(font);
		for (int i = 0; i < lines.size(); i++)
			g.drawString(lines.get(i), margin, picture.getHeight() + (i + 1) * height);
		g.dispose();
		return result;
	}

	private static Font font(final BufferedImage picture, final List<String> lines, final int width) {
		final Graphics2D g = picture.createGraphics();
		int size = LARGEST_FONT;
		while (size > SMALLEST_FONT) {
			final FontMetrics metrics = g.getFontMetrics(new Font(Font.SANS_SERIF, Font.PLAIN, size));
			if (lines.stream().allMatch(line -> metrics.stringWidth(line) <= width)) break;
			size--;
		}
		g.dispose();
		return new Font(Font.SANS_SERIF, Font.PLAIN, size);
	}
}
