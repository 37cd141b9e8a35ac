package io.glassbox.graph;

/**
 * Engines for parts of a network, each made when it is first asked for.
 * <p>
 * Several threads may use one. Whoever asked for it closes it; the engines may then stay ready for the next who asks for the
 * same parts.
 * </p>
 */
public interface Parts extends AutoCloseable {

	/**
	 * The engine of a part.
	 *
	 * @param part its number
	 * @throws GlassboxException if the engine refuses it
	 */
	Scorer engine(int part);

	@Override
	void close();
}
