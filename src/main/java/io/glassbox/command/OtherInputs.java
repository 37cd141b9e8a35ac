package io.glassbox.command;

import io.glassbox.graph.Element;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Names;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.Npy;
import io.glassbox.image.ImageInput;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ij.ImagePlus;

/**
 * What a network takes beside the image that is explained, as a person writes it: {@code clinical=0.2, 1, -3; prior=prior.tif},
 * semicolons between inputs, numbers with commas between, a tensor as {@code .npy}, or another image by title or file. The name
 * may be left out if there is one input besides. The image itself goes into the first input for images that is not given so: of
 * a network of two views, {@code inputs=[cc=cc.tif]} makes it the other one.
 */
final class OtherInputs {

	private static final String NUMBER = "[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?";

	private final List<Port> ports;
	private final Port image;
	private final Map<String, Tensor> given = new LinkedHashMap<>();

	/**
	 * @param images makes the tensor for a port of an image
	 * @throws GlassboxException if an input is not given, or there is no such input, or it does not take what is given
	 */
	OtherInputs(final String text, final Model model, final BiFunction<ImagePlus, Port, Tensor> images) {
		ports = model.inputs();
		image = image(text, model);
		final List<Port> others = ports.stream().filter(p -> p != image).toList();
		for (final String part : parts(text).toList()) {
			if (others.isEmpty()) throw new GlassboxException("The network takes the image alone; there is no other input for '" +
				part.trim() + "'.");
			final int equals = part.indexOf('=');
			final String name = equals < 0 && others.size() == 1 ? others.get(0).name() : equals < 0 ? part.trim() : part.substring(
				0, equals).trim();
			final Port port = others.stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow(
				() -> new GlassboxException(Names.unknown("input beside the image", name, others.stream().map(Port::name).toList())));
			if (given.put(name, tensor(port, part.substring(equals + 1).trim(), images)) != null) throw new GlassboxException(
				"The input '" + name + "' is given twice.");
		}
		if (given.size() < others.size()) throw new GlassboxException(ImageInput.missing(model).orElseThrow());
	}

	/** The input that the image goes into. */
	static Port image(final String text, final Model model) {
		return ImageInput.notOf(parts(text).map(part -> part.substring(0, Math.max(0, part.indexOf('='))).trim()).collect(Collectors
			.toSet()), model);
	}

	private static Stream<String> parts(final String text) {
		return Arrays.stream((text == null ? "" : text).split(";")).filter(part -> !part.isBlank());
	}

	/** All inputs in the network's order. */
	List<Tensor> with(final Tensor prepared) {
		final List<Tensor> all = new ArrayList<>();
		ports.forEach(p -> all.add(p == image ? prepared : given.get(p.name())));
		return all;
	}

	private static Tensor tensor(final Port port, final String value, final BiFunction<ImagePlus, Port, Tensor> images) {
		final String[] parts = value.split("[,\\s]+");
		if (Arrays.stream(parts).allMatch(p -> p.matches(NUMBER))) return numbers(port, parts);
		if (value.endsWith(".npy")) return Npy.read(Path.of(value));
		return images.apply(Images.named(port.name(), value), port);
	}

	private static Tensor numbers(final Port port, final String[] parts) {
		final int[] shape = shape(port, parts.length);
		if (port.element() == Element.FLOAT) {
			final float[] values = new float[parts.length];
			for (int i = 0; i < values.length; i++)
				values[i] = Float.parseFloat(parts[i]);
			return Tensor.of(values, shape);
		}
		try {
			return Tensor.ofLongs(Arrays.stream(parts).mapToLong(Long::parseLong).toArray(), shape);
		}
		catch (final NumberFormatException e) {
			throw new GlassboxException("The input '" + port.name() + "' takes whole numbers, found " + String.join(", ", parts) +
				".", e);
		}
	}

	/** The shape of one sample; an open extent besides is as large as the numbers make it. */
	private static int[] shape(final Port port, final int count) {
		if (port.shape() == null) return new int[] { 1, count };
		final int[] shape = port.shape().clone();
		if (shape.length > 0) shape[0] = 1;
		long known = 1;
		int open = -1;
		for (int i = 0; i < shape.length; i++)
			if (shape[i] != Port.ANY) known *= shape[i];
			else open = open < 0 ? i : shape.length;
		if (open >= 0 && open < shape.length && known > 0 && count % known == 0) {
			shape[open] = (int) (count / known);
			known = count;
		}
		if (open == shape.length || known != count) throw new GlassboxException("The input '" + port.name() + "' takes " + port
			.describe() + " numbers, found " + count + ".");
		return shape;
	}
}
