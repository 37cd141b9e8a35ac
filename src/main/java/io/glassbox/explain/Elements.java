package io.glassbox.explain;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The elements of all inputs that a network can be differentiated by, one input after another, as one list.
 * <p>
 * A network of an image and a few clinical values is explained by both at once: they are altered together, and what they
 * contribute adds up to the score together.
 * </p>
 *
 * @param inputs all inputs, one sample each
 * @param explained positions of those that are explained
 */
public record Elements(List<Tensor> inputs, List<Integer> explained) {

	/**
	 * Of all inputs of floats.
	 *
	 * @throws GlassboxException if there is none
	 */
	public static Elements of(final List<Tensor> inputs) {
		final List<Integer> floats = IntStream.range(0, inputs.size()).filter(i -> inputs.get(i).isFloat()).boxed().toList();
		if (floats.isEmpty()) throw new GlassboxException("No input of the network is a tensor of floats: there is nothing to " +
			"differentiate by.");
		return new Elements(inputs, floats);
	}

	/** Of the first input alone. */
	public static Elements ofFirst(final List<Tensor> inputs) {
		return new Elements(inputs, List.of(0));
	}

	/** Of the input alone on which maps are drawn, see {@link #picture}. */
	public static Elements ofPicture(final List<Tensor> inputs) {
		return new Elements(inputs, List.of(inputs.indexOf(picture(inputs))));
	}

	public int length() {
		return explained.stream().mapToInt(i -> inputs.get(i).length()).sum();
	}

	/** Names of the explained inputs. */
	public List<String> names(final Model model) {
		return explained.stream().map(i -> model.inputs().get(i).name()).toList();
	}

	/** The elements of the sample itself; not to be written to. */
	public float[] joined() {
		return joined(inputs);
	}

	/** @param all shaped like the inputs, those that are not explained are left out */
	public float[] joined(final List<Tensor> all) {
		if (explained.size() == 1) return all.get(explained.get(0)).floats();
		final float[] joined = new float[length()];
		int at = 0;
		for (final int i : explained) {
			System.arraycopy(all.get(i).floats(), 0, joined, at, all.get(i).length());
			at += all.get(i).length();
		}
		return joined;
	}

	/** A list of elements as tensors shaped like the explained inputs. */
	public List<Tensor> split(final float[] elements) {
		return batch(elements, 1);
	}

	/**
	 * The explained inputs of several samples.
	 *
	 * @param elements of {@code n} samples, one after another
	 */
	public List<Tensor> batch(final float[] elements, final int n) {
		final List<Tensor> tensors = new ArrayList<>();
		final int length = length();
		int from = 0;
		for (final int i : explained) {
			final int size = inputs.get(i).length();
			final int[] shape = inputs.get(i).shape();
			shape[0] *= n;
			final float[] values = explained.size() == 1 ? elements : new float[n * size];
			for (int k = 0; k < n && values != elements; k++)
				System.arraycopy(elements, k * length + from, values, k * size, size);
			tensors.add(Tensor.of(values, shape));
			from += size;
		}
		return tensors;
	}

	/** The sample with other elements in the explained inputs. */
	public List<Tensor> with(final float[] elements) {
		final List<Tensor> parts = split(elements);
		final List<Tensor> all = new ArrayList<>(inputs);
		for (int k = 0; k < parts.size(); k++)
			all.set(explained.get(k), parts.get(k));
		return all;
	}

	/**
	 * Several samples with other elements in the explained inputs, and the same in all others.
	 *
	 * @param elements of {@code n} samples, one after another
	 * @return a tensor for each input, samples along the first axis
	 */
	public List<Tensor> samples(final float[] elements, final int n) {
		final List<Tensor> parts = batch(elements, n);
		final List<Tensor> all = new ArrayList<>();
		for (int i = 0; i < inputs.size(); i++) {
			final int part = explained.indexOf(i);
			all.add(part >= 0 ? parts.get(part) : inputs.get(i).repeated(n));
		}
		return all;
	}

	/** Values of {@code n} samples, each input's in one tensor, put one sample after another. */
	public float[] interleaved(final List<Tensor> parts, final int n) {
		if (parts.size() == 1) return parts.get(0).floats();
		final int length = length();
		final float[] all = new float[n * length];
		int from = 0;
		for (final Tensor part : parts) {
			final int size = part.length() / n;
			for (int k = 0; k < n; k++)
				System.arraycopy(part.floats(), k * size, all, k * length + from, size);
			from += size;
		}
		return all;
	}

	/** Whether an input is an image, and not a list of values in the form of one. */
	public static boolean isPicture(final Tensor t) {
		return t.rank() >= 4 && t.size(t.rank() - 1) > 1 && t.size(t.rank() - 2) > 1;
	}

	/** How many features an input has that is not the image which is cut into segments: another image is one, of anything else each value. */
	public static int features(final Tensor other) {
		return isPicture(other) ? 1 : other.length();
	}

	/** Position among the explained of the one that is drawn, see {@link #picture}; 0 if that is none of them. */
	public int drawn() {
		final Tensor picture = picture(inputs);
		return IntStream.range(0, explained.size()).filter(k -> inputs.get(explained.get(k)) == picture).findFirst().orElse(0);
	}

	/**
	 * The input on which maps are drawn, where it must be an image.
	 *
	 * @param what is done with it, for the message: {@code Occlusion covers windows of}
	 * @return 1 x channels x [depth x] height x width
	 * @throws GlassboxException if it is none
	 */
	public static Tensor image(final List<Tensor> inputs, final String what) {
		final Tensor picture = picture(inputs);
		if (picture.rank() < 4) throw new GlassboxException(what + " an image, 1 x channels x height x width; the network's input has " +
			"shape " + Arrays.toString(picture.shape()) + ".");
		return picture;
	}

	/** The input on which maps are drawn: the first of floats with two or three spatial extents, else the first. */
	public static Tensor picture(final List<Tensor> inputs) {
		return inputs.stream().filter(t -> t.isFloat() && t.rank() >= 4).findFirst().orElse(inputs.get(0));
	}
}
