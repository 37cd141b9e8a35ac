package io.glassbox.graph;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How far around a place of a network's first output the pixels lie that it depends on; of networks that do the same
 * everywhere, which are fully convolutional.
 * <p>
 * Araujo, Norris and Sim, <em>Computing Receptive Fields of Convolutional Neural Networks</em>, Distill 2019. The interval of input
 * pixels that a place depends on is followed from node to node: with {@code j} input pixels to a step of the operand, a
 * convolution of size {@code k} and padding {@code p} widens it by {@code p j} before and {@code (k - 1 - p) j} behind. Such a network
 * may be run on parts of an image: what lies farther from the border of a part than the receptive field reaches is as it
 * would be in the whole, as long as parts begin at multiples of the stride.
 * </p>
 *
 * @param before how many pixels it reaches towards the beginning of each spatial axis, [depth,] height, width
 * @param after likewise towards the end
 * @param stride how many pixels the coarsest value inside the network has to a step
 */
public record ReceptiveField(int[] before, int[] after, int[] stride) {

	private static final Set<String> EACH_PLACE = Set.of("Relu", "LeakyRelu", "PRelu", "Elu", "Selu", "Celu", "Gelu",
		"Sigmoid", "Tanh", "Softplus", "Softsign", "HardSigmoid", "HardSwish", "Mish", "ThresholdedRelu", "Clip", "Abs", "Neg",
		"Exp", "Log", "Sqrt", "Reciprocal", "Erf", "Pow", "Add", "Sub", "Mul", "Div", "Min", "Max", "Sum", "Mean", "Identity",
		"Dropout", "Cast", "BatchNormalization", "LRN", "Where", "Greater", "Less", "GreaterOrEqual", "LessOrEqual", "Equal",
		"And", "Or", "Not", "Floor", "Ceil", "Round", "Sign", "Sin", "Cos");
	private static final Set<String> ALONG_AN_AXIS = Set.of("Concat", "Softmax", "LogSoftmax", "Split");
	private static final Set<String> WINDOWS = Set.of("Conv", "MaxPool", "AveragePool", "LpPool");

	/** The interval that a step of a value depends on, for each spatial axis, in input pixels from where the step lies. */
	private record Interval(double[] low, double[] high) {

		Interval widened(final int axis, final double down, final double up) {
			final double[] l = low.clone();
			final double[] h = high.clone();
			l[axis] -= down;
			h[axis] += up;
			return new Interval(l, h);
		}

		Interval with(final Interval other) {
			final double[] l = low.clone();
			final double[] h = high.clone();
			for (int a = 0; a < l.length; a++) {
				l[a] = Math.min(l[a], other.low[a]);
				h[a] = Math.max(h[a], other.high[a]);
			}
			return new Interval(l, h);
		}
	}

	/** Why there is none. */
	private static final class NotLocal extends RuntimeException {

		private static final long serialVersionUID = 1L;

		NotLocal(final String why) {
			super(why, null, false, false);
		}
	}

	/** A receptive field, or why a network has none. */
	public record Found(Optional<ReceptiveField> field, String why) {}

	/**
	 * The receptive field of the first output in an image input.
	 *
	 * @param input the image's name
	 * @param shapes of all values for a sample whose extents are multiples of every stride, see {@link Forecast#shapes()}
	 */
	public static Found of(final Network network, final String input, final Map<String, long[]> shapes) {
		try {
			return new Found(Optional.of(new Walk(network, input, shapes).field()), "");
		}
		catch (final NotLocal e) {
			return new Found(Optional.empty(), e.getMessage());
		}
	}

	private static final class Walk {

		private final Network network;
		private final Map<String, long[]> shapes;
		private final long[] image;
		private final int axes;
		private final double[] stride;
		private final Map<String, Interval> known = new HashMap<>();

		Walk(final Network network, final String input, final Map<String, long[]> shapes) {
			this.network = network;
			this.shapes = shapes;
			image = shapes.get(input);
			axes = image.length - 2;
			stride = new double[axes];
			known.put(input, new Interval(new double[axes], new double[axes]));
		}

		ReceptiveField field() {
			network.nodes().forEach(this::follow);
			final String output = network.outputs().get(0).name();
			final Interval found = known.get(output);
			if (found == null) throw new NotLocal("its output does not lie on the image's places");
			for (int a = 0; a < axes; a++)
				if (step(output, a) != 1) throw new NotLocal("its output is coarser than the image");
			return new ReceptiveField(Arrays.stream(found.low).mapToInt(v -> (int) Math.ceil(Math.max(0, -v))).toArray(), Arrays
				.stream(found.high).mapToInt(v -> (int) Math.ceil(Math.max(0, v))).toArray(), Arrays.stream(stride).mapToInt(
					v -> (int) Math.ceil(v)).toArray());
		}

		/** Input pixels to a step of a value. */
		private double step(final String value, final int axis) {
			final long[] shape = shapes.get(value);
			if (shape == null || shape.length != axes + 2) throw new NotLocal("the shape of '" + value + "' is not known");
			return (double) image[axis + 2] / shape[axis + 2];
		}

		private void follow(final Node n) {
			final List<Interval> operands = n.inputs().stream().map(known::get).filter(i -> i != null).toList();
			if (operands.isEmpty() || n.is("Shape", "Size")) return;
			n.inputs().forEach(v -> requireNothingGlobal(n, v));
			final Interval made = made(n, operands.stream().reduce(Interval::with).orElseThrow());
			for (final String out : n.outputs()) {
				if (out.isEmpty()) continue;
				known.put(out, made);
				for (int a = 0; a < axes; a++)
					stride[a] = Math.max(stride[a], step(out, a));
			}
		}

		/** What depends on the whole image, such as the gate of a squeeze-and-excitation, is not the same for a part of it. */
		private void requireNothingGlobal(final Node n, final String operand) {
			if (operand.isEmpty() || known.containsKey(operand) || network.constant(operand).isPresent()) return;
			if (!n.is("Resize", "Upsample", "Expand")) throw new NotLocal(n.op().type() + " '" + n.label() +
				"' uses what was computed of the whole image");
		}

		private Interval made(final Node n, final Interval in) {
			if (EACH_PLACE.contains(n.op().type())) return in;
			if (ALONG_AN_AXIS.contains(n.op().type()) && alongChannels(n)) return in;
			if (WINDOWS.contains(n.op().type())) return window(n, in);
			return switch (n.op().type()) {
				case "ConvTranspose" -> transposed(n, in);
				case "Resize", "Upsample" -> resized(n, in);
				case "DepthToSpace", "SpaceToDepth" -> near(n, in, 1);
				case "Pad" -> padded(n, in);
				default -> throw new NotLocal(n.op().type() + " '" + n.label() + "' does not keep places apart");
			};
		}

		private boolean alongChannels(final Node n) {
			final long axis = n.op().attributes().integer("axis", n.is("Split") ? 0 : -1);
			return (axis < 0 ? axis + image.length : axis) == 1;
		}

		private Interval window(final Node n, final Interval in) {
			Interval made = in;
			for (int a = 0; a < axes; a++) {
				final long before = pad(n, a);
				final double step = step(n.input(0), a);
				made = made.widened(a, before * step, (reach(n, a) - before) * step);
			}
			return made;
		}

		/** How many steps from the first to the last place of a window. */
		private long reach(final Node n, final int axis) {
			final long[] sizes = n.op().attributes().integers("kernel_shape", null);
			final long size = sizes != null ? sizes[axis] : shapes.get(n.input(1))[axis + 2];
			return (size - 1) * n.op().attributes().integers("dilations", axes, 1)[axis];
		}

		/** Of automatic padding all that there may be, on either side. */
		private long pad(final Node n, final int axis) {
			final String auto = n.op().attributes().string("auto_pad", "NOTSET");
			if (auto.startsWith("SAME")) throw new NotLocal(n.op().type() + " '" + n.label() + "' pads by the image's size");
			return auto.equals("VALID") ? 0 : n.op().attributes().integers("pads", 2 * axes, 0)[axis];
		}

		private Interval transposed(final Node n, final Interval in) {
			Interval made = in;
			for (int a = 0; a < axes; a++) {
				final double step = step(n.input(0), a);
				final double out = step(n.output(), a);
				final long before = pad(n, a);
				made = made.widened(a, (reach(n, a) - before) * out + step, before * out + step);
			}
			return made;
		}

		private Interval resized(final Node n, final Interval in) {
			final String mode = n.op().attributes().string("mode", "nearest");
			if (n.op().attributes().string("coordinate_transformation_mode", "half_pixel").equals("align_corners") && !mode.equals(
				"nearest")) throw new NotLocal("Resize '" + n.label() + "' aligns corners, which depends on the image's size");
			return near(n, in, mode.equals("nearest") ? 1 : mode.equals("cubic") ? 3 : 2);
		}

		private Interval near(final Node n, final Interval in, final int steps) {
			Interval made = in;
			for (int a = 0; a < axes; a++) {
				final double widest = steps * Math.max(step(n.input(0), a), step(n.output(), a));
				made = made.widened(a, widest, widest);
			}
			return made;
		}

		private Interval padded(final Node n, final Interval in) {
			final long[] pads = network.constant(n.input(1)).map(Tensor::longs).orElseThrow(() -> new NotLocal("Pad '" + n
				.label() + "' pads by the image's size"));
			if (pads.length != 2 * image.length) throw new NotLocal("Pad '" + n.label() + "' names its axes");
			Interval made = in;
			for (int a = 0; a < axes; a++) {
				final double step = step(n.input(0), a);
				made = made.widened(a, pads[a + 2] * step, -pads[a + 2] * step);
			}
			return made;
		}
	}

	/** How far it reaches at most. */
	public int[] reach() {
		final int[] reach = new int[before.length];
		Arrays.setAll(reach, a -> Math.max(before[a], after[a]));
		return reach;
	}
}
