package io.glassbox.benchmark;

import com.sun.management.OperatingSystemMXBean;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares ways to do the same thing on a machine that is not quiet: all of them take turns, so that whatever disturbs
 * one disturbs all, and of each the medians count.
 * <p>
 * The processor time of a call is that of all threads of this process. Beside the wall-clock time it tells work from
 * waiting: other programs lengthen the second, hardly the first.
 * </p>
 */
final class Interleaved {

	private static final OperatingSystemMXBean SYSTEM = (OperatingSystemMXBean) ManagementFactory
		.getOperatingSystemMXBean();

	private Interleaved() {}

	/** Medians over all measured calls of one way, in milliseconds. */
	record Times(double wall, double processor) {}

	/**
	 * @param ways what is compared, by name
	 * @param warmUp rounds that do not count
	 * @param rounds rounds that count; in each, every way is called once
	 * @return in the order of {@code ways}
	 */
	static Map<String, Times> measure(final Map<String, Runnable> ways, final int warmUp, final int rounds) {
		final Map<String, List<Times>> all = new LinkedHashMap<>();
		ways.keySet().forEach(name -> all.put(name, new ArrayList<>()));
		for (int round = -warmUp; round < rounds; round++)
			for (final Map.Entry<String, Runnable> way : ways.entrySet()) {
				final Times t = once(way.getValue());
				if (round >= 0) all.get(way.getKey()).add(t);
			}
		final Map<String, Times> medians = new LinkedHashMap<>();
		all.forEach((name, times) -> medians.put(name, new Times(median(times.stream().mapToDouble(Times::wall).toArray()),
			median(times.stream().mapToDouble(Times::processor).toArray()))));
		return medians;
	}

	private static Times once(final Runnable call) {
		final long processor = SYSTEM.getProcessCpuTime();
		final long wall = System.nanoTime();
		call.run();
		final long end = System.nanoTime();
		return new Times((end - wall) / 1e6, (SYSTEM.getProcessCpuTime() - processor) / 1e6);
	}

	private static double median(final double[] values) {
		java.util.Arrays.sort(values);
		final int n = values.length;
		return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
	}
}
