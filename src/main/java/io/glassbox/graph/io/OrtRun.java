package io.glassbox.graph.io;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

import java.io.IOException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.util.Map;
import java.util.concurrent.CancellationException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a network that ends soon after its thread is interrupted.
 * <p>
 * The JDK closes a channel when the thread that is busy with it is interrupted; here that tells ONNX Runtime to
 * stop after the operator at hand. It needs no thread that watches.
 * </p>
 */
final class OrtRun implements AutoCloseable {

	private static final Logger LOG = LoggerFactory.getLogger(OrtRun.class);

	private final OrtSession session;
	private final OrtSession.RunOptions options;

	OrtRun(final OrtSession session) throws OrtException {
		this.session = session;
		options = new OrtSession.RunOptions();
	}

	private final class Interruptible extends AbstractInterruptibleChannel {

		private OrtSession.Result run(final Map<String, OnnxTensor> feed) throws OrtException, IOException {
			OrtSession.Result result = null;
			begin();
			try {
				result = session.run(feed, session.getOutputNames(), options);
				return result;
			}
			finally {
				ended(result);
			}
		}

		private void ended(final OrtSession.Result result) throws IOException {
			try {
				end(true);
			}
			catch (final IOException e) {
				if (result != null) result.close();
				throw e;
			}
		}

		@Override
		protected void implCloseChannel() {
			try {
				options.setTerminate(true);
			}
			catch (final OrtException e) {
				LOG.warn("ONNX Runtime did not stop", e);
			}
		}
	}

	/** @throws CancellationException if the thread is interrupted, which it still is afterwards */
	OrtSession.Result on(final Map<String, OnnxTensor> feed) throws OrtException {
		final Interruptible interruptible = new Interruptible();
		try {
			return interruptible.run(feed);
		}
		catch (final IOException e) {
			final CancellationException cancelled = new CancellationException("Cancelled.");
			cancelled.initCause(e);
			throw cancelled;
		}
	}

	@Override
	public void close() {
		options.close();
	}
}
