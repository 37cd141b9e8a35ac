package io.glassbox.model;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Torch;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.IntSupplier;

/**
 * Finds the device a choice means on this machine, and logs once which it is and why.
 * <p>
 * A choice of the CPU starts no engine; the others ask libtorch how many GPUs it can use.
 * </p>
 */
public final class Devices {

	private static final Logger LOG = LoggerFactory.getLogger(Devices.class);

	private final IntSupplier gpus;
	private final Function<Device, String> describe;
	private final Runnable emptyGpuCache;
	private final Set<DeviceChoice> logged = ConcurrentHashMap.newKeySet();

	/** The devices libtorch sees. */
	public Devices() {
		this(() -> Torch.engine().getGpuCount(), Torch::describe, JniUtils::emptyCudaCache);
	}

	/**
	 * @param gpus number of GPUs there are
	 * @param describe engine and device, for the log
	 * @param emptyGpuCache gives back what the engine keeps on GPUs for later
	 */
	Devices(final IntSupplier gpus, final Function<Device, String> describe, final Runnable emptyGpuCache) {
		this.gpus = gpus;
		this.describe = describe;
		this.emptyGpuCache = emptyGpuCache;
	}

	/** @throws GlassboxException if there is no such GPU */
	public Device resolve(final DeviceChoice choice) {
		final Device device = choice.kind() == DeviceChoice.Kind.CPU ? Device.cpu() : find(choice);
		if (logged.add(choice)) LOG.info("Networks run on {}: {}", choice.kind() == DeviceChoice.Kind.CPU ? name(device)
			: describe.apply(device), why(choice, device));
		return device;
	}

	private Device find(final DeviceChoice choice) {
		final int count = gpus.getAsInt();
		if (choice.kind() == DeviceChoice.Kind.AUTO) return count > 0 ? Device.gpu(0) : Device.cpu();
		if (choice.index() < count) return Device.gpu(choice.index());
		throw new GlassboxException(count == 0 ? "No GPU: libtorch finds none it can use. Choose the device 'cpu' or " +
			"'auto', or check the NVIDIA driver." : "No GPU " + choice.index() + ": there " + (count == 1
				? "is one, gpu:0." : "are " + count + ", gpu:0 to gpu:" + (count - 1) + "."));
	}

	/** Gives memory back that libtorch keeps on a GPU for later, so that other engines and programs can have it. */
	void emptyCache(final Device device) {
		if (device.isGpu()) emptyGpuCache.run();
	}

	/** A device, for people: {@code CPU}, {@code GPU 0}. */
	static String name(final Device device) {
		return device.isGpu() ? "GPU " + device.getDeviceId() : "CPU";
	}

	private static String why(final DeviceChoice choice, final Device device) {
		if (choice.kind() != DeviceChoice.Kind.AUTO) return "chosen by setting";
		return device.isGpu() ? "the first GPU there is" : "there is no GPU libtorch can use";
	}
}
