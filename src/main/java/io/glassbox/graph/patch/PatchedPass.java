package io.glassbox.graph.patch;

import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Parts;
import io.glassbox.graph.Port;
import io.glassbox.graph.Scorer;
import io.glassbox.graph.Tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Scores copies of one image that differ from it in a box each, and computes only what that box reaches.
 * <p>
 * A convolution sees a few pixels around each place, so a small change stays small for many layers. The values inside the
 * network are computed once for the image as it is. For a copy each operator runs on a patch: as much of its operand as the
 * changed places of its result see, from the operand as it was with the changes laid over it, and with its padding where that
 * reaches beyond the border. The result is exactly what the operator makes of the whole, but for rounding. Many copies' patches
 * run at once, as a batch. When patches cover most of a map, whole maps are put together and the rest of the network runs as
 * always; where is counted beforehand, see {@link Plan}.
 * </p>
 * <p>
 * Closing it gives the engines of its parts back to the model, which keeps them ready for the next image.
 * </p>
 */
public final class PatchedPass implements AutoCloseable {

	private final Plan plan;
	private final String image;
	private final Map<String, Tensor> inputs = new HashMap<>();
	private final Map<String, Tensor> maps = new HashMap<>();
	private final Parts engines;
	private boolean closed;

	/** @param engines of the stages and the tail, in their order */
	private PatchedPass(final Plan plan, final String image, final Parts engines) {
		this.plan = plan;
		this.image = image;
		this.engines = engines;
	}

	/**
	 * Makes a pass ready.
	 *
	 * @param inputs one sample, a tensor for each input of the model
	 * @param altered position of the input that is an image, of which copies are made
	 * @param changes the box of each copy that differs from the image, [depth,] height, width
	 * @param alive called now and then, from the thread that works; what it throws ends the work
	 * @return empty if it is cheaper to run the whole network for each copy, or the model does not run in parts
	 */
	public static Optional<PatchedPass> of(final Model model, final List<Tensor> inputs, final int altered,
		final List<Box> changes, final Runnable alive)
	{
		if (model.graph().isEmpty() || !model.inputs().stream().allMatch(PatchedPass::takesAnyNumber)) return Optional.empty();
		final Network network = model.network();
		final String image = network.inputs().get(altered).name();
		return Plan.of(network, inputs, image, changes).flatMap(plan -> of(model, inputs, image, plan, alive));
	}

	/** By a plan of one's own. */
	static Optional<PatchedPass> of(final Model model, final List<Tensor> inputs, final String image, final Plan plan,
		final Runnable alive)
	{
		final List<Network> parts = Stream.concat(plan.stages().stream().map(s -> s.network(model.network(), plan.forecast().shapes())),
			Stream.of(plan.tail().network())).toList();
		final Optional<Parts> engines = model.parts(parts);
		if (engines.isEmpty()) return Optional.empty();
		final PatchedPass pass = new PatchedPass(plan, image, engines.get());
		for (int i = 0; i < inputs.size(); i++)
			pass.inputs.put(model.network().inputs().get(i).name(), inputs.get(i));
		boolean ready = false;
		try {
			pass.start(alive);
			ready = true;
			return Optional.of(pass);
		}
		finally {
			if (!ready) pass.close();
		}
	}

	private static boolean takesAnyNumber(final Port input) {
		return input.shape() == null || input.shape().length == 0 || input.shape()[0] == Port.ANY;
	}

	/** Makes the engines, and each runs once for the image as it is. */
	private void start(final Runnable alive) {
		maps.put(image, inputs.get(image));
		for (int s = 0; s < plan.stages().size(); s++) {
			alive.run();
			final Stage stage = plan.stages().get(s);
			final Map<String, Patches> whole = new HashMap<>();
			maps.forEach((name, map) -> whole.put(name, Patches.of(map)));
			final int[] extents = stage.extents();
			maps.putAll(run(stage, engines.engine(s), whole, extents, new int[][] { new int[extents.length] }));
		}
		alive.run();
		engines.engine(plan.stages().size());
	}

	/** Runs one stage for a box in each copy. */
	private static Map<String, Tensor> run(final Stage stage, final Scorer engine, final Map<String, Patches> known,
		final int[] size, final int[][] from)
	{
		final List<Tensor> operands = new ArrayList<>();
		stage.root().ifPresent(r -> operands.add(known.get(r.source()).cut(Arrays.stream(from).map(r::seenFrom).toArray(
			int[][]::new), r.seen(size), r.outside())));
		stage.beside().forEach(v -> operands.add(known.get(v).cut(from, size, 0)));
		final List<Tensor> results = engine.score(operands);
		final Map<String, Tensor> made = new HashMap<>();
		for (int i = 0; i < results.size(); i++)
			made.put(stage.made().get(i), results.get(i));
		return made;
	}

	/** How many copies run at once. */
	public int batch() {
		return plan.batch();
	}

	/** Numbers of the changes in the order in which they run best. */
	public int[] order() {
		return plan.order().clone();
	}

	/** The part of the whole network's multiplications that is left, for each copy. */
	public double share() {
		return plan.share();
	}

	/**
	 * Runs the patches of some copies, and puts them into whole maps.
	 *
	 * @param changes numbers of the copies
	 * @param other an image whose pixels the copies have in their boxes
	 * @return what the rest of the network reads, see {@link #outputs}
	 */
	public synchronized List<Tensor> maps(final int[] changes, final Tensor other) {
		if (closed) throw new IllegalStateException("The pass is closed");
		final Map<String, Patches> known = new HashMap<>();
		known.put(image, altered(changes, other));
		for (int s = 0; s < plan.stages().size(); s++) {
			final Stage stage = plan.stages().get(s);
			final int[] size = plan.reach().size(s + 1, changes);
			final int[][] from = plan.reach().from(s + 1, changes, size);
			run(stage, engines.engine(s), known, size, from).forEach((name, t) -> known.put(name, new Patches(maps.get(name), from, size,
				t.floats())));
		}
		return plan.tail().reads().stream().map(v -> read(v, known, changes.length)).toList();
	}

	/**
	 * Runs the rest of the network. May go on while another thread runs the patches of the next copies.
	 *
	 * @return the network's first output
	 */
	public List<Tensor> outputs(final List<Tensor> maps) {
		return engines.engine(plan.stages().size()).score(maps);
	}

	private Tensor read(final String value, final Map<String, Patches> known, final int copies) {
		final Patches patches = known.get(value);
		return patches == null ? inputs.get(value).repeated(copies) : patches.wholes();
	}

	/** The image with the other's pixels in each copy's box, cut to patches. */
	private Patches altered(final int[] changes, final Tensor other) {
		final int[] size = plan.reach().size(0, changes);
		final int[][] from = plan.reach().from(0, changes, size);
		final Tensor map = maps.get(image);
		final int each = Math.multiplyExact(map.size(1), Math.toIntExact(Box.places(size)));
		final float[] all = new float[Math.multiplyExact(changes.length, each)];
		for (int i = 0; i < changes.length; i++) {
			final Box box = plan.reach().box(0, changes[i]);
			final int[][] begin = { box.from() };
			final int[] own = box.size();
			final Patches one = new Patches(map, begin, own, Patches.of(other).cut(begin, own, 0).floats());
			System.arraycopy(one.cut(new int[][] { from[i] }, size, 0).floats(), 0, all, i * each, each);
		}
		return new Patches(map, from, size, all);
	}

	/** Waits for a thread that runs patches. */
	@Override
	public synchronized void close() {
		closed = true;
		engines.close();
	}
}
