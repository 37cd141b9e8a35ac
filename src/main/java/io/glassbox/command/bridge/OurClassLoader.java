package io.glassbox.command.bridge;

/**
 * Makes the loader of our own classes the thread's context class loader, until closed.
 * <p>
 * Plain ImageJ loads plugins in a loader of its own and leaves the application's as the context. SciJava and
 * the engines look for their services in the context loader and would find none.
 * </p>
 */
final class OurClassLoader implements AutoCloseable {

	private final Thread thread = Thread.currentThread();
	private final ClassLoader before = thread.getContextClassLoader();

	private OurClassLoader() {
		thread.setContextClassLoader(OurClassLoader.class.getClassLoader());
	}

	static OurClassLoader enter() {
		return new OurClassLoader();
	}

	@Override
	public void close() {
		thread.setContextClassLoader(before);
	}
}
