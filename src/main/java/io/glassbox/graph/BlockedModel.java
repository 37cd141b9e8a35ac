package io.glassbox.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A fully convolutional network that sees a large image block by block, and answers as if it saw it at once.
 * <p>
 * Blocks overlap as far as the network sees ({@link ReceptiveField}). Scores and activations are put together from the blocks'
 * cores, where they are what they are in the whole image. Of a backward pass each block does its share: the derivative of the
 * target by the outputs, weighed by the block's weights, which add up to 1 over all blocks; what comes back is added up. A
 * derivative is linear in what it is of, so the sum is that of the whole image, but for rounding. Rules may not be linear: then
 * blocks reach twice as far, each goes back from all of the target that it holds, and results are blended by the weights. Any
 * method of explanation works on it as on another model; memory goes with the block, and with what is asked for of the whole.
 * </p>
 * <p>
 * It takes one sample at a time, and belongs to the model it is made of: closing it closes nothing.
 * </p>
 */
public final class BlockedModel implements Model {

	private static final Map<String, Rule> NO_RULES = Map.of();

	private final Model whole;
	private final Blocks once;
	private final Blocks twice;
	private final Watch afterBlock;

	/** Told after each block, from the thread that works; what it throws ends the work, as when it is cancelled. */
	@FunctionalInterface
	public interface Watch {

		/**
		 * @param done blocks of this pass that are done
		 * @param of how many it has
		 */
		void done(int done, int of);
	}

	/**
	 * @param whole a model read as a graph, for one sample or any number of them, whose image input may have any extents
	 * @param extents of the image, [depth,] height, width
	 * @param core of blocks, without what they overlap; rounded up to the network's stride
	 * @param field of the network, see {@link ReceptiveField#of}
	 */
	public static BlockedModel of(final Model whole, final int[] extents, final int[] core, final ReceptiveField field,
		final Watch afterBlock)
	{
		final int[] rounded = core.clone();
		Arrays.setAll(rounded, a -> (core[a] + field.stride()[a] - 1) / field.stride()[a] * field.stride()[a]);
		return new BlockedModel(whole, Blocks.of(extents, rounded, field, 1), Blocks.of(extents, rounded, field, 2), afterBlock);
	}

	private BlockedModel(final Model whole, final Blocks once, final Blocks twice, final Watch afterBlock) {
		this.whole = whole;
		this.once = once;
		this.twice = twice;
		this.afterBlock = afterBlock;
	}

	/** How many blocks there are. */
	public int count() {
		return once.count();
	}

	/** Extents of the largest block, with what it overlaps, where rules ask for wide margins. */
	public int[] largestBlock() {
		return twice.largest();
	}

	@Override
	public Optional<Network> graph() {
		return whole.graph();
	}

	@Override
	public Optional<String> opaqueBecause() {
		return whole.opaqueBecause();
	}

	/** One sample each. */
	@Override
	public List<Port> inputs() {
		return whole.inputs().stream().map(p -> {
			final int[] shape = p.shape() == null ? null : p.shape().clone();
			if (shape != null && shape.length > 0) shape[0] = 1;
			return new Port(p.name(), shape, p.element());
		}).toList();
	}

	/** What one block gives of some values, to be put where it belongs. */
	private interface Part {

		/**
		 * @param cut inputs of the block
		 * @return a part of each value, or nothing if the block adds nothing
		 */
		List<Tensor> of(int block, List<Tensor> cut);
	}

	private List<Tensor> cut(final Blocks blocks, final int block, final List<Tensor> inputs) {
		return inputs.stream().map(t -> blocks.fit(t) ? blocks.cut(t, block) : t).toList();
	}

	/** Runs all blocks and joins what each gives, value by value. */
	private List<Tensor> joined(final Blocks blocks, final Blocks.Joined how, final List<Tensor> inputs, final Part part) {
		final List<double[]> sums = new ArrayList<>();
		final List<int[]> shapes = new ArrayList<>();
		for (int b = 0; b < blocks.count(); b++) {
			final List<Tensor> of = part.of(b, cut(blocks, b, inputs));
			for (int i = 0; i < of.size(); i++)
				join(blocks, b, how, of.get(i), i, sums, shapes);
			afterBlock.done(b + 1, blocks.count());
		}
		final List<Tensor> all = new ArrayList<>();
		for (int i = 0; i < sums.size(); i++)
			all.add(floats(sums.get(i), shapes.get(i)));
		return all;
	}

	private static void join(final Blocks blocks, final int block, final Blocks.Joined how, final Tensor part, final int i,
		final List<double[]> sums, final List<int[]> shapes)
	{
		final int[] steps = steps(blocks.extents(block), part);
		if (steps == null) {
			if (how != Blocks.Joined.ADDED) throw notOfPlaces(part);
			if (sums.size() == i) {
				sums.add(new double[part.length()]);
				shapes.add(part.shape());
			}
			for (int k = 0; k < part.length(); k++)
				sums.get(i)[k] += part.floats()[k];
			return;
		}
		final Blocks grid = blocks.coarser(steps);
		if (sums.size() == i) {
			final int[] shape = part.shape();
			System.arraycopy(grid.extents(), 0, shape, 2, steps.length);
			shapes.add(shape);
			sums.add(new double[Arrays.stream(shape).reduce(1, Math::multiplyExact)]);
		}
		grid.join(part.floats(), block, how, sums.get(i));
	}

	private static GlassboxException notOfPlaces(final Tensor part) {
		return new GlassboxException("A value of shape " + Arrays.toString(part.shape()) +
			" does not lie on the image's places, so that it cannot be put together from blocks; use blocks=off.");
	}

	/** Places of the image to one of a value along each axis; null of a value that does not lie on them. */
	private static int[] steps(final int[] extents, final Tensor value) {
		if (value.rank() != extents.length + 2 || value.size(0) != 1) return null;
		final int[] steps = new int[extents.length];
		for (int a = 0; a < steps.length; a++) {
			steps[a] = Math.round((float) extents[a] / value.size(a + 2));
			if (steps[a] < 1 || (extents[a] + steps[a] - 1) / steps[a] != value.size(a + 2)) return null;
		}
		return steps;
	}

	private static Tensor floats(final double[] values, final int[] shape) {
		final float[] floats = new float[values.length];
		for (int k = 0; k < floats.length; k++)
			floats[k] = (float) values[k];
		return Tensor.of(floats, shape);
	}

	@Override
	public List<Tensor> score(final List<Tensor> inputs) {
		return joined(once, Blocks.Joined.CORES, inputs, (b, cut) -> whole.score(cut));
	}

	@Override
	public Map<String, Tensor> activations(final List<Tensor> inputs, final Collection<String> values) {
		final List<String> names = List.copyOf(values);
		return named(names, joined(once, Blocks.Joined.CORES, inputs, (b, cut) -> {
			final Map<String, Tensor> of = whole.activations(cut, names);
			return names.stream().map(of::get).toList();
		}));
	}

	private static Map<String, Tensor> named(final List<String> names, final List<Tensor> values) {
		final Map<String, Tensor> named = new LinkedHashMap<>();
		for (int i = 0; i < names.size(); i++)
			named.put(names.get(i), values.get(i));
		return named;
	}

	/** As one block's are, made larger. */
	@Override
	public Map<String, int[]> shapes(final List<Tensor> inputs) {
		final Map<String, int[]> shapes = new HashMap<>();
		final int[] extents = once.extents(0);
		whole.shapes(cut(once, 0, inputs)).forEach((name, shape) -> {
			final int[] large = shape.clone();
			for (int a = 0; a < extents.length && shape.length == extents.length + 2; a++)
				large[a + 2] = (int) Math.ceil((double) once.extents()[a] * shape[a + 2] / extents[a]);
			shapes.put(name, large);
		});
		return shapes;
	}

	@Override
	public List<Tensor> scoreBehind(final List<Tensor> inputs, final String value, final Tensor replacements) {
		if (replacements.size(0) != 1) throw new GlassboxException("In blocks one sample is scored at a time, found " + replacements
			.size(0) + ".");
		final int[] steps = steps(once.extents(), replacements);
		if (steps == null) throw notOfPlaces(replacements);
		final Blocks grid = once.coarser(steps);
		return joined(once, Blocks.Joined.CORES, inputs, (b, cut) -> whole.scoreBehind(cut, value, grid.cut(replacements, b)));
	}

	@Override
	public Gradients differentiate(final List<Tensor> inputs, final Collection<String> values, final Gradients.Seed seed) {
		return differentiate(inputs, values, NO_RULES, seed);
	}

	@Override
	public Gradients differentiate(final List<Tensor> inputs, final Collection<String> values,
		final Map<String, Rule> rules, final Gradients.Seed seed)
	{
		final List<Tensor> outputs = score(inputs);
		final List<Tensor> seeds = seed.of(outputs);
		final List<String> names = List.copyOf(values);
		final Blocks blocks = rules.isEmpty() ? once : twice;
		final List<Tensor> gradients = joined(blocks, rules.isEmpty() ? Blocks.Joined.ADDED : Blocks.Joined.BLENDED, inputs, (b,
			cut) -> {
			final List<Tensor> share = new ArrayList<>();
			for (final Tensor s : seeds)
				share.add(s == null ? null : share(blocks, b, s, rules.isEmpty()));
			if (share.stream().allMatch(BlockedModel::isZero) && b < blocks.count() - 1) return List.of();
			final Map<String, Tensor> of = whole.differentiate(cut, names, rules, o -> share).gradients();
			return names.stream().map(of::get).toList();
		});
		return new Gradients(outputs, activationsOf(inputs, names), named(names, gradients));
	}

	/** A block that holds nothing of the target adds nothing. The last one does its share in any case, for the shapes. */
	private static boolean isZero(final Tensor seed) {
		if (seed == null) return true;
		for (final float v : seed.floats())
			if (v != 0) return false;
		return true;
	}

	private static Tensor share(final Blocks blocks, final int block, final Tensor seed, final boolean weighed) {
		final int[] steps = steps(blocks.extents(), seed);
		if (steps == null) throw notOfPlaces(seed);
		final Blocks grid = blocks.coarser(steps);
		return weighed ? grid.cutWeighed(seed, block) : grid.cut(seed, block);
	}

	/** Inputs are at hand. */
	private Map<String, Tensor> activationsOf(final List<Tensor> inputs, final List<String> names) {
		final Map<String, Tensor> found = new LinkedHashMap<>();
		for (int i = 0; i < inputs.size(); i++)
			if (names.contains(whole.inputs().get(i).name())) found.put(whole.inputs().get(i).name(), inputs.get(i));
		final List<String> inside = names.stream().filter(n -> !found.containsKey(n)).toList();
		if (!inside.isEmpty()) found.putAll(activations(inputs, inside));
		return found;
	}

	@Override
	public Model logits() {
		return new BlockedModel(whole.logits(), once, twice, afterBlock);
	}

	@Override
	public Model ending(final FinalActivation last) {
		return new BlockedModel(whole.ending(last), once, twice, afterBlock);
	}

	@Override
	public String engine() {
		return whole.engine();
	}

	@Override
	public long bytes() {
		return whole.bytes();
	}

	@Override
	public void close() {
		// belongs to the model it is made of
	}
}
