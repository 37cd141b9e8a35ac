package io.glassbox.method;

import io.glassbox.graph.Tensor;

/**
 * What each channel of a layer contributes to each place of a map, before channels are joined.
 *
 * @param shape 1 x channels x spatial extents
 */
record Contributions(int[] shape, Values values) {

	/** One contribution. */
	@FunctionalInterface
	interface Values {

		/** @param element number of the element, in the order of the layer's output */
		double at(int element);
	}

	/** What an activation and the derivative by it give, at one place of one channel. */
	@FunctionalInterface
	interface Product {

		double of(double activation, double gradient);
	}

	/** {@code w_k A_k}. */
	static Contributions ofChannels(final Tensor activations, final double[] weights) {
		final float[] a = activations.floats();
		final int places = a.length / weights.length;
		return new Contributions(activations.shape(), i -> weights[i / places] * a[i]);
	}

	/** {@code product(A_k, g_k)}, elementwise. */
	static Contributions ofElements(final Tensor activations, final Tensor gradient, final Product product) {
		final float[] a = activations.floats();
		final float[] g = gradient.floats();
		return new Contributions(activations.shape(), i -> product.of(a[i], g[i]));
	}

	/** All channels added up, 1 x 1 x spatial extents. */
	Tensor sum() {
		final int[] one = shape.clone();
		one[1] = 1;
		final int places = Math.toIntExact(Tensor.count(one));
		final double[] sum = new double[places];
		for (int k = 0; k < shape[1]; k++)
			for (int i = 0; i < places; i++)
				sum[i] += values.at(k * places + i);
		final float[] map = new float[places];
		for (int i = 0; i < places; i++)
			map[i] = (float) sum[i];
		return Tensor.of(map, one);
	}

	/** What they have in common, 1 x 1 x spatial extents, see {@link PrincipalComponent}. */
	Tensor principalComponent() {
		final float[] all = new float[Math.toIntExact(Tensor.count(shape))];
		for (int i = 0; i < all.length; i++)
			all[i] = (float) values.at(i);
		return PrincipalComponent.of(Tensor.of(all, shape));
	}

	/** Joined as the settings say. */
	Tensor joined(final CamSettings settings) {
		return settings.eigen() ? principalComponent() : sum();
	}
}
