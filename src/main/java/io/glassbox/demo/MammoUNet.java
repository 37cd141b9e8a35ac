package io.glassbox.demo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

import io.glassbox.graph.Network;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The segmenting demo network's architecture: a U-Net, after Ronneberger, Fischer and Brox, MICCAI 2015, that says of each
 * pixel whether it belongs to a lesion.
 * <p>
 * Three times the picture is convolved and pooled to half its extent; two convolutions look at it at an eighth of its
 * resolution, where the network sees some 60 pixels each way; three times it is doubled, joined with what was there on
 * the way down (the skip connections), and convolved. One convolution a level where the paper has two, padded, with batch
 * normalisation; values are doubled by repetition, not by a transposed convolution.
 * </p>
 * <p>
 * Layers are named down1.conv, down1.bn, down1.relu, down1.pool … bottleneck1.conv … up3.upsample, up3.concat, up3.conv …
 * up1.relu, head.
 * </p>
 */
final class MammoUNet implements Trainee {

	/** The classes, in the order of the output's channels. */
	static final List<String> CLASSES = List.of("background", "lesion");
	/** The coarsest layer, whose places see a whole lesion and what lies around it. */
	static final String BOTTLENECK = "bottleneck2.relu";

	private static final int[] FILTERS = { 8, 16, 24 };
	private static final int BOTTOM = 32;

	private final List<Stage> down = new ArrayList<>();
	private final List<Stage> bottom = List.of(new Stage(3, 1, BOTTOM), new Stage(3, 1, BOTTOM));
	/** The deepest first, as they are computed. */
	private final List<Stage> up = new ArrayList<>();
	private final Block head = Conv2d.builder().setKernelShape(new Shape(1, 1)).setFilters(CLASSES.size()).build();
	private final Block block;

	MammoUNet() {
		for (final int filters : FILTERS) {
			down.add(new Stage(3, 1, filters));
			up.add(0, new Stage(3, 1, filters));
		}
		block = new Shaped(down.stream().map(Stage::block).toList(), bottom.stream().map(Stage::block).toList(), up.stream().map(
			Stage::block).toList(), head);
	}

	@Override
	public Block block() {
		return block;
	}

	/**
	 * Cross entropy of each pixel, and one minus the overlap of prediction and lesion (soft Dice, Milletari et al.,
	 * <em>V-Net</em>, 3DV 2016) over the whole batch: a lesion has one pixel in a hundred, which cross entropy alone would
	 * leave out for long.
	 */
	@Override
	public NDArray loss(final NDManager scope, final NDArray output, final Films data, final int[] index) {
		final NDArray lesion = scope.create(data.masks(index), new Shape(index.length, data.extent(), data.extent()));
		final NDArray logit = output.get(":, 1").sub(output.get(":, 0"));
		final NDArray probability = Activation.sigmoid(logit);
		final NDArray entropy = Activation.softPlus(logit).sub(lesion.mul(logit)).mean();
		final NDArray overlap = probability.mul(lesion).sum().mul(2).add(1).div(probability.sum().add(lesion.sum()).add(1));
		return entropy.sub(overlap).add(1);
	}

	@Override
	public Network network() {
		final Network.Builder b = Network.builder().input("input", Port.ANY, 1, Field.SIZE, Field.SIZE);
		b.constant("twice", Tensor.of(new float[] { 1, 1, 2, 2 }, 4));
		final Deque<String> skipped = new ArrayDeque<>();
		String value = "input";
		for (int i = 0; i < down.size(); i++) {
			final String level = "down" + (i + 1) + ".";
			value = down.get(i).addTo(b, value, kind -> level + kind);
			skipped.push(value);
			value = Trainee.layer(b, level + "pool", Operator.of("MaxPool", "kernel_shape", new int[] { 2, 2 }, "strides",
				new int[] { 2, 2 }), value);
		}
		for (int i = 0; i < bottom.size(); i++) {
			final String level = "bottleneck" + (i + 1) + ".";
			value = bottom.get(i).addTo(b, value, kind -> level + kind);
		}
		for (int i = 0; i < up.size(); i++) {
			final String level = "up" + (up.size() - i) + ".";
			value = Trainee.layer(b, level + "upsample", Operator.of("Resize", "mode", "nearest",
				"coordinate_transformation_mode", "asymmetric", "nearest_mode", "floor"), value, "", "twice");
			value = Trainee.layer(b, level + "concat", Operator.of("Concat", "axis", 1), value, skipped.pop());
			value = up.get(i).addTo(b, value, kind -> level + kind);
		}
		b.constant("head.weight", Trainee.parameter(head, "weight"));
		b.constant("head.bias", Trainee.parameter(head, "bias"));
		value = Trainee.layer(b, "head", Operator.of("Conv", "kernel_shape", new int[] { 1, 1 }), value, "head.weight",
			"head.bias");
		return b.output(value, Port.ANY, CLASSES.size(), Field.SIZE, Field.SIZE).build();
	}

	/** What DJL trains: the letter U. */
	private static final class Shaped extends AbstractBlock {

		private final List<Block> down;
		private final List<Block> bottom;
		private final List<Block> up;
		private final Block head;
		private final Block pool = Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2));

		Shaped(final List<Block> down, final List<Block> bottom, final List<Block> up, final Block head) {
			this.down = down;
			this.bottom = bottom;
			this.up = up;
			this.head = head;
			down.forEach(stage -> addChildBlock("down", stage));
			bottom.forEach(stage -> addChildBlock("bottleneck", stage));
			up.forEach(stage -> addChildBlock("up", stage));
			addChildBlock("head", head);
		}

		@Override
		protected NDList forwardInternal(final ParameterStore parameters, final NDList inputs, final boolean training,
			final PairList<String, Object> params)
		{
			final Deque<NDArray> skipped = new ArrayDeque<>();
			NDList value = inputs;
			for (final Block stage : down) {
				value = stage.forward(parameters, value, training);
				skipped.push(value.singletonOrThrow());
				value = pool.forward(parameters, value, training);
			}
			for (final Block stage : bottom)
				value = stage.forward(parameters, value, training);
			for (final Block stage : up) {
				final NDArray doubled = value.singletonOrThrow().repeat(2, 2).repeat(3, 2);
				value = stage.forward(parameters, new NDList(doubled.concat(skipped.pop(), 1)), training);
			}
			return head.forward(parameters, value, training);
		}

		@Override
		protected void initializeChildBlocks(final NDManager manager, final DataType type, final Shape... inputs) {
			final Deque<Shape> skipped = new ArrayDeque<>();
			Shape shape = inputs[0];
			for (final Block stage : down) {
				shape = initialized(stage, manager, type, shape);
				skipped.push(shape);
				shape = new Shape(shape.get(0), shape.get(1), shape.get(2) / 2, shape.get(3) / 2);
			}
			for (final Block stage : bottom)
				shape = initialized(stage, manager, type, shape);
			for (final Block stage : up) {
				final Shape skip = skipped.pop();
				shape = initialized(stage, manager, type, new Shape(shape.get(0), shape.get(1) + skip.get(1), skip.get(2), skip
					.get(3)));
			}
			head.initialize(manager, type, shape);
		}

		private static Shape initialized(final Block stage, final NDManager manager, final DataType type, final Shape shape) {
			stage.initialize(manager, type, shape);
			return stage.getOutputShapes(new Shape[] { shape })[0];
		}

		@Override
		public Shape[] getOutputShapes(final Shape[] inputs) {
			return new Shape[] { new Shape(inputs[0].get(0), CLASSES.size(), inputs[0].get(2), inputs[0].get(3)) };
		}
	}
}
