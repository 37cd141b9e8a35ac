package io.glassbox.method;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.Elements;
import io.glassbox.explain.Target;
import io.glassbox.explain.Upsampling;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.SpatialLayers;
import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What all class activation maps share: they weigh the channels of one layer and add them up. */
final class ActivationMap {

	/** The key of the fact that tells of detail which is not the network's. */
	static final String UPSAMPLING = "upsampling";

	private ActivationMap() {}

	/**
	 * The values that a layer setting means: the last with spatial extent for {@code auto}, otherwise what
	 * {@link io.glassbox.graph.Network#layers(String)} finds, each value once.
	 *
	 * @throws GlassboxException if there is no such layer, or its channels lie on another axis than the second
	 */
	static List<String> layers(final Model model, final List<Tensor> inputs, final String setting) {
		final boolean auto = setting.isBlank() || setting.trim().equalsIgnoreCase("auto");
		final List<String> values = auto ? List.of(SpatialLayers.last(model.network(), model.shapes(inputs))) : model.network()
			.layers(setting).stream().map(model.network()::layer).distinct().toList();
		requireSeen(model, inputs, values);
		requireChannelsSecond(model, inputs, values);
		return values;
	}

	/** @throws GlassboxException if a layer does not see the picture that is drawn on, but another one */
	private static void requireSeen(final Model model, final List<Tensor> inputs, final List<String> values) {
		final Network network = model.network();
		final String picture = network.inputs().get(inputs.indexOf(Elements.picture(inputs))).name();
		final Set<String> seeing = network.dependentOn(picture);
		for (final String value : values)
			if (!seeing.contains(value)) throw new GlassboxException("Layer '" + SpatialLayers.name(network, value) +
				"' does not see the input '" + picture + "', on which the map would be drawn; choose another layer, or auto, or open the " +
				"image that it sees and give this one as inputs=[" + picture + "=...].");
	}

	/** @throws GlassboxException unless this is 1 x channels x two or three spatial extents, of several places */
	static void requireSpatial(final Tensor activations, final String layer) {
		final boolean drawable = activations.rank() == 4 || activations.rank() == 5;
		if (!drawable || activations.length() == activations.size(1)) throw new GlassboxException("Layer '" + layer +
			"' has an output of shape " + Arrays.toString(activations.shape()) +
			", which has no spatial extent to draw a map on; choose an earlier layer, or auto.");
	}

	/**
	 * @throws GlassboxException if the layers have their channels on another axis than the second, as between the linear
	 *           layers of a Swin transformer: a map would mix channels with places
	 */
	private static void requireChannelsSecond(final Model model, final List<Tensor> inputs, final List<String> values) {
		if (model.network().nodes().stream().noneMatch(n -> n.is("Transpose"))) return;
		for (final String value : values) {
			final int axis = SpatialLayers.channelAxis(model.network(), model.shapes(inputs), value);
			if (axis > 1 && !TokenGrid.holds(model, inputs, value)) throw new GlassboxException("Layer '" + SpatialLayers.name(model.network(), value) +
				"' has its channels on axis " + axis + " of its output, " + Arrays.toString(model.shapes(inputs).get(value)) +
				", where a class activation map needs them on axis 1; choose a layer behind a permutation of axes, or auto.");
		}
	}

	/**
	 * {@code sum_k w_k A_k}.
	 *
	 * @param activations 1 x channels x spatial extents
	 * @return 1 x 1 x spatial extents
	 */
	static Tensor weightedSum(final Tensor activations, final double[] weights) {
		return Contributions.ofChannels(activations, weights).sum();
	}

	static Tensor relu(final Tensor map) {
		final float[] v = map.floats().clone();
		for (int i = 0; i < v.length; i++)
			v[i] = Math.max(0, v[i]);
		return Tensor.of(v, map.shape());
	}

	/**
	 * One map of several layers' maps, as pytorch-grad-cam joins them: each is scaled, interpolated to the
	 * input's extents, and the mean taken. Maps without negative values are scaled to reach from 0 to 1, others so that
	 * their largest magnitude is 1; a map that is the same everywhere counts as zero.
	 *
	 * @param maps 1 x 1 x spatial extents, which may differ
	 * @param input the explained input
	 * @return 1 x 1 x the input's spatial extents
	 */
	static Tensor joined(final List<Tensor> maps, final boolean signed, final Upsampling upsampling, final Tensor input) {
		final int[] shape = input.shape();
		shape[1] = 1;
		final float[] mean = new float[Math.toIntExact(Tensor.count(shape))];
		for (final Tensor map : maps) {
			requireRank(map, input);
			final float[] fine = upsampling.of(scaled(map, signed), input).floats();
			for (int i = 0; i < mean.length; i++)
				mean[i] += fine[i] / maps.size();
		}
		return Tensor.of(mean, shape);
	}

	/** Scaled to reach from 0 to 1 or, if signed, so that the largest magnitude is 1. */
	static Tensor scaled(final Tensor map, final boolean signed) {
		final float[] v = map.floats().clone();
		float low = signed ? 0 : Float.POSITIVE_INFINITY;
		for (int i = 0; i < v.length && !signed; i++)
			low = Math.min(low, v[i]);
		float span = 0;
		for (final float x : v)
			span = Math.max(span, Math.abs(x - low));
		for (int i = 0; i < v.length; i++)
			v[i] = span == 0 ? 0 : (v[i] - low) / span;
		return Tensor.of(v, map.shape());
	}

	/** @throws GlassboxException if a map has other spatial dimensions than the input */
	static void requireRank(final Tensor raw, final Tensor input) {
		if (raw.rank() != input.rank()) throw new GlassboxException("The layer has " + (raw.rank() - 2) +
			" spatial dimensions, the input " + (input.rank() - 2) + "; choose another layer.");
	}

	/** What a method tells of the layers it drew from. */
	static Map<String, String> facts(final Network network, final List<String> values,
		final Map<String, Tensor> activations)
	{
		final Map<String, String> facts = new LinkedHashMap<>();
		facts.put(values.size() == 1 ? "layer" : "layers", values.stream().map(v -> SpatialLayers.name(network, v)).collect(
			Collectors.joining(", ")));
		facts.put("layer shape", values.stream().map(v -> Arrays.toString(activations.get(v).shape())).collect(Collectors
			.joining(", ")));
		return facts;
	}

	/**
	 * The answer of a CAM method.
	 *
	 * @param maps one for each layer, 1 x 1 x its spatial extents; of several the mean is taken, see {@link #joined}
	 * @param inputs of the network, one of which is drawn on, see {@link Elements#picture}
	 */
	static Attribution attribution(final List<Tensor> maps, final CamSettings settings,
		final List<Tensor> inputs, final Target.Resolved target, final Tensor output, final Map<String, String> facts)
	{
		final Tensor input = Elements.picture(inputs);
		final boolean relu = settings.relu();
		final List<Tensor> shown = relu ? maps.stream().map(ActivationMap::relu).toList() : maps;
		final Tensor raw = shown.size() == 1 ? shown.get(0) : joined(shown, !relu, settings.upsampling(), input);
		requireRank(raw, input);
		final Tensor wide = settings.upsampling().of(raw, input);
		final Tensor fine = relu ? relu(wide) : wide; // what is smoother than linear swings below zero
		final Tensor map = fine.reshape(Arrays.copyOfRange(fine.shape(), 2, fine.rank()));
		final Map<String, String> told = new LinkedHashMap<>(facts);
		settings.upsampling().caveat().ifPresent(caveat -> told.put(UPSAMPLING, caveat));
		return new Attribution(settings.upsample() || shown.size() > 1 ? fine : raw, map, !relu, target, output, told);
	}
}
