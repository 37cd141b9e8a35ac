package io.glassbox.image;

import io.glassbox.graph.GlassboxException;

import java.util.function.IntFunction;

/** Large arrays, or a sentence that says why not. */
final class Memory {

	private Memory() {}

	/**
	 * @param bytes of one element
	 * @param what for the message: "The heatmap of 'x'"
	 * @throws GlassboxException if Java has no room for one more array of that length
	 */
	static <A> A array(final IntFunction<A> constructor, final long length, final int bytes,
		final String what)
	{
		if (length > Integer.MAX_VALUE - 8) throw full(what, length * bytes, null);
		try {
			return constructor.apply((int) length);
		}
		catch (final OutOfMemoryError e) { // one failed allocation leaves everything as it was
			throw full(what, length * bytes, e);
		}
	}

	private static GlassboxException full(final String what, final long bytes, final Throwable cause) {
		return new GlassboxException(String.format("%s needs %.1f GB, more than is free of Java's %.1f GB: raise it with " +
			"Edit > Options > Memory & Threads..., or crop or scale the image.", what, 1e-9 * bytes, 1e-9 * Runtime
				.getRuntime().maxMemory()), cause);
	}
}
