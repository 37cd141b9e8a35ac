package io.glassbox.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.explain.DecisionTree;
import io.glassbox.explain.FeatureValues;
import io.glassbox.graph.Tensor;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

class TreePictureTest {

	private static DecisionTree tree(final int depth) {
		if (depth == 0) return DecisionTree.leaf(depth, 5);
		return new DecisionTree(depth % 4, "segment " + (depth % 4 + 1), List.of(tree(depth - 1), DecisionTree.leaf(depth, 5)), 1, 10);
	}

	private static FeatureValues values(final DecisionTree tree, final Tensor labels) {
		return new FeatureValues(labels, new double[4], Optional.empty()).withTree(Optional.of(tree));
	}

	/** Segment 2 of a 2 x 2 map is asked for: its quarter is marked, the others are not; leaves have different shades. */
	@Test
	void theSegmentsAskedForAreMarkedAndTheLeavesShaded() {
		final BufferedImage picture = TreePicture.of(values(tree(1), Tensor.of(new float[] { 0, 1, 2, 3 }, 2, 2)));
		assertEquals(0x9db7da, picture.getRGB(16 + 288 - 20, 16 + 20) & 0xffffff);
		assertEquals(0xeeeeee, picture.getRGB(16 + 20, 16 + 20) & 0xffffff);
		final int y = 16 + 84 + 5;
		assertEquals(0xffffff, picture.getRGB(288 + 32 + 20, y) & 0xffffff, "the lowest leaf is white");
		assertEquals(0x3b6fb6, picture.getRGB(288 + 32 + 120 + 20, y) & 0xffffff, "the highest is dark");
	}

	/** A tree of 19 questions in turn is cut off, and a volume shown by a slice. */
	@Test
	void deepTreesAndVolumesStayLegible() {
		final BufferedImage picture = TreePicture.of(values(tree(19), Tensor.of(new float[] { 0, 1, 2, 3, 3, 2, 1, 0 }, 2, 2, 2)));
		assertTrue(picture.getWidth() < 1500 && picture.getHeight() < 700, picture.getWidth() + " x " + picture.getHeight());
	}
}
