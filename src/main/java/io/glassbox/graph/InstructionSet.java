package io.glassbox.graph;

import com.sun.jna.Function;
import com.sun.jna.Platform;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps oneDNN, the part of libtorch that convolves on processors by Intel and AMD, to kernels that compute rightly.
 * <p>
 * From AVX on it works on channels in blocks of 8 or 16, and oneDNN 3.7.1, as libtorch 2.7.1 has it, was seen to leave
 * what fills the last block undefined: on an AMD EPYC, convolutions of 30, 36, 100 or 230 channels were wrong by 5 to 60
 * percent of their maximum or not a number, forward and back, and no two runs alike. Nothing fails, the map is merely
 * wrong. With SSE 4.1 there are no such blocks, and all was right; passes forward and back then take up to twice as long.
 * ONNX Runtime, which runs nearly everything forward, has kernels of its own and is not touched by this.
 * </p>
 * <p>
 * oneDNN reads its limit from an environment variable when it is first used, and Java cannot set one for its own process;
 * the C library can. Whoever sets {@value #VARIABLE} beforehand is obeyed.
 * </p>
 *
 * @see <a href="https://uxlfoundation.github.io/oneDNN/dev_guide_cpu_dispatcher_control.html">oneDNN, CPU dispatcher
 *      control</a>
 */
final class InstructionSet {

	static final String VARIABLE = "ONEDNN_MAX_CPU_ISA";

	/** What oneDNN called it before its version 2; still read. */
	private static final String FORMERLY = "DNNL_MAX_CPU_ISA";
	private static final String LIMIT = "SSE41";
	private static final Logger LOG = LoggerFactory.getLogger(InstructionSet.class);

	private InstructionSet() {}

	/** To be called before libtorch is loaded. */
	static void limit() {
		if (!Platform.isIntel() || isSet(VARIABLE) || isSet(FORMERLY)) return;
		try {
			set();
		}
		catch (final UnsatisfiedLinkError e) {
			LOG.warn("{}={} could not be set for this process ({}). Set it before starting Java, or gradients may be wrong.", VARIABLE, LIMIT, e.getMessage());
		}
	}

	private static boolean isSet(final String variable) {
		return System.getenv(variable) != null;
	}

	private static void set() {
		if (Platform.isWindows()) Function.getFunction("kernel32", "SetEnvironmentVariableA", Function.ALT_CONVENTION).invokeInt(
			new Object[] { VARIABLE, LIMIT });
		else Function.getFunction(Platform.C_LIBRARY_NAME, "setenv").invokeInt(new Object[] { VARIABLE, LIMIT, 0 });
	}
}
