package io.glassbox.graph;

import java.util.Arrays;
import java.util.Locale;

/**
 * How much memory and work one pass through a network may take, judged by how large the network and its input are.
 * <p>
 * A file of a kilobyte can ask for a result of a hundred gigabytes, or for a year of work. A network that means
 * well stays near what it is given: of those we know, the one that comes closest to the limits takes a twentieth of the
 * memory and a quarter of the work. Whatever these limits say, what is more than the machine has is too much.
 * </p>
 *
 * @param bytes that values may take at one time
 * @param work multiplications, or elements computed, in all
 */
record Allowance(double bytes, double work) {

	private static final double BYTES = 64 << 20;
	private static final double BYTES_PER_PARAMETER_BYTE = 4;
	private static final double BYTES_PER_INPUT_BYTE = 4096;

	private static final double WORK = 2e9;
	private static final double WORK_PER_PARAMETER_BYTE = 1e3;
	private static final double WORK_PER_INPUT_BYTE = 1e6;

	private static final double MACHINE = MachineMemory.physical();

	static Allowance of(final double parameterBytes, final double inputBytes) {
		return new Allowance(BYTES + BYTES_PER_PARAMETER_BYTE * parameterBytes + BYTES_PER_INPUT_BYTE * inputBytes, WORK +
			WORK_PER_PARAMETER_BYTE * parameterBytes + WORK_PER_INPUT_BYTE * inputBytes);
	}

	/** @throws GlassboxException if a pass that holds so many bytes and does so much work goes too far */
	void check(final double heldBytes, final double doneWork, final String where, final long[] shape) {
		if (heldBytes > bytes) throw new GlassboxException("The network needs " + amount(heldBytes) + " to compute " + where +
			result(shape) + ", but one of its size, on such an input, may take " + amount(bytes) +
			": the file is damaged, or made to do harm.");
		if (doneWork > work) throw new GlassboxException("The network needs more than " + String.format(Locale.ROOT,
			"%.1e", doneWork) + " operations up to " + where + result(shape) +
			", far more than one of its size does on such an input: the file is damaged, or made to do harm.");
		if (heldBytes > MACHINE) throw new GlassboxException("There is not enough memory on this computer: the network needs " +
			amount(heldBytes) + " to compute " + where + ". Smaller batches or images need less.");
	}

	private static String result(final long[] shape) {
		return shape == null ? "" : " of shape " + Arrays.toString(shape);
	}

	private static String amount(final double bytes) {
		final String[] units = { "B", "kB", "MB", "GB", "TB" };
		double n = bytes;
		int unit = 0;
		for (; n >= 1024 && unit < units.length - 1; unit++)
			n /= 1024;
		return String.format(Locale.ROOT, n < 1e6 ? "%.0f %s" : "%.1e %s", n, units[unit]);
	}
}
