package io.glassbox.graph.io;

import static io.glassbox.graph.io.HandmadeScript.bytes;
import static io.glassbox.graph.io.HandmadeScript.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;

/** Pickles made byte by byte, sound and hostile. */
class UnpicklerTest {

	private static Object read(final byte[] storage, final Object... pickle) {
		final PickledTensors.Source source = new PickledTensors.Source() {

			@Override
			public long size(final String key) {
				return storage.length;
			}

			@Override
			public InputStream open(final String key) {
				return new ByteArrayInputStream(storage);
			}
		};
		return new Unpickler("net.pt: data.pkl", bytes(0x80, 2, bytes(pickle), '.'), new PickledTensors(source)).read();
	}

	private static byte[] floats(final float... values) {
		final ByteBuffer b = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
		b.asFloatBuffer().put(values);
		return b.array();
	}

	/** A tensor over storage 0. */
	private static byte[] tensor(final String type, final int length, final int offset, final int[] shape,
		final int[] strides)
	{
		return bytes("ctorch._utils\n_rebuild_tensor_v2\n", "((", text("storage"), "ctorch\n" + type + "\n", text("0"), text(
			"cpu"), 'K', length, "tQK", offset, tuple(shape), tuple(strides), 0x89, "tR");
	}

	private static byte[] tuple(final int... values) {
		return bytes('(', bytes(Arrays.stream(values).mapToObj(v -> bytes('K', v)).toArray()), 't');
	}

	private static Tensor constant(final Object tensor) {
		return ((SymbolicTensor) tensor).constant();
	}

	private static void assertRefused(final String why, final byte[] storage, final Object... pickle) {
		final GlassboxException e = assertThrows(GlassboxException.class, () -> read(storage, pickle));
		assertTrue(e.getMessage().startsWith("net.pt: data.pkl") && e.getMessage().contains(why), e.getMessage());
	}

	@Test
	void plainValuesBecomeJavaValues() {
		final Object read = read(null, "](K", 7, 'J', 0xff, 0xff, 0xff, 0xff, 0x8a, 2, 0, 0xff, 'G', 0x3f, 0xe0, 0, 0, 0, 0, 0,
			0, 0x88, 'N', text("abc"), "}", text("k"), 'K', 1, 's', 'e');
		assertEquals(Arrays.asList(7L, -1L, -256L, 0.5, true, null, "abc", Map.of("k", 1L)), read);
	}

	@Test
	void typedListsAreLists() {
		assertEquals(List.of(3L), read(null, "ctorch.jit._pickle\nbuild_intlist\n(](K", 3, "etR"));
	}

	@Test
	void stridedTensorIsPutInOrder() {
		final Tensor t = constant(read(floats(1, 2, 3, 4, 5, 6), tensor("FloatStorage", 6, 0, new int[] { 3, 2 }, new int[] {
			1, 3 })));
		assertArrayEquals(new float[] { 1, 4, 2, 5, 3, 6 }, t.floats());
	}

	@Test
	void viewBeginsAtItsOffset() {
		assertArrayEquals(new float[] { 3, 4 }, constant(read(floats(1, 2, 3, 4), tensor("FloatStorage", 4, 2, new int[] {
			2 }, new int[] { 1 }))).floats());
	}

	@Test
	void otherWidthsBecomeFloatsAndLongs() {
		assertArrayEquals(new float[] { 1, -2, 65504, 5.9604645e-8f }, constant(read(bytes(0, 0x3c, 0, 0xc0, 0xff, 0x7b, 1,
			0), tensor("HalfStorage", 4, 0, new int[] { 4 }, new int[] { 1 }))).floats());
		assertArrayEquals(new float[] { 1, -2 }, constant(read(bytes(0x80, 0x3f, 0, 0xc0), tensor("BFloat16Storage", 2, 0,
			new int[] { 2 }, new int[] { 1 }))).floats());
		assertArrayEquals(new long[] { -1, 5 }, constant(read(bytes(0xff, 0xff, 5, 0), tensor("ShortStorage", 2, 0,
			new int[] { 2 }, new int[] { 1 }))).longs());
	}

	@Test
	void sharedTensorIsOneObject() {
		final byte[] t = tensor("FloatStorage", 2, 0, new int[] { 2 }, new int[] { 1 });
		final ScriptTuple both = (ScriptTuple) read(floats(1, 2), '(', t, t, 't');
		assertSame(both.values().get(0), both.values().get(1));
	}

	@Test
	void callsOfAnythingElseAreRefused() {
		assertRefused("os.system", null, "cos\nsystem\n(", text("rm"), "tR");
		assertRefused("builtins.object", null, "cbuiltins\nobject\n)", 0x81);
		assertRefused("torch.OddStorage", new byte[4], tensor("OddStorage", 4, 0, new int[] { 4 }, new int[] { 1 }));
	}

	@Test
	void tensorsBeyondTheirStorageAreRefused() {
		assertRefused("reaches beyond", floats(1, 2), tensor("FloatStorage", 2, 1, new int[] { 2 }, new int[] { 1 }));
		assertRefused("should have 200 elements", floats(1, 2), tensor("FloatStorage", 200, 0, new int[] { 2 }, new int[] {
			1 }));
	}

	@Test
	void enormousTensorsOverTinyStoragesAreRefused() {
		assertRefused("the tensors claim", floats(1), tensor("FloatStorage", 1, 0, new int[] { 255, 255, 255, 255 },
			new int[] { 0, 0, 0, 0 }));
	}

	@Test
	void damageIsReportedNotSuffered() {
		assertRefused("cut off", null, 'J', 1);
		assertRefused("a string of", null, 'X', 255, 255, 255, 127);
		assertRefused("too few values", null, 'a');
		assertRefused("an end without a beginning", null, 't');
		assertRefused("never stored", null, 'h', 9);
		assertRefused("opcode 0x69", null, 'i');
		assertRefused("a dictionary whose keys", null, "}]Ns");
		assertRefused("None where a List belongs", null, "N]a");
		assertRefused("None where a Global belongs", null, "N)R");
		assertRefused("None where a Long belongs", floats(1), bytes("ctorch._utils\n_rebuild_tensor_v2\n", "((", text(
			"storage"), "ctorch\nFloatStorage\n", text("0"), text("cpu"), 'K', 1, "tQK", 0, "(Nt", tuple(1), 0x89, "tR"));
	}

	/** {@code {1: 2}} where the attributes of an object belong. */
	@Test
	void attributesAreNamedByStrings() {
		final String said = assertThrows(GlassboxException.class, () -> read(new byte[0], "c__torch__\nNet\n)", 0x81,
			"}(K", 1, 'K', 2, "ub")).getMessage();
		assertTrue(said.contains("net.pt: data.pkl"), said);
	}
}
