package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.onnx.proto.OnnxMl.TensorProto;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.glassbox.graph.AttentionBlocks;
import io.glassbox.graph.Network;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;
import io.glassbox.graph.UnsupportedNetworkException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The standard's own operators for transformers, since opset 23, against loops that follow its text. */
class TransformerOperatorsTest {

	/** float32, sums of tens of products. */
	private static final double TOLERANCE = 1e-5;
	private static final int SAMPLES = 2;
	private static final int QUERIES = 4;
	private static final int KEYS = 5;
	private static final int FEATURES = 3;

	@TempDir
	Path folder;

	private static Tensor random(final long seed, final int... shape) {
		final Random random = new Random(seed);
		final float[] values = new float[(int) Tensor.count(shape)];
		for (int i = 0; i < values.length; i++)
			values[i] = 2 * random.nextFloat() - 1;
		return Tensor.of(values, shape);
	}

	private static TensorProto.Builder constant(final String name, final Tensor t) {
		final TensorProto.Builder proto = TensorProto.newBuilder().setName(name).setDataType(1);
		for (final int extent : t.shape())
			proto.addDims(extent);
		for (final float v : t.floats())
			proto.addFloatData(v);
		return proto;
	}

	private Network bothEnginesGive(final Tensor expected, final Handmade file, final Tensor x) throws IOException {
		final Network network = OnnxReader.read(file.in(folder));
		try (TorchExecutor torch = new TorchExecutor(network, Device.cpu())) {
			assertEquals(0, Errors.relative(torch.score(List.of(x)).get(0), expected), TOLERANCE, "libtorch");
		}
		try (OnnxRuntimeScorer runtime = OnnxRuntimeScorer.of(OnnxWriter.toBytes(network), Device.cpu())) {
			assertEquals(0, Errors.relative(runtime.score(List.of(x)).get(0), expected), TOLERANCE, "ONNX Runtime");
		}
		return network;
	}

	// -- attention --

	/** What is to be added to the score of a query and a key; minus infinity where it may not be looked at. */
	private interface Bias {

		double of(int sample, int head, int query, int key);
	}

	private static final Bias NONE = (b, h, q, k) -> 0;

	/** Samples x heads x places x features, or, {@code flat}, samples x places x (heads x features). */
	private static int at(final boolean flat, final int heads, final int places, final int b, final int h, final int place,
		final int f)
	{
		return flat ? ((b * places + place) * heads + h) * FEATURES + f : ((b * heads + h) * places + place) * FEATURES + f;
	}

	private static int[] shape(final boolean flat, final int heads, final int places) {
		return flat ? new int[] { SAMPLES, places, heads * FEATURES } : new int[] { SAMPLES, heads, places, FEATURES };
	}

	private static Tensor attention(final Tensor q, final Tensor k, final Tensor v, final boolean flat, final int heads,
		final int pairs, final double scale, final double softcap, final Bias bias)
	{
		final float[] y = new float[q.length()];
		for (int b = 0; b < SAMPLES; b++)
			for (int h = 0; h < heads; h++)
				for (int i = 0; i < QUERIES; i++) {
					final int pair = h * pairs / heads;
					final double[] weights = new double[KEYS];
					double sum = 0;
					for (int j = 0; j < KEYS; j++) {
						double score = 0;
						for (int f = 0; f < FEATURES; f++)
							score += scale * q.floats()[at(flat, heads, QUERIES, b, h, i, f)] * k.floats()[at(flat, pairs, KEYS, b, pair,
								j, f)];
						if (softcap > 0) score = softcap * Math.tanh(score / softcap);
						weights[j] = Math.exp(score + bias.of(b, h, i, j));
						sum += weights[j];
					}
					for (int f = 0; f < FEATURES; f++) {
						double seen = 0;
						for (int j = 0; j < KEYS; j++)
							seen += weights[j] / sum * v.floats()[at(flat, pairs, KEYS, b, pair, j, f)];
						y[at(flat, heads, QUERIES, b, h, i, f)] = (float) seen;
					}
				}
		return Tensor.of(y, q.shape());
	}

	private void attends(final boolean flat, final int heads, final int pairs, final double scale, final double softcap,
		final Bias bias, final TensorProto.Builder mask, final Object... attributes) throws IOException
	{
		final Tensor q = random(1, shape(flat, heads, QUERIES));
		final Tensor k = random(2, shape(flat, pairs, KEYS));
		final Tensor v = random(3, shape(flat, pairs, KEYS));
		final int[] any = q.shape().clone();
		any[0] = -1;
		// keys and values of a plain network depend on its input too
		final Handmade file = new Handmade(23, any).with(constant("k0", k)).with(constant("v", v)).with(Handmade.floats("no",
			0)).node("ReduceMax", "", List.of("x"), List.of("m"), "keepdims", 0).node("Mul", "", List.of("m", "no"), List.of(
				"none")).node("Add", "", List.of("k0", "none"), List.of("k"));
		final List<String> in = new ArrayList<>(List.of("x", "k", "v"));
		if (mask != null) {
			file.with(mask.setName("mask"));
			in.add("mask");
		}
		file.node("Attention", "", in, List.of("y"), attributes);
		bothEnginesGive(attention(q, k, v, flat, heads, pairs, scale, softcap, bias), file, q);
	}

	@Test
	void headsMayBeApartOrSideBySide() throws IOException {
		attends(false, 2, 2, 1 / Math.sqrt(FEATURES), 0, NONE, null);
		attends(true, 2, 2, 1 / Math.sqrt(FEATURES), 0, NONE, null, "q_num_heads", 2, "kv_num_heads", 2);
	}

	@Test
	void scoresAreScaledAndBent() throws IOException {
		attends(false, 2, 2, 3, 0, NONE, null, "scale", 3f);
		attends(true, 2, 2, 3, 0.5, NONE, null, "scale", 3f, "softcap", 0.5f, "q_num_heads", 2, "kv_num_heads", 2);
	}

	@Test
	void neighbouringHeadsOfQueriesShareKeys() throws IOException {
		attends(false, 4, 2, 1 / Math.sqrt(FEATURES), 0, NONE, null);
		attends(true, 6, 2, 1 / Math.sqrt(FEATURES), 0, NONE, null, "q_num_heads", 6, "kv_num_heads", 2);
		attends(true, 3, 1, 1 / Math.sqrt(FEATURES), 0, NONE, null, "q_num_heads", 3, "kv_num_heads", 1);
	}

	@Test
	void laterPlacesAreHidden() throws IOException {
		final Bias causal = (b, h, q, k) -> k > q ? Double.NEGATIVE_INFINITY : 0;
		attends(false, 2, 2, 1 / Math.sqrt(FEATURES), 0, causal, null, "is_causal", 1);
		attends(true, 2, 2, 1 / Math.sqrt(FEATURES), 0.7, causal, null, "is_causal", 1, "softcap", 0.7f, "q_num_heads", 2,
			"kv_num_heads", 2);
	}

	@Test
	void masksAreConditionsOrNumbers() throws IOException {
		final boolean[][] allowed = { { true, false, true, true, false }, { false, false, false, false, true }, { true, true,
			true, true, true }, { false, true, true, false, false } };
		final TensorProto.Builder conditions = TensorProto.newBuilder().setDataType(TensorProto.DataType.BOOL_VALUE).addDims(
			QUERIES).addDims(KEYS);
		for (final boolean[] row : allowed)
			for (final boolean a : row)
				conditions.addInt32Data(a ? 1 : 0);
		attends(false, 2, 2, 1 / Math.sqrt(FEATURES), 0, (b, h, q, k) -> allowed[q][k] ? 0 : Double.NEGATIVE_INFINITY,
			conditions);
		final Tensor numbers = random(4, SAMPLES, 2, QUERIES, KEYS);
		attends(true, 2, 2, 1 / Math.sqrt(FEATURES), 0, (b, h, q, k) -> numbers.floats()[((b * 2 + h) * QUERIES + q) * KEYS +
			k], constant("", numbers), "q_num_heads", 2, "kv_num_heads", 2);
	}

	@Test
	void theBlockIsFound() throws IOException {
		final Handmade file = new Handmade(23, -1, 4, 6).node("Attention", "", List.of("x", "x", "x"), List.of("y"),
			"q_num_heads", 2, "kv_num_heads", 2);
		assertEquals(1, AttentionBlocks.of(OnnxReader.read(file.in(folder))).size());
	}

	@Test
	void cachesAreNotKnown() {
		final Handmade file = new Handmade(23, -1, 2, 4, 3).random("p", 1, 2, 2, 3).node("Attention", "attn", List.of("x", "x",
			"x", "", "p", "p"), List.of("y"));
		final String message = assertThrows(UnsupportedNetworkException.class, () -> OnnxReader.read(file.in(folder)))
			.getMessage();
		assertTrue(message.contains("Attention with a cache of keys") && message.contains("'attn'"), message);
	}

	// -- normalisation, positions, activation --

	@Test
	void rootMeanSquareNormalisationSpansTheAxesFromOneOn() throws IOException {
		final Tensor x = random(5, 2, 3, 4);
		for (final int axis : new int[] { -1, 2, 1, -2 }) {
			final int n = axis == 1 || axis == -2 ? 12 : 4;
			final Tensor scale = n == 12 ? random(6, 3, 4) : random(6, 4);
			final float[] y = x.floats().clone();
			for (int i = 0; i < y.length; i++) {
				double square = 0;
				for (int j = i / n * n; j < i / n * n + n; j++)
					square += x.floats()[j] * (double) x.floats()[j];
				y[i] *= (float) (scale.floats()[i % n] / Math.sqrt(square / n + 0.01));
			}
			bothEnginesGive(Tensor.of(y, 2, 3, 4), new Handmade(23, -1, 3, 4).with(constant("scale", scale)).node(
				"RMSNormalization", "", List.of("x", "scale"), List.of("y"), "axis", axis, "epsilon", 0.01f), x);
		}
	}

	/** Two samples, three places, two heads of six features, of which the first four turn. */
	@Test
	void positionsTurnPairsOfFeatures() throws IOException {
		final long[][] positions = { { 0, 1, 2 }, { 4, 4, 1 } };
		final Tensor x = random(7, 2, 3, 12);
		for (final boolean interleaved : new boolean[] { false, true }) {
			final float[] y = x.floats().clone();
			final float[] cos = new float[5 * 2];
			final float[] sin = new float[5 * 2];
			for (int i = 0; i < cos.length; i++) {
				cos[i] = (float) Math.cos(0.3 * (i / 2) * (1 + i % 2));
				sin[i] = (float) Math.sin(0.3 * (i / 2) * (1 + i % 2));
			}
			for (int b = 0; b < 2; b++)
				for (int place = 0; place < 3; place++)
					for (int head = 0; head < 2; head++)
						for (int pair = 0; pair < 2; pair++) {
							final int start = ((b * 3 + place) * 2 + head) * 6;
							final int first = start + (interleaved ? 2 * pair : pair);
							final int second = start + (interleaved ? 2 * pair + 1 : pair + 2);
							final int angle = (int) positions[b][place] * 2 + pair;
							y[first] = x.floats()[first] * cos[angle] - x.floats()[second] * sin[angle];
							y[second] = x.floats()[first] * sin[angle] + x.floats()[second] * cos[angle];
						}
			bothEnginesGive(Tensor.of(y, 2, 3, 12), new Handmade(23, -1, 3, 12).with(constant("cos", Tensor.of(cos, 5, 2))).with(
				constant("sin", Tensor.of(sin, 5, 2))).with(Handmade.longs("at", 0, 1, 2, 4, 4, 1).clearDims().addDims(2).addDims(
					3)).node("RotaryEmbedding", "", List.of("x", "cos", "sin", "at"), List.of("y"), "num_heads", 2,
						"rotary_embedding_dim", 4, "interleaved", interleaved ? 1 : 0), x);
		}
	}

	@Test
	void swishIsANumberTimesItsSigmoid() throws IOException {
		final float[] y = { 2 / (1 + (float) Math.exp(-3)), -1 / (1 + (float) Math.exp(1.5)) };
		bothEnginesGive(Tensor.of(y, 1, 2), new Handmade(24, -1, 2).xy("Swish", "alpha", 1.5f), Tensor.of(new float[] { 2,
			-1 }, 1, 2));
	}
}
