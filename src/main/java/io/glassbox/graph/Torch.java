package io.glassbox.graph;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;

import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts libtorch, once, and guards what is peculiar about it.
 * <p>
 * DJL finds its engines through the thread's context class loader, which inside ImageJ is not the one
 * our jars were loaded by; it reports its use to a server of its makers unless told not to; and some of
 * its convolutions are wrong, see {@link InstructionSet}. All of that is taken care of here, so everything
 * that needs libtorch starts here.
 * </p>
 */
public final class Torch {

	private static final Logger LOG = LoggerFactory.getLogger(Torch.class);

	private Torch() {}

	/** Holds the engine; class initialisation makes the start happen once, whoever comes first. */
	private static final class Holder {

		static final Engine ENGINE = withOwnLoader(Holder::start);

		private static Engine start() {
			if (System.getProperty("OPT_OUT_TRACKING") == null) System.setProperty("OPT_OUT_TRACKING", "true");
			InstructionSet.limit();
			try {
				final Engine engine = Engine.getEngine("PyTorch");
				LOG.info("libtorch {} by DJL {}, {} GPU(s), {} threads", engine.getVersion(), Engine.getDjlVersion(), engine
					.getGpuCount(), JniUtils.getNumThreads());
				return engine;
			}
			catch (final RuntimeException | LinkageError e) {
				throw new GlassboxException("libtorch could not be started (" + e.getMessage() +
					"). It comes with Glassbox for this platform, or is fetched on first use: check the installation, or " +
					"connect to the internet once.", e);
			}
		}
	}

	/**
	 * The engine, started on first use.
	 *
	 * @throws GlassboxException if libtorch is not there for this platform
	 */
	public static Engine engine() {
		try {
			return Holder.ENGINE;
		}
		catch (final ExceptionInInitializerError e) {
			if (e.getCause() instanceof GlassboxException g) throw g;
			throw e;
		}
		catch (final NoClassDefFoundError e) {
			throw new GlassboxException("libtorch could not be started; the first message about it says why.", e);
		}
	}

	/** A new manager of native memory on a device; whoever asks for it closes it. */
	public static NDManager newManager(final Device device) {
		return engine().newBaseManager(device);
	}

	/** The engine and a device, for people: {@code libtorch 2.7.1, CPU}. */
	public static String describe(final Device device) {
		return "libtorch " + engine().getVersion() + ", " + (device.isGpu() ? "GPU " + device.getDeviceId() : "CPU");
	}

	/** Runs something with our own class loader as the thread's context class loader. */
	public static <T> T withOwnLoader(final Supplier<T> work) {
		final Thread thread = Thread.currentThread();
		final ClassLoader before = thread.getContextClassLoader();
		thread.setContextClassLoader(Torch.class.getClassLoader());
		try {
			return work.get();
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}

	/**
	 * Runs something with gradients recorded or not on this thread, and restores what was.
	 * <p>
	 * The mode belongs to the thread, so two threads do not disturb each other; DJL's own gradient
	 * collector, of which a process may have only one, is not used.
	 * </p>
	 */
	public static <T> T withGradients(final boolean recorded, final Supplier<T> work) {
		engine();
		final boolean before = JniUtils.isGradMode();
		JniUtils.setGradMode(recorded);
		try {
			return work.get();
		}
		finally {
			JniUtils.setGradMode(before);
		}
	}
}
