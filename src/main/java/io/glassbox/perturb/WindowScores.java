package io.glassbox.perturb;

import io.glassbox.explain.Elements;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.patch.PatchedPass;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Scores an image with one window of it covered, for each of many windows.
 * <p>
 * Where the network is convolutional, only what a window reaches is computed anew, see {@link PatchedPass}, if that takes
 * less; else the whole network runs for each window.
 * </p>
 */
public final class WindowScores implements AutoCloseable {

	private final Model model;
	private final Elements picture;
	private final Windows windows;
	private final Tensor absent;
	private final Optional<PatchedPass> patched;

	/**
	 * @param picture the input whose windows are covered, among the others
	 * @param absent what covered pixels are, shaped like it
	 * @param progress stops the work that is done here, if cancelled
	 */
	public WindowScores(final Model model, final Elements picture, final Windows windows, final Tensor absent,
		final Progress progress)
	{
		this.model = model;
		this.picture = picture;
		this.windows = windows;
		this.absent = absent;
		patched = PatchedPass.of(model, picture.inputs(), picture.explained().get(0), IntStream.range(0, windows.count()).mapToObj(
			windows::box).toList(), progress::check);
	}

	/** How much is computed, for people. */
	public String work() {
		return patched.map(p -> "recomputed where windows reach, " + Math.max(1, Math.round(100 * p.share())) +
			" % of the multiplications").orElse("the whole network for each window");
	}

	/**
	 * Scores all windows, not in their order.
	 *
	 * @param targets what is scored, settled before
	 * @param receiver gets the number of a window and its scores
	 */
	public void run(final List<Target.Resolved> targets, final Progress progress, final Perturbation.Receiver receiver) {
		if (patched.isEmpty()) {
			new Perturbation(model, picture.inputs(), targets).run(windows.count(), (first, n) -> picture.samples(copies(first, n), n),
				progress, "window", receiver);
			return;
		}
		final PatchedPass pass = patched.get();
		final int[] order = pass.order();
		new Perturbation(targets, pass.batch(), pass::outputs).run(order.length, (first, n) -> pass.maps(Arrays.copyOfRange(order,
			first, first + n), absent), progress, "window", (i, scores) -> receiver.accept(order[i], scores));
	}

	private float[] copies(final int first, final int n) {
		final float[] present = picture.joined();
		final float[] all = new float[Math.multiplyExact(n, present.length)];
		final int places = windows.places();
		IntStream.range(0, n).parallel().forEach(i -> {
			final int at = i * present.length;
			System.arraycopy(present, 0, all, at, present.length);
			windows.forEachRow(first + i, (from, length) -> {
				for (int c = 0; c < present.length; c += places)
					System.arraycopy(absent.floats(), c + from, all, at + c + from, length);
			});
		});
		return all;
	}

	@Override
	public void close() {
		patched.ifPresent(PatchedPass::close);
	}
}
