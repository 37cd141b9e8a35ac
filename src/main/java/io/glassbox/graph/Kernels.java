package io.glassbox.graph;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The operators libtorch can compute for us, by ONNX name. */
public final class Kernels {

	private static final Map<String, Kernel> ALL = new TreeMap<>();

	static {
		ConvolutionKernels.register(ALL);
		PoolingKernels.register(ALL);
		NormalizationKernels.register(ALL);
		ActivationKernels.register(ALL);
		ArithmeticKernels.register(ALL);
		ReductionKernels.register(ALL);
		ShapeKernels.register(ALL);
		IndexKernels.register(ALL);
		GeneratorKernels.register(ALL);
		SamplingKernels.register(ALL);
		EinsumKernel.register(ALL);
		DetectionKernels.register(ALL);
		BitKernels.register(ALL);
	}

	private Kernels() {}

	/** Whether this operator can be computed. */
	public static boolean supports(final String type) {
		return ALL.containsKey(type);
	}

	/** ONNX names of all operators that can be computed. */
	public static Set<String> types() {
		return Collections.unmodifiableSet(ALL.keySet());
	}

	static Kernel of(final Operator op) {
		final Kernel kernel = ALL.get(op.type());
		if (kernel == null) throw new UnsupportedNetworkException("No operator '" + op.type() + "' in Glassbox.");
		return kernel;
	}

	/** Registers kernels of one result under their names; keeps the tables below free of casts. */
	static void single(final Map<String, Kernel> table, final String type, final Kernel.Single kernel) {
		table.put(type, kernel);
	}
}
