package io.glassbox.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An image cut into overlapping blocks with weights that blend them: at every place the weights of all blocks add up to 1.
 * <p>
 * Each block has a core, of which together there is one over every place, and reaches beyond it as far as the network sees (once
 * or twice), and the ramp on which its weight falls from 1 to 0. So what a network says where a block has weight is what it says
 * in the whole image.
 * </p>
 */
final class Blocks {

	/** Part of a core over which its weight rises and falls. */
	private static final int RAMP = 8;

	private final int[] extents;
	private final List<List<Piece>> pieces;
	private final int[] counts;

	/**
	 * One block along one axis: what is cut out, from {@code start} up to {@code end}, and its weights there.
	 *
	 * @param core the first place of its core
	 */
	private record Piece(int start, int end, int core, int coreEnd, double[] weights) {

		int length() {
			return end - start;
		}

		Piece coarser(final int step) {
			final int last = (end + step - 1) / step;
			final double[] mean = new double[last - start / step];
			for (int i = 0; i < mean.length; i++)
				mean[i] = Arrays.stream(weights, i * step, Math.min(weights.length, (i + 1) * step)).average().orElseThrow();
			return new Piece(start / step, last, core / step, (coreEnd + step - 1) / step, mean);
		}
	}

	private Blocks(final int[] extents, final List<List<Piece>> pieces) {
		this.extents = extents;
		this.pieces = pieces;
		counts = pieces.stream().mapToInt(List::size).toArray();
	}

	/**
	 * @param core of blocks, a multiple of the field's stride along each axis
	 * @param margins how many times the receptive field blocks reach beyond their cores: once for the scores of the core to be
	 *          right, twice for the scores of all places to be right that the core's pixels have a part in
	 */
	static Blocks of(final int[] extents, final int[] core, final ReceptiveField field, final int margins) {
		final List<List<Piece>> pieces = new ArrayList<>();
		for (int a = 0; a < extents.length; a++)
			pieces.add(along(extents[a], core[a], margins * field.reach()[a], field.stride()[a]));
		return new Blocks(extents.clone(), pieces);
	}

	/**
	 * The same blocks on a grid of coarser places, such as a layer's.
	 *
	 * @param steps how many places of this grid one of the other has, along each axis
	 */
	Blocks coarser(final int[] steps) {
		if (Arrays.stream(steps).allMatch(s -> s == 1)) return this;
		final List<List<Piece>> coarse = new ArrayList<>();
		for (int a = 0; a < steps.length; a++) {
			final int step = steps[a];
			coarse.add(pieces.get(a).stream().map(p -> p.coarser(step)).toList());
		}
		final int[] fewer = new int[steps.length];
		Arrays.setAll(fewer, a -> (extents[a] + steps[a] - 1) / steps[a]);
		return new Blocks(fewer, coarse);
	}

	private static List<Piece> along(final int extent, final int core, final int reach, final int stride) {
		final List<Piece> along = new ArrayList<>();
		final int ramp = Math.max(1, core / RAMP);
		for (int from = 0; from < extent; from += core) {
			final int to = extent - from < 2 * core && extent - from - core < core / 2 ? extent : Math.min(extent, from + core);
			final int start = Math.max(0, from - roundedUp(reach + ramp, stride));
			final int end = Math.min(extent, to + roundedUp(reach + ramp, stride));
			along.add(new Piece(start, end, from, to, weights(start, end, from, to, extent, ramp)));
			if (to == extent) break;
		}
		return along;
	}

	private static int roundedUp(final int n, final int multiple) {
		return (n + multiple - 1) / multiple * multiple;
	}

	/** Up from {@code ramp} before the core's first place to as far behind it, and down likewise; not at the image's border. */
	private static double[] weights(final int start, final int end, final int from, final int to, final int extent,
		final int ramp)
	{
		final double[] weights = new double[end - start];
		for (int x = start; x < end; x++) {
			final double up = from == 0 ? 1 : rise(x + 0.5 - from, ramp);
			final double down = to == extent ? 1 : 1 - rise(x + 0.5 - to, ramp);
			weights[x - start] = up * down;
		}
		return weights;
	}

	private static double rise(final double beyond, final int ramp) {
		return Math.max(0, Math.min(1, (beyond + ramp) / (2.0 * ramp)));
	}

	/** How many blocks there are. */
	int count() {
		return Arrays.stream(counts).reduce(1, Math::multiplyExact);
	}

	/** Extents of the largest block. */
	int[] largest() {
		return pieces.stream().mapToInt(p -> p.stream().mapToInt(Piece::length).max().orElseThrow()).toArray();
	}

	private Piece[] block(final int number) {
		final Piece[] block = new Piece[counts.length];
		int rest = number;
		for (int a = counts.length - 1; a >= 0; a--) {
			block[a] = pieces.get(a).get(rest % counts[a]);
			rest /= counts[a];
		}
		return block;
	}

	/** Extents of the image. */
	int[] extents() {
		return extents.clone();
	}

	/** Extents of a block. */
	int[] extents(final int number) {
		return Arrays.stream(block(number)).mapToInt(Piece::length).toArray();
	}

	/** Whether a tensor has the image's spatial extents, so that it is cut like it. */
	boolean fit(final Tensor t) {
		return t.isFloat() && t.rank() == extents.length + 2 && Arrays.equals(Arrays.copyOfRange(t.shape(), 2, t.rank()),
			extents);
	}

	/** Does something with each row of a block. */
	private interface Row {

		/**
		 * @param block first place of the row in the block
		 * @param image its first place in the image
		 * @param weight of the row's places, but for the last axis
		 */
		void at(int block, int image, double weight);
	}

	private void forEachRow(final Piece[] block, final Row row) {
		final int axes = block.length;
		final int planes = axes == 3 ? block[0].length() : 1;
		final Piece rows = block[axes - 2];
		final Piece columns = block[axes - 1];
		for (int z = 0; z < planes; z++)
			for (int y = 0; y < rows.length(); y++) {
				final int plane = axes == 3 ? (block[0].start + z) * extents[1] : 0;
				final double weight = rows.weights[y] * (axes == 3 ? block[0].weights[z] : 1);
				row.at((z * rows.length() + y) * columns.length(), (plane + rows.start + y) * extents[axes - 1] + columns.start,
					weight);
			}
	}

	/**
	 * Cuts a block out.
	 *
	 * @param t 1 x channels x the image's extents
	 */
	Tensor cut(final Tensor t, final int number) {
		final Piece[] block = block(number);
		final int channels = t.size(1);
		final int[] shape = shape(block, channels);
		final int places = places(block);
		final int whole = t.length() / channels;
		final float[] part = new float[channels * places];
		final int length = block[block.length - 1].length();
		for (int c = 0; c < channels; c++) {
			final int channel = c;
			forEachRow(block, (b, i, w) -> System.arraycopy(t.floats(), channel * whole + i, part, channel * places + b, length));
		}
		return Tensor.of(part, shape);
	}

	/** The same, weighed by the block's weights. */
	Tensor cutWeighed(final Tensor t, final int number) {
		final Tensor part = cut(t, number);
		final Piece[] block = block(number);
		final double[] columns = block[block.length - 1].weights;
		final int places = places(block);
		for (int c = 0; c < part.size(1); c++) {
			final int channel = c;
			forEachRow(block, (b, i, w) -> {
				for (int x = 0; x < columns.length; x++)
					part.floats()[channel * places + b + x] *= (float) (w * columns[x]);
			});
		}
		return part;
	}

	private static int[] shape(final Piece[] block, final int channels) {
		final int[] shape = new int[block.length + 2];
		shape[0] = 1;
		shape[1] = channels;
		for (int a = 0; a < block.length; a++)
			shape[a + 2] = block[a].length();
		return shape;
	}

	private static int places(final Piece[] block) {
		return Arrays.stream(block).mapToInt(Piece::length).reduce(1, Math::multiplyExact);
	}

	/** How a block's values join what others brought. */
	enum Joined {
			/** Weighed: values are of the same kind everywhere. */
			BLENDED,
			/** As they are: each block brings its share of a sum. */
			ADDED,
			/** Of the core alone, as they are. */
			CORES
	}

	/**
	 * Adds a block's values to those of the whole image.
	 *
	 * @param part channels x the block's extents
	 * @param whole channels x the image's extents, written to
	 */
	void join(final float[] part, final int number, final Joined how, final double[] whole) {
		final Piece[] block = block(number);
		final int places = places(block);
		final int all = Arrays.stream(extents).reduce(1, Math::multiplyExact);
		final Piece columns = block[block.length - 1];
		for (int c = 0; c < part.length / places; c++) {
			final int channel = c;
			final int[] row = { 0 };
			forEachRow(block, (b, i, w) -> {
				final boolean core = how != Joined.CORES || isCore(block, row[0]++);
				for (int x = 0; x < columns.length() && core; x++) {
					final boolean in = how != Joined.CORES || x + columns.start >= columns.core && x + columns.start < columns.coreEnd;
					if (in) whole[channel * all + i + x] += part[channel * places + b + x] * (how == Joined.BLENDED ? w *
						columns.weights[x] : 1);
				}
			});
		}
	}

	private static boolean isCore(final Piece[] block, final int row) {
		final int axes = block.length;
		final Piece rows = block[axes - 2];
		final int y = rows.start + row % rows.length();
		final boolean inRows = y >= rows.core && y < rows.coreEnd;
		if (axes == 2) return inRows;
		final int z = block[0].start + row / rows.length();
		return inRows && z >= block[0].core && z < block[0].coreEnd;
	}
}
