package io.glassbox.demo;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Map;

/** Pictures side by side on one sheet, each with its title above it. */
final class ContactSheet {

	/** Height of a tile. */
	static final int TILE = 384;
	private static final int TITLE = 36;
	private static final int GAP = 12;
	private static final int MOST_COLUMNS = 4;

	private ContactSheet() {}

	/** @param pictures by title, in the order they are laid out; each is scaled to the same height */
	static BufferedImage of(final Map<String, BufferedImage> pictures) {
		final int columns = Math.min(MOST_COLUMNS, pictures.size());
		final int rows = (pictures.size() + columns - 1) / columns;
		final int tileWidth = pictures.values().stream().mapToInt(p -> p.getWidth() * TILE / p.getHeight()).max().orElse(
			TILE);
		final BufferedImage sheet = new BufferedImage(GAP + columns * (tileWidth + GAP), GAP + rows * (TITLE + TILE + GAP),
			BufferedImage.TYPE_INT_RGB);
		final Graphics2D g = sheet.createGraphics();
		g.setColor(Color.WHITE);
		g.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
		g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
		g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
		g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 20));
		g.setColor(Color.BLACK);
		int i = 0;
		for (final Map.Entry<String, BufferedImage> e : pictures.entrySet()) {
			final int x = GAP + i % columns * (tileWidth + GAP);
			final int y = GAP + i / columns * (TITLE + TILE + GAP);
			final BufferedImage p = e.getValue();
			g.drawString(e.getKey(), x, y + TITLE - 12);
			g.drawImage(p, x, y + TITLE, p.getWidth() * TILE / p.getHeight(), TILE, null);
			i++;
		}
		g.dispose();
		return sheet;
	}
}
