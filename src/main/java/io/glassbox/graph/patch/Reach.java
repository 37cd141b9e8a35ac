package io.glassbox.graph.patch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How far changes of the image reach, stage by stage.
 * <p>
 * One run takes several changes, so their boxes are made as large as the largest, and moved so that they lie within the map:
 * what a box has too much is computed anew and comes out as it was.
 * </p>
 */
final class Reach {

	private final List<int[]> extents = new ArrayList<>();

	/** For each number of stages and axis, where each interval of the image that is changed begins and ends behind them. */
	private final List<int[][]> from = new ArrayList<>();
	private final List<int[][]> to = new ArrayList<>();

	/** For each change and axis the number of its interval: many changes have few, since windows lie in rows. */
	private final int[][] intervals;

	/**
	 * @param image its name
	 * @param whole extents of the image
	 * @param changes where it is altered, each on its own
	 */
	Reach(final List<Stage> stages, final String image, final int[] whole, final List<Box> changes) {
		intervals = new int[changes.size()][whole.length];
		final List<List<Box>> different = new ArrayList<>();
		for (int a = 0; a < whole.length; a++)
			different.add(different(changes, a));
		extents.add(whole);
		keep(different);
		final List<List<Map<String, Box>>> changed = different.stream().map(boxes -> boxes.stream().<Map<String, Box>> map(
			box -> new HashMap<>(Map.of(image, box))).toList()).toList();
		for (final Stage stage : stages) {
			extents.add(stage.extents());
			keep(changed.stream().map(boxes -> boxes.stream().map(known -> {
				final Box reached = stage.changed(known);
				stage.made().forEach(made -> known.put(made, reached));
				return reached;
			}).toList()).toList());
		}
	}

	/** A box for each interval that changes have along an axis. How far one reaches along an axis, others do not matter to. */
	private List<Box> different(final List<Box> changes, final int axis) {
		final Map<Long, Integer> known = new HashMap<>();
		final List<Box> boxes = new ArrayList<>();
		for (int i = 0; i < changes.size(); i++) {
			final Box box = changes.get(i);
			intervals[i][axis] = known.computeIfAbsent((long) box.from()[axis] << 32 | box.to()[axis], k -> {
				boxes.add(box);
				return boxes.size() - 1;
			});
		}
		return boxes;
	}

	/** @param boxes for each axis */
	private void keep(final List<List<Box>> boxes) {
		final int axes = boxes.size();
		final int[][] low = new int[axes][];
		final int[][] high = new int[axes][];
		for (int a = 0; a < axes; a++) {
			final int axis = a;
			low[a] = boxes.get(a).stream().mapToInt(b -> b.from()[axis]).toArray();
			high[a] = boxes.get(a).stream().mapToInt(b -> b.to()[axis]).toArray();
		}
		from.add(low);
		to.add(high);
	}

	/** The box of one change behind some stages; behind none, that of the image. */
	Box box(final int stages, final int change) {
		final int axes = intervals[change].length;
		final int[] low = new int[axes];
		final int[] high = new int[axes];
		for (int a = 0; a < axes; a++) {
			low[a] = from.get(stages)[a][intervals[change][a]];
			high[a] = to.get(stages)[a][intervals[change][a]];
		}
		return new Box(low, high);
	}

	private int size(final int stages, final int change, final int axis) {
		return to.get(stages)[axis][intervals[change][axis]] - from.get(stages)[axis][intervals[change][axis]];
	}

	/** How wide one change is along an axis, behind each number of stages. */
	int[] sizes(final int change, final int axis) {
		return IntStream.range(0, extents.size()).map(s -> size(s, change, axis)).toArray();
	}

	/** The extents that hold the box of each of some changes. */
	int[] size(final int stages, final int[] changes) {
		final int[] size = new int[extents.get(stages).length];
		for (final int change : changes)
			for (int a = 0; a < size.length; a++)
				size[a] = Math.max(size[a], size(stages, change, a));
		return size;
	}

	/** Where boxes of that size begin. */
	int[][] from(final int stages, final int[] changes, final int[] size) {
		final int[][] begin = new int[changes.length][];
		for (int i = 0; i < begin.length; i++) {
			begin[i] = box(stages, changes[i]).from();
			for (int a = 0; a < size.length; a++)
				begin[i][a] = Math.min(begin[i][a], extents.get(stages)[a] - size[a]);
		}
		return begin;
	}
}
