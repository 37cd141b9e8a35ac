package io.glassbox.model;

import java.util.List;
import java.util.Locale;

/** Recognises that an engine ran out of memory; the engines tell it only in the words of their messages. */
final class OutOfMemory {

	/**
	 * libtorch on CUDA, libtorch on the CPU, ONNX Runtime, C++, cuDNN and cuBLAS, in lower case. A "CUDA error" may be
	 * something else, but the remedy that helps in the end is the same: the CPU.
	 */
	private static final List<String> SIGNS = List.of("out of memory", "not enough memory", "can't allocate memory",
		"failed to allocate", "bad_alloc", "status_alloc_failed", "cuda error");

	private OutOfMemory() {}

	/** Whether lack of memory is the cause, or the cause of a cause. */
	static boolean caused(final Throwable failure) {
		for (Throwable t = failure; t != null; t = t.getCause())
			if (t instanceof OutOfMemoryError || hasSign(t.getMessage())) return true;
		return false;
	}

	private static boolean hasSign(final String message) {
		return message != null && SIGNS.stream().anyMatch(message.toLowerCase(Locale.ROOT)::contains);
	}

	/** What the engine said, its first line only. */
	static String firstLine(final Throwable failure) {
		for (Throwable t = failure; t != null; t = t.getCause())
			if (hasSign(t.getMessage())) return t.getMessage().strip().lines().findFirst().orElse("");
		return failure.toString();
	}
}
