package io.glassbox.perturb;

import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.Forecast;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Scores many altered copies of a sample, as fast as the network runs forward.
 * <p>
 * Copies come in batches, and the next batch is made while the one before is scored, so that two exist at most, however many
 * copies there are. The size of a batch follows from the network alone, never from the memory that happens to be free: the same
 * copies always come in the same batches, and get the same scores to the last bit. An opaque network that turns out to take one
 * sample at a time gets them so. Cancel is answered after one batch.
 * </p>
 */
public final class Perturbation {

	/** More at a time is hardly faster on the processors of today, and delays an answer to Cancel. */
	private static final int LARGEST = 16;

	/** What values inside the network may take for one batch, in bytes. */
	private static final double MEMORY = 1L << 27;

	/** What values inside an opaque network may take, and how many times what its input has they are taken to be: nothing tells. */
	private static final double OPAQUE_MEMORY = 1L << 30;
	private static final double OPAQUE_GROWTH = 64;

	private final Pass pass;
	private final List<Target.Resolved> targets;
	private final ScoreLog log;
	private final int batch;
	private final boolean opaque;
	private boolean singly;

	/** What runs the copies: a whole network, or what of it lies behind a layer. */
	@FunctionalInterface
	public interface Pass {

		/**
		 * @param copies as they were made
		 * @return the network's outputs, of which the first is scored
		 */
		List<Tensor> outputs(List<Tensor> copies);
	}

	/** Makes altered copies. */
	@FunctionalInterface
	public interface Copies {

		/**
		 * What the network gets for some copies. Called from another thread than the receiver, one call at a time, in order.
		 *
		 * @param first number of the first copy
		 * @param n how many
		 * @return for a whole network a tensor for each of its inputs, with {@code n} samples along the first axis
		 */
		List<Tensor> make(int first, int n);
	}

	/** Is given the scores of one copy after another, in order. */
	@FunctionalInterface
	public interface Receiver {

		/**
		 * @param copy its number
		 * @param scores one for each target
		 * @return whether to go on
		 */
		boolean accept(int copy, double[] scores);
	}

	/**
	 * @param inputs one sample, a tensor for each input of the network; copies have its shapes
	 * @param targets what is scored, settled before: several cost no more than one
	 */
	public Perturbation(final Model model, final List<Tensor> inputs, final List<Target.Resolved> targets) {
		this(model, inputs, targets, new ScoreLog());
	}

	/** @param log keeps all scores */
	public Perturbation(final Model model, final List<Tensor> inputs, final List<Target.Resolved> targets,
		final ScoreLog log)
	{
		this(model, inputs, targets, model::score, log);
	}

	/** With copies of something else than the inputs. */
	public Perturbation(final Model model, final List<Tensor> inputs, final List<Target.Resolved> targets, final Pass pass) {
		this(model, inputs, targets, pass, new ScoreLog());
	}

	private Perturbation(final Model model, final List<Tensor> inputs, final List<Target.Resolved> targets, final Pass pass,
		final ScoreLog log)
	{
		this.pass = pass;
		this.log = log;
		this.targets = List.copyOf(targets);
		batch = batch(model, inputs);
		opaque = model.graph().isEmpty();
	}

	/** With a pass that says how many copies it takes at once. */
	public Perturbation(final List<Target.Resolved> targets, final int batch, final Pass pass) {
		this.pass = pass;
		this.targets = List.copyOf(targets);
		this.batch = batch;
		opaque = false;
		log = new ScoreLog();
	}

	/** How many samples like this one go through the network at once. */
	private static int batch(final Model model, final List<Tensor> inputs) {
		if (model.inputs().stream().map(Port::shape).anyMatch(s -> s != null && s.length > 0 && s[0] != Port.ANY)) return 1;
		if (model.graph().isEmpty()) return (int) Math.max(1, Math.min(LARGEST, OPAQUE_MEMORY / (OPAQUE_GROWTH * inputs.stream()
			.mapToLong(Tensor::bytes).sum())));
		final double each = Forecast.of(model.network(), inputs).mostHeld();
		return (int) Math.max(1, Math.min(LARGEST, MEMORY / each));
	}

	/**
	 * Scores copies number 0 to {@code count} - 1, until the receiver has enough.
	 *
	 * @param status what is being done, for people, before "320 of 1000"
	 * @throws GlassboxException if the network fails, or does not treat samples one by one
	 * @throws CancellationException if progress was cancelled
	 */
	public void run(final int count, final Copies copies, final Progress progress, final String status,
		final Receiver receiver)
	{
		final ExecutorService maker = Executors.newSingleThreadExecutor(work -> {
			final Thread t = new Thread(work, "Glassbox copies");
			t.setDaemon(true);
			return t;
		});
		try {
			final TimeLeft left = new TimeLeft(count);
			Future<List<Tensor>> next = maker.submit(() -> copies.make(0, Math.min(batch, count)));
			for (int first = 0; first < count; first += batch) {
				progress.check();
				progress.update((double) first / count, status + " " + first + " of " + count + left.after(first));
				final int n = Math.min(batch, count - first);
				final List<Tensor> inputs = made(next);
				final int following = first + n;
				if (following < count) next = maker.submit(() -> copies.make(following, Math.min(batch, count - following)));
				if (!score(first, n, inputs, receiver)) return;
			}
			progress.check();
		}
		finally {
			maker.shutdownNow();
		}
	}

	private boolean score(final int first, final int n, final List<Tensor> inputs, final Receiver receiver) {
		final Tensor output = outputs(n, inputs);
		for (int i = 0; i < n; i++) {
			final int sample = i;
			final double[] scores = targets.stream().mapToDouble(t -> t.of(output, sample)).toArray();
			for (final double score : scores)
				if (!Double.isFinite(score)) throw new GlassboxException("The network's score of an altered copy of the image is " + score +
					": nothing can be learned from it. Another baseline may help.");
			log.add(scores);
			if (!receiver.accept(first + i, scores)) return false;
		}
		return true;
	}

	/** The outputs of some samples together; an opaque network that cannot do that gets one at a time from then on. */
	private Tensor outputs(final int n, final List<Tensor> inputs) {
		if (singly) return oneByOne(n, inputs);
		try {
			return together(n, inputs);
		}
		catch (final GlassboxException e) {
			if (!opaque || n == 1) throw e;
			final Tensor output = tried(n, inputs, e);
			singly = true;
			return output;
		}
	}

	private Tensor tried(final int n, final List<Tensor> inputs, final GlassboxException together) {
		try {
			return oneByOne(n, inputs);
		}
		catch (final GlassboxException e) {
			together.addSuppressed(e);
			throw together;
		}
	}

	private Tensor oneByOne(final int n, final List<Tensor> inputs) {
		final int each = targets.get(0).seed().length();
		final float[] all = new float[Math.multiplyExact(n, each)];
		for (int i = 0; i < n; i++) {
			final int sample = i;
			System.arraycopy(together(1, inputs.stream().map(t -> t.sample(sample)).toList()).floats(), 0, all, i * each, each);
		}
		return Tensor.of(all, n, each);
	}

	private Tensor together(final int n, final List<Tensor> inputs) {
		final Tensor output = pass.outputs(inputs).get(0);
		final int each = targets.get(0).seed().length();
		if (output.length() != n * each) throw new GlassboxException("The network gave an output of shape " + Arrays.toString(
			output.shape()) + " for " + n + " samples, where " + n + " times " + Arrays.toString(targets.get(0).seed().shape()) +
			" was expected: it does not treat samples one by one, so altered copies of an image cannot be scored together.");
		return output;
	}

	private static List<Tensor> made(final Future<List<Tensor>> batch) {
		try {
			return batch.get();
		}
		catch (final InterruptedException e) {
			Thread.currentThread().interrupt();
			throw new CancellationException("Cancelled.");
		}
		catch (final ExecutionException e) {
			if (e.getCause() instanceof RuntimeException r) throw r;
			if (e.getCause() instanceof Error error) throw error;
			throw new IllegalStateException(e.getCause());
		}
	}
}
