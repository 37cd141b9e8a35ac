package io.glassbox.image;

import io.glassbox.explain.DecisionTree;
import io.glassbox.explain.FeatureValues;
import io.glassbox.graph.Tensor;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntBinaryOperator;

/**
 * A decision tree as a picture: questions from top to bottom, to the left where a segment is there, scores at the ends,
 * the higher the darker; beside it where the segments lie that it asks for.
 */
public final class TreePicture {

	/** Deeper branches are told by their mean and the number of their leaves: they would not fit a page. */
	private static final int DEEPEST = 6;

	private static final int WIDTH = 104;
	private static final int HEIGHT = 40;
	private static final int LEVEL = 84;
	private static final int MARGIN = 16;
	private static final int MAP = 288;
	private static final int ASKED = 0x9db7da;
	private static final int REST = 0xeeeeee;
	private static final int BORDER = 0xc4c4c4;
	private static final Color DARK = new Color(0x3b6fb6);
	private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);

	private final Graphics2D g;
	private final double low;
	private final double high;
	private int column;

	private TreePicture(final Graphics2D g, final DecisionTree tree) {
		this.g = g;
		low = extreme(tree, false);
		high = extreme(tree, true);
	}

	/** @throws java.util.NoSuchElementException if the values are of no tree */
	public static BufferedImage of(final FeatureValues values) {
		final DecisionTree tree = values.tree().orElseThrow();
		final int width = MAP + 2 * MARGIN + columns(tree, 0) * (WIDTH + MARGIN);
		final int height = Math.max(MAP + 2 * MARGIN, Math.min(DEEPEST, tree.depth()) * LEVEL + HEIGHT + 2 * MARGIN);
		final BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
		final Graphics2D g = picture.createGraphics();
		g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
		g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
		g.setFont(FONT);
		g.setColor(Color.WHITE);
		g.fillRect(0, 0, width, height);
		drawMap(g, values.labels(), asked(tree, new TreeMap<>()));
		new TreePicture(g, tree).draw(tree, 0);
		g.dispose();
		return picture;
	}

	private static boolean isEnd(final DecisionTree node, final int level) {
		return node.isLeaf() || level == DEEPEST;
	}

	private static int columns(final DecisionTree node, final int level) {
		return isEnd(node, level) ? 1 : columns(node.there(), level + 1) + columns(node.gone(), level + 1);
	}

	private static double extreme(final DecisionTree node, final boolean highest) {
		if (node.isLeaf()) return node.value();
		final double one = extreme(node.there(), highest);
		final double other = extreme(node.gone(), highest);
		return highest ? Math.max(one, other) : Math.min(one, other);
	}

	private static Map<Integer, String> asked(final DecisionTree node, final Map<Integer, String> features) {
		if (node.isLeaf()) return features;
		features.put(node.feature(), node.name());
		asked(node.there(), features);
		return asked(node.gone(), features);
	}

	/** @return the middle of the node, along x */
	private int draw(final DecisionTree node, final int level) {
		final int y = MARGIN + level * LEVEL;
		if (isEnd(node, level)) {
			final int x = MAP + 2 * MARGIN + column++ * (WIDTH + MARGIN) + WIDTH / 2;
			drawEnd(node, x, y);
			return x;
		}
		final int left = draw(node.there(), level + 1);
		final int right = draw(node.gone(), level + 1);
		final int x = (left + right) / 2;
		g.setColor(Color.GRAY);
		g.setStroke(new BasicStroke(1.5f));
		g.drawLine(x, y + HEIGHT, left, y + LEVEL);
		g.drawLine(x, y + HEIGHT, right, y + LEVEL);
		write("there", (x + left) / 2 - WIDTH / 4, y + (HEIGHT + LEVEL) / 2);
		write("gone", (x + right) / 2 + WIDTH / 4, y + (HEIGHT + LEVEL) / 2);
		box(x, y, Color.WHITE, Color.BLACK, node.name() + "?", "mean " + number(node.value()));
		return x;
	}

	private void drawEnd(final DecisionTree node, final int x, final int y) {
		final double share = high == low ? 0 : (node.value() - low) / (high - low);
		final Color fill = new Color((int) (255 + share * (DARK.getRed() - 255)), (int) (255 + share * (DARK.getGreen() - 255)),
			(int) (255 + share * (DARK.getBlue() - 255)));
		box(x, y, fill, share > 0.6 ? Color.WHITE : Color.BLACK, number(node.value()), node.isLeaf() ? node.samples() + " samples" : node
			.leaves() + " more leaves");
	}

	private void box(final int x, final int y, final Color fill, final Color ink, final String first, final String second) {
		g.setColor(fill);
		g.fillRoundRect(x - WIDTH / 2, y, WIDTH, HEIGHT, 8, 8);
		g.setColor(Color.GRAY);
		g.drawRoundRect(x - WIDTH / 2, y, WIDTH, HEIGHT, 8, 8);
		g.setColor(ink);
		write(first, x, y + 16);
		write(second, x, y + 33);
	}

	private void write(final String text, final int x, final int y) {
		final FontMetrics metrics = g.getFontMetrics();
		g.drawString(text, x - metrics.stringWidth(text) / 2, y);
	}

	private static String number(final double v) {
		return String.format(Locale.ROOT, "%.4g", v);
	}

	/** The segments asked for, with their numbers; of a volume the slice that has most of them. */
	private static void drawMap(final Graphics2D g, final Tensor labels, final Map<Integer, String> asked) {
		final int height = labels.size(labels.rank() - 2);
		final int width = labels.size(labels.rank() - 1);
		final int from = fullest(labels, width * height, asked) * width * height;
		final double scale = (double) MAP / Math.max(width, height);
		final BufferedImage map = new BufferedImage((int) (width * scale), (int) (height * scale), BufferedImage.TYPE_INT_RGB);
		final IntBinaryOperator label = (x, y) -> (int) labels.floats()[from + Math.min(height - 1, (int) (y / scale)) * width + Math.min(
			width - 1, (int) (x / scale))];
		for (int y = 0; y < map.getHeight(); y++)
			for (int x = 0; x < map.getWidth(); x++) {
				final int here = label.applyAsInt(x, y);
				final boolean border = label.applyAsInt(x + 1, y) != here || label.applyAsInt(x, y + 1) != here;
				map.setRGB(x, y, border ? BORDER : asked.containsKey(here) ? ASKED : REST);
			}
		g.drawImage(map, MARGIN, MARGIN, null);
		g.setColor(Color.BLACK);
		for (final Map.Entry<Integer, String> one : asked.entrySet()) {
			double x = 0;
			double y = 0;
			int n = 0;
			for (int k = 0; k < width * height; k++) {
				if ((int) labels.floats()[from + k] != one.getKey()) continue;
				x += k % width + 0.5;
				y += k / width + 0.5;
				n++;
			}
			if (n > 0) g.drawString(one.getValue().replaceAll("\\D+", ""), MARGIN + (int) (x / n * scale) - 6, MARGIN + (int) (y / n * scale) + 5);
		}
	}

	private static int fullest(final Tensor labels, final int plane, final Map<Integer, String> asked) {
		int best = 0;
		int most = -1;
		for (int z = 0; z < labels.length() / plane; z++) {
			int n = 0;
			for (int k = 0; k < plane; k++)
				if (asked.containsKey((int) labels.floats()[z * plane + k])) n++;
			if (n <= most) continue;
			most = n;
			best = z;
		}
		return best;
	}
}
