package io.glassbox.graph.io;

import ai.djl.Device;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;

import io.glassbox.graph.EngineMessage;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Port;
import io.glassbox.graph.Ports;
import io.glassbox.graph.Scorer;
import io.glassbox.graph.Tensor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores with ONNX Runtime, the fastest way to run a network forward.
 * <p>
 * Several threads may score at once; each call uses all processors. Its worker threads sleep between
 * calls, so that they take nothing from libtorch, which keeps threads of its own in the same process.
 * </p>
 */
public final class OnnxRuntimeScorer implements Scorer {

	private static final Logger LOG = LoggerFactory.getLogger(OnnxRuntimeScorer.class);

	private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
	private final OrtSession session;
	private final List<Port> inputs;
	private final OrtTensors tensors;
	private final boolean onGpu;
	private final long bytes;

	private OnnxRuntimeScorer(final Opener opener, final Device device, final String what, final long bytes,
		final NativeBuffers buffers)
	{
		this.bytes = bytes;
		try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
			onGpu = device.isGpu() && useGpu(options, device);
			configure(options);
			session = opener.open(environment, options);
		}
		catch (final OrtException e) {
			throw refused(what, e);
		}
		try {
			inputs = ports(session);
			tensors = new OrtTensors(session, buffers);
		}
		catch (final OrtException | RuntimeException e) {
			close();
			throw e instanceof GlassboxException g ? g : refused(what, e);
		}
	}

	@FunctionalInterface
	private interface Opener {

		OrtSession open(OrtEnvironment environment, OrtSession.SessionOptions options) throws OrtException;
	}

	/**
	 * @param model the contents of an ONNX file
	 * @throws GlassboxException if ONNX Runtime refuses it; the message says why
	 */
	public static OnnxRuntimeScorer of(final byte[] model, final Device device) {
		return of(model, device, new NativeBuffers());
	}

	/** @param buffers for its inputs, shared with engines that do not run while this one does, mostly */
	static OnnxRuntimeScorer of(final byte[] model, final Device device, final NativeBuffers buffers) {
		return started("the network", () -> new OnnxRuntimeScorer((env, options) -> env.createSession(model, options), device,
			"the network", model.length, buffers));
	}

	/** @throws GlassboxException if ONNX Runtime refuses the file; the message says why */
	public static OnnxRuntimeScorer open(final Path file, final Device device) {
		final String what = "'" + file + "'";
		return started(what, () -> new OnnxRuntimeScorer((env, options) -> env.createSession(file.toString(), options), device,
			what, file.toFile().length(), new NativeBuffers()));
	}

	/**
	 * A native library that is missing or does not fit the computer is ONNX Runtime's failure, not ours.
	 *
	 * @throws java.util.concurrent.CancellationException if the thread is interrupted meanwhile, which it still is afterwards
	 */
	static OnnxRuntimeScorer started(final String what, final Supplier<OnnxRuntimeScorer> start) {
		try {
			return Abandoned.unlessInterrupted("ONNX Runtime starts", start, OnnxRuntimeScorer::close);
		}
		catch (final LinkageError e) {
			throw new GlassboxException("ONNX Runtime cannot run " + what +
				": its native library does not load on this computer (" + (e.getCause() == null ? e : e.getCause()) + ").", e);
		}
	}

	private static GlassboxException refused(final String what, final Exception e) {
		return new GlassboxException("ONNX Runtime cannot run " + what + ": " + reason(e), e);
	}

	/** What ONNX Runtime says, without the code and the stack it puts before and after. */
	private static String reason(final Exception e) {
		return EngineMessage.of(e).replaceFirst("^Error code - \\w+ - message: ", "");
	}

	private static void configure(final OrtSession.SessionOptions options) throws OrtException {
		options.setIntraOpNumThreads(Runtime.getRuntime().availableProcessors());
		options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
		options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
		options.setDeterministicCompute(true);
		options.addConfigEntry("session.intra_op.allow_spinning", "0");
	}

	/** Whether ONNX Runtime can use the GPU: the build for CPUs, which is much smaller, cannot. */
	private static boolean useGpu(final OrtSession.SessionOptions options, final Device device) {
		try {
			options.addCUDA(device.getDeviceId());
			return true;
		}
		catch (final OrtException e) {
			LOG.info("ONNX Runtime cannot use the GPU: {}", reason(e));
			return false;
		}
	}

	private static List<Port> ports(final OrtSession session) throws OrtException {
		final List<Port> ports = new ArrayList<>();
		for (final var e : session.getInputInfo().entrySet()) {
			if (!(e.getValue().getInfo() instanceof TensorInfo info)) throw new GlassboxException("The input '" + e.getKey() +
				"' of the network is no tensor, so no image can be fed to it.");
			ports.add(new Port(e.getKey(), shape(info.getShape()), OrtTensors.element(info.type)));
		}
		return List.copyOf(ports);
	}

	/** ONNX Runtime tells no axes for an input of which it does not know how many it has. */
	private static int[] shape(final long[] extents) {
		return extents.length == 0 ? null : Arrays.stream(extents).mapToInt(n -> n < 1 ? Port.ANY : Math.toIntExact(n))
			.toArray();
	}

	/** Whether it runs on this kind of device; ONNX Runtime falls back to the CPU where it cannot use the GPU. */
	boolean isOn(final Device device) {
		return device.isGpu() == onGpu;
	}

	/** The inputs, as the file tells them. */
	public List<Port> inputs() {
		return inputs;
	}

	@Override
	public List<Tensor> score(final List<Tensor> values) {
		Ports.check(inputs, values);
		final Map<String, OnnxTensor> feed = new LinkedHashMap<>();
		final List<Tensor> outputs = new ArrayList<>();
		try (OrtTensors.Lease lease = tensors.lease(); OrtRun run = new OrtRun(session)) {
			for (int i = 0; i < values.size(); i++)
				feed.put(inputs.get(i).name(), lease.tensor(environment, inputs.get(i), values.get(i)));
			try (OrtSession.Result result = run.on(feed)) {
				for (final String name : session.getOutputNames())
					outputs.add(OrtTensors.read(name, result.get(name).orElseThrow()));
			}
		}
		catch (final OrtException e) {
			throw new GlassboxException("The network failed on " + values + ": " + reason(e), e);
		}
		return outputs;
	}

	@Override
	public String engine() {
		return "ONNX Runtime " + environment.getVersion() + ", " + (onGpu ? "GPU" : "CPU");
	}

	/** The size of the file. */
	@Override
	public long bytes() {
		return bytes;
	}

	@Override
	public void close() {
		try {
			session.close();
		}
		catch (final OrtException e) {
			throw new IllegalStateException("ONNX Runtime failed to free a network", e);
		}
	}
}
