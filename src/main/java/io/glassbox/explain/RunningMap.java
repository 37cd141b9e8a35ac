package io.glassbox.explain;

/**
 * Mean, spread and standard error of a map of which samples come one after another.
 * <p>
 * By Welford's recurrence, in double precision, so that nothing is lost when the mean is large and the spread small.
 * </p>
 */
public final class RunningMap {

	private final double[] mean;
	private final double[] squares;
	private int count;

	/** One value of the new sample. */
	@FunctionalInterface
	public interface Sample {

		double at(int place);
	}

	/** @param length values a map has */
	public RunningMap(final int length) {
		mean = new double[length];
		squares = new double[length];
	}

	public void add(final Sample sample) {
		count++;
		for (int k = 0; k < mean.length; k++) {
			final double v = sample.at(k);
			final double off = v - mean[k];
			mean[k] += off / count;
			squares[k] += off * (v - mean[k]);
		}
	}

	/** How many samples there were. */
	public int count() {
		return count;
	}

	public float[] mean() {
		return map(k -> mean[k]);
	}

	/** Variance of the samples there were, divided by their number. */
	public float[] variance() {
		return map(k -> squares[k] / count);
	}

	/** Standard error of the mean, for each place; 0 of a single sample, of which it is not known. */
	public float[] standardError() {
		return map(this::error);
	}

	private double error(final int k) {
		return count < 2 ? 0 : Math.sqrt(squares[k] / (count - 1) / count);
	}

	/** Standard error over magnitude of the mean, both averaged over the map; 0 of a map of zeros. */
	public double relativeError() {
		double error = 0;
		double size = 0;
		for (int k = 0; k < mean.length; k++) {
			error += error(k);
			size += Math.abs(mean[k]);
		}
		return error == 0 ? 0 : error / size;
	}

	private interface Value {

		double at(int place);
	}

	private float[] map(final Value value) {
		final float[] map = new float[mean.length];
		for (int k = 0; k < map.length; k++)
			map[k] = (float) value.at(k);
		return map;
	}
}
