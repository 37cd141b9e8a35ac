package io.glassbox.graph.io;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few costly things by key, made when first asked for; the one used longest ago is closed when there are
 * too many, but never while somebody uses it.
 * <p>
 * Making one takes seconds: those who want the same thing wait for it, all others go on.
 * </p>
 */
final class SharedCache<K, V extends AutoCloseable> implements AutoCloseable {

	private static final Logger LOG = LoggerFactory.getLogger(SharedCache.class);

	private final class Entry {

		private final FutureTask<V> making;

		/** What was made; null until then. */
		private V value;
		private int users = 1;
		private boolean dropped;

		private Entry(final FutureTask<V> making) {
			this.making = making;
		}
	}

	private final int most;
	private final Map<K, Entry> entries = new LinkedHashMap<>(8, 0.75f, true);
	private boolean closed;

	SharedCache(final int most) {
		this.most = most;
	}

	/**
	 * Uses a thing, made by {@code maker} if need be; others may use it at the same time. What the maker throws goes to
	 * all who wait for it; the next to ask has it tried again.
	 */
	<R> R use(final K key, final Function<K, V> maker, final Function<V, R> work) {
		try (Lease lease = lease(key, maker)) {
			return work.apply(lease.value());
		}
	}

	/** The same for a while: the thing is not closed before the lease is. */
	Lease lease(final K key, final Function<K, V> maker) {
		final Entry entry = enter(key, maker);
		boolean made = false;
		try {
			final Lease lease = new Lease(entry, made(key, entry));
			made = true;
			return lease;
		}
		finally {
			if (!made) leave(entry);
		}
	}

	/** The right to use a thing until it is closed; closing it twice does no harm. */
	final class Lease implements AutoCloseable {

		private final Entry entry;
		private final V value;
		private final AtomicBoolean closed = new AtomicBoolean();

		private Lease(final Entry entry, final V value) {
			this.entry = entry;
			this.value = value;
		}

		V value() {
			return value;
		}

		@Override
		public void close() {
			if (closed.compareAndSet(false, true)) leave(entry);
		}
	}

	private synchronized Entry enter(final K key, final Function<K, V> maker) {
		if (closed) throw new IllegalStateException("The model is closed");
		final Entry known = entries.get(key);
		if (known != null) {
			known.users++;
			return known;
		}
		final Entry entry = new Entry(new FutureTask<>(() -> maker.apply(key)));
		entries.put(key, entry);
		return entry;
	}

	/** The first to come here makes the thing, the others wait. */
	private V made(final K key, final Entry entry) {
		entry.making.run();
		try {
			final V value = entry.making.get();
			close(keep(entry, value));
			return value;
		}
		catch (final InterruptedException e) {
			Thread.currentThread().interrupt();
			throw new CancellationException("Cancelled.");
		}
		catch (final ExecutionException e) {
			forget(key, entry);
			if (e.getCause() instanceof Error error) throw error;
			throw (RuntimeException) e.getCause();
		}
	}

	/** Notes what was made; returns what there is no more room for. */
	private synchronized List<V> keep(final Entry entry, final V value) {
		entry.value = value;
		final List<V> idle = new ArrayList<>();
		for (final Iterator<Entry> i = entries.values().iterator(); entries.size() > most;) {
			idle.addAll(dropped(i.next()));
			i.remove();
		}
		return idle;
	}

	private synchronized void forget(final K key, final Entry entry) {
		entries.remove(key, entry);
	}

	private void leave(final Entry entry) {
		close(left(entry));
	}

	private synchronized List<V> left(final Entry entry) {
		entry.users--;
		return entry.dropped ? dropped(entry) : List.of();
	}

	/** Marks an entry for closing; returns its value if that can be closed now. */
	private List<V> dropped(final Entry entry) {
		entry.dropped = true;
		return entry.users > 0 || entry.value == null ? List.of() : List.of(entry.value);
	}

	/** Whoever happens to close a thing did not ask for that, so its failure is not theirs. */
	private void close(final Collection<V> idle) {
		for (final V value : idle) {
			try {
				value.close();
			}
			catch (final Exception e) {
				LOG.warn("What is no longer needed failed to close", e);
			}
		}
	}

	/** The things made so far. */
	synchronized Stream<V> values() {
		return entries.values().stream().map(e -> e.value).filter(Objects::nonNull).toList().stream();
	}

	@Override
	public void close() {
		close(all());
	}

	private synchronized List<V> all() {
		closed = true;
		final List<V> idle = new ArrayList<>();
		entries.values().forEach(e -> idle.addAll(dropped(e)));
		entries.clear();
		return idle;
	}
}
