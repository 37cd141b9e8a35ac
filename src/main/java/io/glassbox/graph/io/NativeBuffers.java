package io.glassbox.graph.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Native memory that is used again and again: the Java runtime frees such memory only when it happens to collect garbage.
 * <p>
 * Buffers are powers of two in size, so that one that was made for something else mostly does. Few stay when nobody uses them.
 * Safe for use by several threads.
 * </p>
 */
final class NativeBuffers {

	private static final int SMALLEST = 1 << 12;

	/** Idle buffers that are kept: what two threads at work take, mostly. */
	private static final int KEPT = 8;

	private final List<ByteBuffer> idle = new ArrayList<>();

	/** A buffer of so many bytes or more, empty, in native order. */
	ByteBuffer take(final long bytes) {
		final ByteBuffer known = idle(bytes);
		return known != null ? known.clear() : ByteBuffer.allocateDirect(size(bytes)).order(ByteOrder.nativeOrder());
	}

	private static int size(final long bytes) {
		if (bytes > 1 << 30) return Math.toIntExact(bytes);
		return Math.max(SMALLEST, Integer.highestOneBit((int) Math.max(1, bytes - 1)) << 1);
	}

	/** The smallest that is large enough; null if there is none. */
	private synchronized ByteBuffer idle(final long bytes) {
		int best = -1;
		for (int i = 0; i < idle.size(); i++)
			if (idle.get(i).capacity() >= bytes && (best < 0 || idle.get(i).capacity() < idle.get(best).capacity())) best = i;
		return best < 0 ? null : idle.remove(best);
	}

	/** Gives buffers back. Of too many the smallest go. */
	synchronized void give(final List<ByteBuffer> buffers) {
		idle.addAll(buffers);
		idle.sort((a, b) -> Integer.compare(b.capacity(), a.capacity()));
		if (idle.size() > KEPT) idle.subList(KEPT, idle.size()).clear();
	}
}
