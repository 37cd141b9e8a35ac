package io.glassbox.benchmark;

import io.glassbox.graph.Network;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;

import java.util.SplittableRandom;

/** ResNet-18 (He et al. 2016, table 1) with random weights: the size matters here, not what it knows. */
final class ResNet18 {

	private final SplittableRandom random = new SplittableRandom(18);
	private final Network.Builder b = Network.builder().input("input", Port.ANY, 3, 224, 224);

	private ResNet18() {}

	static Network build() {
		return new ResNet18().network();
	}

	private Network network() {
		String x = convolution("conv1", "input", 3, 64, 7, 2);
		x = relu("relu", normalised("bn1", x, 64));
		b.node("maxpool", "maxpool", Operator.of("MaxPool", "kernel_shape", new int[] { 3, 3 }, "strides", new int[] { 2,
			2 }, "pads", new int[] { 1, 1, 1, 1 }), x);
		x = "maxpool";
		int channels = 64;
		for (int stage = 1; stage <= 4; stage++) {
			final int width = 32 << stage;
			for (int i = 0; i < 2; i++) {
				x = block("layer" + stage + "." + i, x, channels, width, i == 0 && stage > 1 ? 2 : 1);
				channels = width;
			}
			b.layer("layer" + stage, x);
		}
		b.node("avgpool", "avgpool", Operator.of("GlobalAveragePool"), x).node("flatten", "", Operator.of("Flatten"),
			"avgpool").constant("fc.weight", random(0.04f, 1000, 512)).constant("fc.bias", random(0.04f, 1000)).node("fc",
				"fc", Operator.of("Gemm", "transB", 1), "flatten", "fc.weight", "fc.bias").layer("fc", "fc");
		return b.output("fc", Port.ANY, 1000).build();
	}

	private String block(final String name, final String x, final int in, final int out, final int stride) {
		String y = relu(name + ".relu", normalised(name + ".bn1", convolution(name + ".conv1", x, in, out, 3, stride),
			out));
		y = normalised(name + ".bn2", convolution(name + ".conv2", y, out, out, 3, 1), out);
		final String skip = stride == 1 && in == out ? x : normalised(name + ".downsample.1", convolution(name +
			".downsample.0", x, in, out, 1, stride), out);
		b.node(name + ".add", name, Operator.of("Add"), y, skip);
		return relu(name + ".relu2", name + ".add");
	}

	private String convolution(final String name, final String x, final int in, final int out, final int kernel,
		final int stride)
	{
		final int p = kernel / 2;
		b.constant(name + ".weight", random((float) Math.sqrt(6.0 / (in * kernel * kernel)), out, in, kernel, kernel));
		b.node(name, name, Operator.of("Conv", "kernel_shape", new int[] { kernel, kernel }, "strides", new int[] { stride,
			stride }, "pads", new int[] { p, p, p, p }), x, name + ".weight").layer(name, name);
		return name;
	}

	private String normalised(final String name, final String x, final int channels) {
		final float[] one = new float[channels];
		java.util.Arrays.fill(one, 1);
		b.constant(name + ".weight", Tensor.of(one, channels)).constant(name + ".bias", random(0.1f, channels)).constant(
			name + ".running_mean", random(0.1f, channels)).constant(name + ".running_var", Tensor.of(one, channels));
		b.node(name, name, Operator.of("BatchNormalization"), x, name + ".weight", name + ".bias", name + ".running_mean",
			name + ".running_var").layer(name, name);
		return name;
	}

	private String relu(final String name, final String x) {
		b.node(name, name, Operator.of("Relu"), x).layer(name, name);
		return name;
	}

	/** Uniform between minus and plus {@code limit}. */
	Tensor random(final float limit, final int... shape) {
		final float[] v = new float[Math.toIntExact(Tensor.count(shape))];
		for (int i = 0; i < v.length; i++)
			v[i] = limit * (float) (2 * random.nextDouble() - 1);
		return Tensor.of(v, shape);
	}

	static Tensor input() {
		return new ResNet18().random(1, 1, 3, 224, 224);
	}
}
