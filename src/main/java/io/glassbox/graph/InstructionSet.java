package io.glassbox.graph;

import com.sun.jna.Function;
import com.sun.jna.Platform;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps oneDNN, the part of libtorch that convolves on processors by Intel and AMD, from using AVX-512.
 * <p>
 * Its AVX-512 kernels in libtorch 2.7.1 compute some gradients wrongly: on an AMD EPYC with AVX-512 the input gradient
 * of a small VGG was off by 1 to 42 percent of its maximum, another each time, while the forward pass and the same
 * gradient by AVX2 were right to 1e-6. Nothing fails, the map is merely wrong. oneDNN reads its limit from an environment
 * variable when it is first used, and Java cannot set one for its own process; the C library can. Whoever sets
 * {@value #VARIABLE} beforehand is obeyed.
 * </p>
 *
 * @see <a href="https://uxlfoundation.github.io/oneDNN/dev_guide_cpu_dispatcher_control.html">oneDNN, CPU dispatcher
 *      control</a>
 */
final class InstructionSet {

	static final String VARIABLE = "ONEDNN_MAX_CPU_ISA";

	/** What oneDNN called it before its version 2; still read. */
	private static final String FORMERLY = "DNNL_MAX_CPU_ISA";
	private static final String LIMIT = "AVX2";
	private static final Logger LOG = LoggerFactory.getLogger(InstructionSet.class);

	private InstructionSet() {}

	/** To be called before libtorch is loaded. */
	static void limit() {
		if (!Platform.isIntel() || isSet(VARIABLE) || isSet(FORMERLY)) return;
		try {
			set();
		}
		catch (final UnsatisfiedLinkError e) {
			LOG.warn("{}={} could not be set for this process ({}). On processors with AVX-512, set it before starting Java, " +
				"or gradients may be wrong.", VARIABLE, LIMIT, e.getMessage());
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
