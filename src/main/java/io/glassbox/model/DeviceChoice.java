package io.glassbox.model;

import io.glassbox.graph.GlassboxException;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the user wants networks to run: {@code auto} (a GPU if there is one), {@code cpu},
 * {@code gpu} or {@code gpu:1}.
 *
 * @param index of the GPU, from 0; 0 for the others
 */
public record DeviceChoice(Kind kind, int index) {

	public static final DeviceChoice AUTO = new DeviceChoice(Kind.AUTO, 0);
	public static final DeviceChoice CPU = new DeviceChoice(Kind.CPU, 0);

	private static final Pattern GPU = Pattern.compile("(?:gpu|cuda)(?::?\\s*(\\d{1,3}))?");

	/** What kind of device. */
	public enum Kind {
			AUTO, CPU, GPU
	}

	public static DeviceChoice gpu(final int index) {
		return new DeviceChoice(Kind.GPU, index);
	}

	/**
	 * Reads a device as people write it; blank means auto, and {@code cuda} is another word for gpu.
	 *
	 * @throws GlassboxException if it is none
	 */
	public static DeviceChoice parse(final String text) {
		final String t = text == null ? "" : text.trim().toLowerCase(Locale.ROOT);
		if (t.isEmpty() || t.equals("auto")) return AUTO;
		if (t.equals("cpu")) return CPU;
		final Matcher gpu = GPU.matcher(t);
		if (!gpu.matches()) throw new GlassboxException("No device '" + text.trim() +
			"'. Use auto, cpu, gpu, or gpu:1 for the second GPU.");
		return gpu(gpu.group(1) == null ? 0 : Integer.parseInt(gpu.group(1)));
	}

	/** As {@link #parse} reads it. */
	@Override
	public String toString() {
		return kind == Kind.GPU ? "gpu:" + index : kind.name().toLowerCase(Locale.ROOT);
	}
}
