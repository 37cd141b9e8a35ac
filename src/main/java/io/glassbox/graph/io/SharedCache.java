package io.glassbox.graph.io;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A few costly things by key, made when first asked for; the one used longest ago is closed when there are
 * too many, but never while somebody uses it.
 */
final class SharedCache<K, V extends AutoCloseable> implements AutoCloseable {

	private final class Entry {

		private final V value;
		private int users;
		private boolean dropped;

		private Entry(final V value) {
			this.value = value;
		}
	}

	private final int most;
	private final Map<K, Entry> entries = new LinkedHashMap<>(8, 0.75f, true);
	private boolean closed;

	SharedCache(final int most) {
		this.most = most;
	}

	/** Uses a thing, made by {@code maker} if need be; others may use it at the same time. */
	<R> R use(final K key, final Function<K, V> maker, final Function<V, R> work) {
		final Entry entry = acquire(key, maker);
		try {
			return work.apply(entry.value);
		}
		finally {
			release(entry);
		}
	}

	private synchronized Entry acquire(final K key, final Function<K, V> maker) {
		if (closed) throw new IllegalStateException("The model is closed");
		Entry entry = entries.get(key);
		if (entry == null) {
			entry = new Entry(maker.apply(key));
			entries.put(key, entry);
		}
		entry.users++;
		for (final Iterator<Entry> i = entries.values().iterator(); entries.size() > most;) {
			final Entry eldest = i.next();
			i.remove();
			drop(eldest);
		}
		return entry;
	}

	private synchronized void release(final Entry entry) {
		entry.users--;
		if (entry.dropped) drop(entry);
	}

	private void drop(final Entry entry) {
		entry.dropped = true;
		if (entry.users > 0) return;
		try {
			entry.value.close();
		}
		catch (final RuntimeException e) {
			throw e;
		}
		catch (final Exception e) {
			throw new IllegalStateException(e);
		}
	}

	synchronized Stream<V> values() {
		return entries.values().stream().map(e -> e.value).toList().stream();
	}

	@Override
	public synchronized void close() {
		closed = true;
		entries.values().forEach(this::drop);
		entries.clear();
	}
}
