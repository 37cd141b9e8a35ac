package io.glassbox.demo;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;

import io.glassbox.graph.Network;
import io.glassbox.graph.Operator;

import java.util.function.UnaryOperator;

/** A convolution without bias, batch normalisation and ReLU, which the demo networks are made of. */
final class Stage {

	private final int kernel;
	private final int stride;
	private final Block convolution;
	private final Block norm = BatchNorm.builder().build();

	/** Padded such that an odd kernel with stride 1 leaves the extent as it is, and an even one with stride 2 halves it. */
	Stage(final int kernel, final int stride, final int filters) {
		this.kernel = kernel;
		this.stride = stride;
		convolution = Conv2d.builder().setKernelShape(new Shape(kernel, kernel)).optStride(new Shape(stride, stride))
			.optPadding(new Shape(padding(), padding())).setFilters(filters).optBias(false).build();
	}

	private int padding() {
		return (kernel - 1) / 2;
	}

	/** Appends what DJL trains. */
	void addTo(final SequentialBlock block) {
		block.add(convolution).add(norm).add(Activation.reluBlock());
	}

	/** What DJL trains, on its own. */
	Block block() {
		final SequentialBlock block = new SequentialBlock();
		addTo(block);
		return block;
	}

	/**
	 * Adds the three layers with the parameters as they are now.
	 *
	 * @param name what each is called: of {@code conv}, {@code conv1} or {@code down1.conv}
	 * @return the name of the last
	 */
	String addTo(final Network.Builder b, final String value, final UnaryOperator<String> name) {
		final String conv = name.apply("conv");
		final String bn = name.apply("bn");
		b.constant(conv + ".weight", Trainee.parameter(convolution, "weight"));
		final int padding = padding();
		final String convolved = Trainee.layer(b, conv, Operator.of("Conv", "kernel_shape", new int[] { kernel, kernel },
			"strides", new int[] { stride, stride }, "pads", new int[] { padding, padding, padding, padding }), value, conv +
				".weight");
		b.constant(bn + ".weight", Trainee.parameter(norm, "gamma"));
		b.constant(bn + ".bias", Trainee.parameter(norm, "beta"));
		b.constant(bn + ".running_mean", Trainee.parameter(norm, "runningMean"));
		b.constant(bn + ".running_var", Trainee.parameter(norm, "runningVar"));
		final String normalised = Trainee.layer(b, bn, Operator.of("BatchNormalization", "epsilon", 1e-5), convolved, bn +
			".weight", bn + ".bias", bn + ".running_mean", bn + ".running_var");
		return Trainee.layer(b, name.apply("relu"), Operator.of("Relu"), normalised);
	}
}
