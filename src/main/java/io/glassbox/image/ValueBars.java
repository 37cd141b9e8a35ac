package io.glassbox.image;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.Elements;
import io.glassbox.explain.FeatureValues;
import io.glassbox.graph.Tensor;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What features contributed as a picture: a bar for each of the strongest, segments by the names of their ROIs, with a whisker of
 * one standard error where it is known.
 * <p>
 * Values that add up to the score are stacked one behind another from the score without any feature to that of the image, as in the
 * waterfall plots of SHAP; others begin at 0.
 * </p>
 */
public final class ValueBars {

	/** As the diverging colours of layers: red speaks for the target, blue against it. */
	private static final Color FOR = new Color(0xb2182b);
	private static final Color AGAINST = new Color(0x2166ac);

	private static final int SHOWN = 12;
	private static final int ROW = 26;
	private static final int BARS = 380;
	private static final int GAP = 10;
	private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);

	/** @param from where the bar begins */
	private record Bar(String name, double from, double value, double error) {

		double to() {
			return from + value;
		}
	}

	private final List<Bar> bars = new ArrayList<>();
	private final double base;
	private final boolean stacked;

	private ValueBars(final FeatureValues features, final List<String> names) {
		stacked = features.base().isPresent();
		base = features.base().orElse(0);
		final double[] values = features.values();
		final List<Integer> order = new ArrayList<>();
		for (int k = 0; k < values.length; k++)
			if (values[k] != 0) order.add(k);
		order.sort(Comparator.comparingDouble(k -> -Math.abs(values[k])));
		double from = base;
		final int shown = order.size() == SHOWN + 1 ? SHOWN + 1 : Math.min(SHOWN, order.size());
		for (final int k : order.subList(0, shown)) {
			bars.add(new Bar(names.get(k), stacked ? from : 0, values[k], features.errors().map(e -> e[k]).orElse(0.0)));
			from += values[k];
		}
		final double rest = order.subList(shown, order.size()).stream().mapToDouble(k -> values[k]).sum();
		if (shown < order.size()) bars.add(new Bar(order.size() - shown + " others", stacked ? from : 0, rest, 0));
	}

	/**
	 * @param a what has {@link Attribution#features}
	 * @param method the name that ROIs of segments bear
	 * @param caption lines above the bars
	 */
	public static BufferedImage of(final Attribution a, final String method, final List<String> caption) {
		return new ValueBars(a.features().orElseThrow(), names(a, method)).drawn(caption);
	}

	private static List<String> names(final Attribution a, final String method) {
		final FeatureValues features = a.features().orElseThrow();
		final Map<Integer, String> segments = new HashMap<>();
		final List<Integer> ranking = SegmentRegions.ranking(features);
		for (int r = 0; r < ranking.size(); r++)
			segments.put(ranking.get(r), SegmentRegions.name(method, r + 1, features.values()[ranking.get(r)]));
		final List<String> names = new ArrayList<>();
		for (int s = 0; s < features.segments(); s++)
			names.add(segments.getOrDefault(s, ""));
		for (final Map.Entry<String, Tensor> other : a.others().entrySet())
			for (int i = 0; i < Elements.features(other.getValue()); i++)
				names.add(Elements.features(other.getValue()) == 1 ? other.getKey() : other.getKey() + " [" + i + "]");
		return names;
	}

	private BufferedImage drawn(final List<String> caption) {
		final FontMetrics metrics = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics().getFontMetrics(FONT);
		final int names = GAP + bars.stream().mapToInt(b -> metrics.stringWidth(b.name)).max().orElse(0) + GAP;
		final int numbers = metrics.stringWidth("-0.00e-00 ± 0.00e-00") + GAP;
		final int rows = caption.size() + bars.size() + (stacked ? 2 : 0);
		final int wide = Math.max(names + BARS + numbers, 2 * GAP + caption.stream().mapToInt(metrics::stringWidth).max().orElse(0));
		final BufferedImage image = new BufferedImage(wide, rows * ROW + 2 * GAP, BufferedImage.TYPE_INT_RGB);
		final Graphics2D g = image.createGraphics();
		g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
		g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
		g.setColor(Color.WHITE);
		g.fillRect(0, 0, image.getWidth(), image.getHeight());
		g.setFont(FONT);
		g.setColor(Color.BLACK);
		for (int i = 0; i < caption.size(); i++)
			g.drawString(caption.get(i), GAP, GAP + i * ROW + ROW * 2 / 3);
		draw(g, names, GAP + caption.size() * ROW);
		g.dispose();
		return image;
	}

	private void draw(final Graphics2D g, final int left, final int top) {
		final double[] ends = bars.stream().flatMap(b -> Arrays.stream(new Double[] { b.from, b.to() - b.error, b.to() + b.error }))
			.mapToDouble(v -> v).toArray();
		final double low = Math.min(base, Arrays.stream(ends).min().orElse(0));
		final double high = Math.max(base, Arrays.stream(ends).max().orElse(0));
		final double scale = high > low ? BARS / (high - low) : 0;
		int y = top;
		if (stacked) y = total(g, "nothing there", base, left + (base - low) * scale, left, y);
		else line(g, left + (base - low) * scale, y, y + bars.size() * ROW);
		for (final Bar b : bars) {
			final double from = left + (b.from - low) * scale;
			final double to = left + (b.to() - low) * scale;
			g.setColor(b.value < 0 ? AGAINST : FOR);
			g.fill(new Rectangle2D.Double(Math.min(from, to), y + ROW * 0.2, Math.max(1, Math.abs(to - from)), ROW * 0.6));
			g.setColor(Color.BLACK);
			if (b.error > 0) whisker(g, to, b.error * scale, y + ROW / 2.0);
			g.drawString(b.name, GAP, y + ROW * 2 / 3);
			g.drawString(text(b), left + BARS + GAP, y + ROW * 2 / 3);
			y += ROW;
			if (stacked) line(g, to, y - ROW * 0.2, y + ROW * 0.2);
		}
		if (stacked) total(g, "the image", bars.isEmpty() ? base : bars.get(bars.size() - 1).to(), left + ((bars.isEmpty() ? base
			: bars.get(bars.size() - 1).to()) - low) * scale, left, y);
	}

	private static int total(final Graphics2D g, final String name, final double value, final double x, final int left,
		final int y)
	{
		g.setColor(Color.BLACK);
		g.drawString(name, GAP, y + ROW * 2 / 3);
		g.drawString(ColourBar.number(value), left + BARS + GAP, y + ROW * 2 / 3);
		g.draw(new Line2D.Double(x, y + ROW * 0.2, x, y + ROW * 0.8));
		return y + ROW;
	}

	private static void line(final Graphics2D g, final double x, final double from, final double to) {
		g.setColor(Color.GRAY);
		g.draw(new Line2D.Double(x, from, x, to));
	}

	private static void whisker(final Graphics2D g, final double x, final double half, final double y) {
		g.draw(new Line2D.Double(x - half, y, x + half, y));
		g.draw(new Line2D.Double(x - half, y - 3, x - half, y + 3));
		g.draw(new Line2D.Double(x + half, y - 3, x + half, y + 3));
	}

	private static String text(final Bar b) {
		return String.format(Locale.ROOT, "%s%s%s", b.value > 0 ? "+" : "", ColourBar.number(b.value), b.error > 0 ? " ± " + ColourBar
			.number(b.error) : "");
	}
}
