package io.glassbox.graph.patch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How far changes of the image reach, stage by stage.
 * <p>
 * One run takes several changes, so their boxes are made as large as the largest, and moved so that they lie within the map:
 * what a box has too much is computed anew and comes out as it was.
 * </p>
 */
final class Reach {

	private final List<int[]> extents = new ArrayList<>();
	private final List<List<Box>> boxes = new ArrayList<>();

	/**
	 * @param image its name
	 * @param whole extents of the image
	 * @param changes where it is altered, each on its own
	 */
	Reach(final List<Stage> stages, final String image, final int[] whole, final List<Box> changes) {
		final List<Map<String, Box>> changed = new ArrayList<>();
		changes.forEach(box -> changed.add(new HashMap<>(Map.of(image, box))));
		boxes.add(changes);
		extents.add(whole);
		for (final Stage stage : stages) {
			final List<Box> reached = changed.stream().map(stage::changed).toList();
			for (int i = 0; i < reached.size(); i++)
				for (final String made : stage.made())
					changed.get(i).put(made, reached.get(i));
			boxes.add(reached);
			extents.add(stage.extents());
		}
	}

	/** The box of one change behind some stages; behind none, that of the image. */
	Box box(final int stages, final int change) {
		return boxes.get(stages).get(change);
	}

	/** How wide one change is along an axis, behind each number of stages. */
	int[] sizes(final int change, final int axis) {
		return boxes.stream().mapToInt(b -> b.get(change).size(axis)).toArray();
	}

	/** The extents that hold the box of each of some changes. */
	int[] size(final int stages, final int[] changes) {
		final int[] size = new int[extents.get(stages).length];
		for (final int change : changes)
			for (int a = 0; a < size.length; a++)
				size[a] = Math.max(size[a], box(stages, change).size(a));
		return size;
	}

	/** Where boxes of that size begin. */
	int[][] from(final int stages, final int[] changes, final int[] size) {
		final int[][] from = new int[changes.length][];
		for (int i = 0; i < from.length; i++) {
			from[i] = box(stages, changes[i]).from().clone();
			for (int a = 0; a < size.length; a++)
				from[i][a] = Math.min(from[i][a], extents.get(stages)[a] - size[a]);
		}
		return from;
	}
}
