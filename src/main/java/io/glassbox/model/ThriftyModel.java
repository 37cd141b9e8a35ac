package io.glassbox.model;

import io.glassbox.graph.FinalActivation;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Gradients;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Parts;
import io.glassbox.graph.Port;
import io.glassbox.graph.Rule;
import io.glassbox.graph.Tensor;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A model that gets by with the memory there is.
 * <p>
 * Many samples are scored in batches that suit it, see {@link BatchSize}. When an engine runs out of memory, idle networks are unloaded and the work is tried again; then a batch
 * to be scored is halved, again and again; then all goes on on the CPU, for as long as this model is used. What was
 * found to help is remembered for the next call, and the user is told once of either. Gradients and activations are
 * not divided, since their target may join samples.
 * </p>
 */
final class ThriftyModel implements Model {

	private final String name;
	private final Lease lease;
	private final IntSupplier evict;
	private final Optional<Supplier<Lease>> cpu;
	private final Consumer<String> tell;
	private final BatchSize batchSize;

	private Lease fallback;
	private int largestBatch = Integer.MAX_VALUE;
	private boolean toldOfBatch;

	/**
	 * @param name what messages call the network
	 * @param lease ends with this model
	 * @param evict unloads idle networks from the same device; returns how many
	 * @param cpu gets the same network on the CPU; empty if that is where it is
	 * @param tell shows the user one sentence
	 * @param batchSize of large batches on the CPU
	 */
	ThriftyModel(final String name, final Lease lease, final IntSupplier evict, final Optional<Supplier<Lease>> cpu,
		final Consumer<String> tell, final BatchSize batchSize)
	{
		this.name = name;
		this.lease = lease;
		this.evict = evict;
		this.cpu = cpu;
		this.tell = tell;
		this.batchSize = batchSize;
	}

	@Override
	public List<Tensor> score(final List<Tensor> inputs) {
		return divided(inputs, UnaryOperator.identity());
	}

	@Override
	public List<Tensor> scoreBehind(final List<Tensor> inputs, final String value, final Tensor replacements) {
		return divided(List.of(replacements), m -> new ModelBehind(m, inputs, value));
	}

	/** @param view what of the model scores */
	private List<Tensor> divided(final List<Tensor> inputs, final UnaryOperator<Model> view) {
		boolean evicted = false;
		while (true) {
			final Model model = model();
			int batch = 1;
			try {
				final Model scorer = view.apply(model);
				batch = Math.min(isOnCpu() ? batchSize.onCpu(scorer, inputs) : Batches.size(scorer, inputs), largestBatch());
				return Batches.score(scorer, inputs, batch);
			}
			catch (final RuntimeException | OutOfMemoryError e) {
				if (!OutOfMemory.caused(e)) throw e;
				final boolean retry = !evicted && evict.getAsInt() > 0;
				evicted = true;
				if (!retry && !halve(model, batch, e)) fallBack(model, e);
			}
		}
	}

	@Override
	public Map<String, Tensor> activations(final List<Tensor> inputs, final Collection<String> values) {
		return undivided(m -> m.activations(inputs, values));
	}

	@Override
	public Map<String, int[]> shapes(final List<Tensor> inputs) {
		return undivided(m -> m.shapes(inputs));
	}

	@Override
	public Optional<Parts> parts(final List<Network> parts) {
		return undivided(m -> m.parts(parts));
	}

	@Override
	public Model logits() {
		return ending(FinalActivation.NONE);
	}

	@Override
	public Model ending(final FinalActivation last) {
		final Model model = model();
		return model.ending(last) == model ? this : new Ending(last);
	}

	/** This model with another final activation, or none, which gets by with the memory there is as the whole does. */
	private final class Ending implements Model {

		private final FinalActivation last;

		Ending(final FinalActivation last) {
			this.last = last;
		}

		@Override
		public Model ending(final FinalActivation other) {
			return ThriftyModel.this.ending(other);
		}

		@Override
		public Model logits() {
			return ThriftyModel.this.logits();
		}

		@Override
		public Optional<Network> graph() {
			return model().ending(last).graph();
		}

		@Override
		public Optional<String> opaqueBecause() {
			return model().ending(last).opaqueBecause();
		}

		@Override
		public List<Port> inputs() {
			return model().ending(last).inputs();
		}

		@Override
		public List<Tensor> score(final List<Tensor> inputs) {
			return divided(inputs, m -> m.ending(last));
		}

		@Override
		public List<Tensor> scoreBehind(final List<Tensor> inputs, final String value, final Tensor replacements) {
			return divided(List.of(replacements), m -> new ModelBehind(m.ending(last), inputs, value));
		}

		@Override
		public Map<String, Tensor> activations(final List<Tensor> inputs, final Collection<String> values) {
			return undivided(m -> m.ending(last).activations(inputs, values));
		}

		@Override
		public Map<String, int[]> shapes(final List<Tensor> inputs) {
			return undivided(m -> m.ending(last).shapes(inputs));
		}

		@Override
		public Optional<Parts> parts(final List<Network> parts) {
			return undivided(m -> m.parts(parts));
		}

		@Override
		public Gradients differentiate(final List<Tensor> inputs, final Collection<String> values,
			final Gradients.Seed seed)
		{
			return undivided(m -> m.ending(last).differentiate(inputs, values, seed));
		}

		@Override
		public Gradients differentiate(final List<Tensor> inputs, final Collection<String> values,
			final Map<String, Rule> rules, final Gradients.Seed seed)
		{
			return undivided(m -> m.ending(last).differentiate(inputs, values, rules, seed));
		}

		@Override
		public String engine() {
			return model().ending(last).engine();
		}

		@Override
		public long bytes() {
			return model().ending(last).bytes();
		}

		@Override
		public void close() {
			// closed with the model it is a view of
		}
	}

	@Override
	public Gradients differentiate(final List<Tensor> inputs, final Collection<String> values,
		final Gradients.Seed seed)
	{
		return undivided(m -> m.differentiate(inputs, values, seed));
	}

	@Override
	public Gradients differentiate(final List<Tensor> inputs, final Collection<String> values,
		final Map<String, Rule> rules, final Gradients.Seed seed)
	{
		return undivided(m -> m.differentiate(inputs, values, rules, seed));
	}

	private <T> T undivided(final Function<Model, T> work) {
		boolean evicted = false;
		while (true) {
			final Model model = model();
			try {
				return work.apply(model);
			}
			catch (final RuntimeException | OutOfMemoryError e) {
				if (!OutOfMemory.caused(e)) throw e;
				final boolean retry = !evicted && evict.getAsInt() > 0;
				evicted = true;
				if (!retry) fallBack(model, e);
			}
		}
	}

	private synchronized Model model() {
		return fallback == null ? lease.model() : fallback.model();
	}

	private synchronized boolean isOnCpu() {
		return cpu.isEmpty() || fallback != null;
	}

	private synchronized int largestBatch() {
		return largestBatch;
	}

	/** Whether there was something to halve; another thread may have done it already. */
	private synchronized boolean halve(final Model tried, final int batch, final Throwable why) {
		if (tried != model()) return true;
		if (batch <= 1) return false;
		largestBatch = Math.min(largestBatch, Math.max(1, batch / 2));
		if (!toldOfBatch) tell.accept("Memory is short for " + name + " (" + OutOfMemory.firstLine(why) +
			"): scoring goes on in smaller batches, starting with " + largestBatch + ".");
		toldOfBatch = true;
		return true;
	}

	/** Turns to the CPU, unless another thread has done so, or fails for good. */
	private synchronized void fallBack(final Model tried, final Throwable why) {
		if (tried != model()) return;
		if (fallback != null || cpu.isEmpty()) throw new GlassboxException("There is not enough memory to run " + name +
			" on the CPU (" + OutOfMemory.firstLine(why) + "). Close images or other programs, unload models, or use a " +
			"smaller input.", why);
		fallback = cpu.get().get();
		largestBatch = Integer.MAX_VALUE;
		tell.accept("The GPU has not enough memory for " + name + " (" + OutOfMemory.firstLine(why) +
			"): it runs on the CPU now, which is slower.");
	}

	@Override
	public Optional<Network> graph() {
		return model().graph();
	}

	@Override
	public Optional<String> opaqueBecause() {
		return model().opaqueBecause();
	}

	@Override
	public List<Port> inputs() {
		return model().inputs();
	}

	@Override
	public String engine() {
		return model().engine();
	}

	@Override
	public long bytes() {
		return model().bytes();
	}

	/** Gives the leases back; the networks stay in the cache. */
	@Override
	public synchronized void close() {
		lease.close();
		if (fallback != null) fallback.close();
	}
}
