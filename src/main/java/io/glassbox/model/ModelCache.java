package io.glassbox.model;

import ai.djl.Device;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * Keeps loaded networks, so that each is loaded once however many ask for it.
 * <p>
 * Who needs a network acquires a {@link Lease} and closes it when done. A network stays loaded after
 * that, until the budget of its device is needed for others: then the one used longest ago goes first,
 * but never one that is leased. If all are leased, the budget is exceeded until one is given back. A
 * network larger than the whole budget is therefore loaded anew for every use.
 * </p>
 * <p>
 * <b>How it works.</b> One lock guards a small map; it is held for bookkeeping and for closing, never
 * while loading. The first request for a key puts a {@link HeldModel} into the map and loads; later ones find it
 * there and wait for its future, so there is one load for each key, and loads of different files run side
 * by side. Each request <em>pins</em> the entry before it waits; only an entry without pins can be
 * evicted, which is why no lease ever sees a closed network. A network that is unloaded or outdated while
 * pinned moves from {@code current}, where requests look, to {@code leaving}, and is closed with its last
 * pin. A failed load leaves the map before its waiters learn of it: the next request tries again.
 * </p>
 * <p>
 * Closing happens under the lock on purpose. It takes milliseconds, and otherwise a network being closed
 * would be neither held nor gone: the same file could be loaded a second time beside it, and the bytes
 * counted as free would not be free yet. Room is made before loading, by the size of the file, and again
 * after, by what the model says it takes; what it takes is read again whenever a lease ends, since
 * engines make some of their parts at first use.
 * </p>
 * <p>
 * <b>Why not Caffeine?</b> Its eviction knows no leases. A weight of 0 while in use comes near, but each lease
 * would have to write to the cache to change it, eviction would follow some time later on another thread,
 * and an entry that is replaced while in use would still need our own counting. What is left to gain, scaling
 * to thousands of entries, is of no use to a handful of networks.
 * </p>
 */
public final class ModelCache implements AutoCloseable {

	private static final Logger LOG = LoggerFactory.getLogger(ModelCache.class);

	private final ModelLoader loader;
	private final Function<DeviceChoice, Device> devices;
	private final ToLongFunction<Device> budget;
	private final InstantSource clock;

	private final Object lock = new Object();
	private final Map<ModelKey, HeldModel> current = new HashMap<>();
	private final Set<HeldModel> leaving = new HashSet<>();
	private long turns;
	private boolean closed;

	/**
	 * A network the cache holds.
	 *
	 * @param name the file's name without its ending
	 * @param path the real path
	 * @param format {@code ONNX} or {@code TorchScript}
	 * @param device {@code CPU}, {@code GPU 0}
	 * @param bytes native and heap memory, estimated by the model
	 */
	public record Entry(String name, Path path, String format, String device, long bytes, long timesUsed,
		Instant lastUsed, boolean inUse)
	{}

	/**
	 * @param loader opens files; called by several threads at once for different keys
	 * @param devices finds the device a choice means
	 * @param budget bytes that networks on a device may take; asked whenever room may be needed
	 * @param clock tells when something was last used
	 */
	public ModelCache(final ModelLoader loader, final Function<DeviceChoice, Device> devices,
		final ToLongFunction<Device> budget, final InstantSource clock)
	{
		this.loader = loader;
		this.devices = devices;
		this.budget = budget;
		this.clock = clock;
	}

	/**
	 * A network, loaded if need be; close the lease when done with it.
	 *
	 * @throws GlassboxException if the file is not there or cannot be loaded, or there is no such device
	 * @throws CancellationException if the thread is interrupted while another loads the network
	 */
	public Lease acquire(final Path file, final DeviceChoice choice) {
		return acquire(file, choice, ModelUse.ANY);
	}

	/**
	 * Like {@link #acquire(Path, DeviceChoice)}, for a certain use.
	 */
	public Lease acquire(final Path file, final DeviceChoice choice, final ModelUse use) {
		final ModelKey key = ModelKey.of(file, devices.apply(choice), use);
		final HeldModel held;
		final boolean first;
		synchronized (lock) {
			if (closed) throw new GlassboxException("No model can be loaded any more: the model manager was shut down.");
			retire(h -> h.key.isOtherStateOf(key));
			first = !current.containsKey(key);
			held = current.computeIfAbsent(key, HeldModel::new);
			held.pins++;
			held.timesUsed++;
			use(held);
		}
		final Model model = first ? load(held) : await(held);
		return new Lease(model, () -> release(held, model));
	}

	private Model load(final HeldModel held) {
		final Path file = held.key.path();
		try {
			synchronized (lock) {
				makeRoom(held.key.device());
			}
			final Model model = loader.load(file, held.key.device(), held.key.use());
			final long bytes = model.bytes();
			synchronized (lock) {
				held.bytes = bytes;
				held.loading.complete(model);
				makeRoom(held.key.device());
			}
			LOG.debug("Loaded {} on {}: {} bytes", file, Devices.name(held.key.device()), bytes);
			return model;
		}
		catch (final Throwable t) {
			final GlassboxException failure = t instanceof GlassboxException g ? g : new GlassboxException("Cannot load " +
				file + ": " + t, t);
			synchronized (lock) {
				current.remove(held.key, held);
				leaving.remove(held);
			}
			held.loading.completeExceptionally(failure);
			throw failure;
		}
	}

	private Model await(final HeldModel held) {
		try {
			return held.loading.get();
		}
		catch (final ExecutionException e) {
			throw (GlassboxException) e.getCause();
		}
		catch (final InterruptedException e) {
			unpin(held);
			Thread.currentThread().interrupt();
			throw new CancellationException("Interrupted while waiting for " + held.key.path() + " to load.");
		}
	}

	private void release(final HeldModel held, final Model model) {
		try {
			final long bytes = model.bytes();
			synchronized (lock) {
				held.bytes = bytes;
				use(held);
			}
		}
		finally {
			unpin(held);
		}
	}

	private void unpin(final HeldModel held) {
		synchronized (lock) {
			held.pins--;
			if (held.isIdle() && leaving.remove(held)) close(held);
			makeRoom(held.key.device());
		}
	}

	private void use(final HeldModel held) {
		held.turn = turns++;
		held.lastUsed = clock.instant();
	}

	/** Evicts idle networks of a device, longest unused first, until the rest keeps to the budget. */
	private void makeRoom(final Device device) {
		final long allowed = budget.applyAsLong(device);
		while (held(device).mapToLong(h -> h.bytes).sum() > allowed) {
			final Optional<HeldModel> oldest = current.values().stream().filter(h -> h.isIdle() && h.key.device().equals(
				device)).min(Comparator.comparingLong(h -> h.turn));
			if (oldest.isEmpty()) return;
			if (oldest.get().bytes > allowed) LOG.warn("{} takes {} bytes, more than the {} allowed on {}: it is loaded " +
				"anew for every use. A larger budget helps.", oldest.get().key.path(), oldest.get().bytes, allowed, Devices.name(device));
			evict(oldest.get());
		}
	}

	private Stream<HeldModel> held(final Device device) {
		return held().filter(h -> h.key.device().equals(device));
	}

	/** Takes what matches out of reach: idle networks are closed, others when their last lease ends. */
	private int retire(final Predicate<HeldModel> which) {
		final List<HeldModel> chosen = current.values().stream().filter(which).toList();
		for (final HeldModel held : chosen) {
			if (held.isIdle()) evict(held);
			else {
				current.remove(held.key);
				leaving.add(held);
			}
		}
		return chosen.size();
	}

	private void evict(final HeldModel held) {
		current.remove(held.key);
		close(held);
	}

	private static void close(final HeldModel held) {
		try {
			held.loading.join().close();
			LOG.debug("Unloaded {} from {}", held.key.path(), Devices.name(held.key.device()));
		}
		catch (final RuntimeException e) {
			LOG.warn("Closing {} failed; its memory may not have been given back", held.key.path(), e);
		}
	}

	/**
	 * Unloads a file from all devices. If it is in use, it goes when its last lease ends, and is not handed out
	 * again.
	 *
	 * @return whether there was anything to unload
	 */
	public boolean unload(final Path file) {
		final Path path = ModelKey.realPath(file);
		synchronized (lock) {
			return retire(h -> h.key.path().equals(path)) > 0;
		}
	}

	/** Unloads everything, like {@link #unload(Path)}. */
	public void unloadAll() {
		synchronized (lock) {
			retire(h -> true);
		}
	}

	/** Unloads all networks without a graph, like {@link #unload(Path)}. */
	public void unloadBlackBoxes() {
		synchronized (lock) {
			retire(h -> h.isLoaded() && h.loading.join().graph().isEmpty());
		}
	}

	/** Unloads what nobody uses on a device; returns how many networks that were. */
	public int unloadIdle(final Device device) {
		synchronized (lock) {
			return retire(h -> h.isIdle() && h.key.device().equals(device));
		}
	}

	/** Evicts what is over budget, after the budget became smaller. */
	public void trim() {
		synchronized (lock) {
			held().map(h -> h.key.device()).distinct().toList().forEach(this::makeRoom);
		}
	}

	/** What is loaded, most recently used first; includes what goes when its last lease ends. */
	public List<Entry> list() {
		synchronized (lock) {
			return held().filter(HeldModel::isLoaded).sorted(Comparator.<HeldModel> comparingLong(h -> h.turn).reversed())
				.map(HeldModel::describe).toList();
		}
	}

	private Stream<HeldModel> held() {
		return Stream.concat(current.values().stream(), leaving.stream());
	}

	/** Unloads everything and hands out nothing more. */
	@Override
	public void close() {
		synchronized (lock) {
			closed = true;
			retire(h -> true);
		}
	}
}
