package io.glassbox.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Damage to a pickle, opcode by opcode: other numbers, other names, operations left out, repeated and exchanged. */
final class PickleDamage {

	private static final List<String> GLOBALS = List.of("os\nsystem\n", "builtins\neval\n", "__torch__\nNet\n",
		"torch._utils\n_rebuild_tensor_v2\n", "collections\nOrderedDict\n", "torch\nFloatStorage\n", "torch\nLongStorage\n",
		"torch\nQInt8Storage\n", "torch.jit._pickle\nbuild_intlist\n");
	private static final String PLAIN = "N()tub.]}aes(R\u0081\u0085\u0086\u0087\u0088\u0089Q02";

	private PickleDamage() {}

	static byte[] damaged(final byte[] sound, final SplittableRandom random) {
		final List<byte[]> ops = ops(sound);
		for (int i = random.nextInt(1, 5); i > 0 && ops.size() > 2; i--)
			once(ops, random);
		final ByteArrayOutputStream out = new ByteArrayOutputStream();
		ops.forEach(out::writeBytes);
		return out.toByteArray();
	}

	private static void once(final List<byte[]> ops, final SplittableRandom random) {
		final int at = random.nextInt(ops.size());
		final int other = random.nextInt(ops.size());
		switch (random.nextInt(10)) {
			case 0 -> ops.remove(at);
			case 1 -> ops.add(other, ops.get(at));
			case 2 -> {
				final byte[] swapped = ops.get(at);
				ops.set(at, ops.get(other));
				ops.set(other, swapped);
			}
			case 3 -> ops.set(at, new byte[] { (byte) PLAIN.charAt(random.nextInt(PLAIN.length())) });
			case 4 -> ops.set(at, ("c" + GLOBALS.get(random.nextInt(GLOBALS.size()))).getBytes(StandardCharsets.UTF_8));
			case 5 -> nested(ops, at, random);
			case 6 -> {
				final byte[] op = ops.get(at).clone();
				op[random.nextInt(op.length)] ^= (byte) (1 << random.nextInt(8));
				ops.set(at, op);
			}
			default -> number(ops, at, random);
		}
	}

	/** The next number gets another value. */
	private static void number(final List<byte[]> ops, final int from, final SplittableRandom random) {
		for (int i = from; i < ops.size(); i++)
			if ("JKM\u008a".indexOf(ops.get(i)[0] & 0xff) >= 0) {
				ops.set(i, number(Mutations.oddLong(random)));
				return;
			}
	}

	private static byte[] number(final long value) {
		return ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).put((byte) 0x8a).put((byte) 8).putLong(value).array();
	}

	/** Many containers in one another. */
	private static void nested(final List<byte[]> ops, final int at, final SplittableRandom random) {
		final int depth = random.nextInt(3) == 0 ? 100_000 : random.nextInt(1, 300);
		final byte[] deep = new byte[2 * depth + 1];
		Arrays.fill(deep, 0, depth, (byte) ']');
		deep[depth] = 'N';
		Arrays.fill(deep, depth + 1, deep.length, (byte) (random.nextBoolean() ? 'a' : 0x85));
		ops.add(at, deep);
	}

	/** The pickle cut into operations with their operands; what is not understood is one last piece. */
	private static List<byte[]> ops(final byte[] pickle) {
		final List<byte[]> ops = new ArrayList<>();
		int at = 0;
		while (at < pickle.length) {
			final int end = Math.min(pickle.length, at + length(pickle, at));
			ops.add(Arrays.copyOfRange(pickle, at, end));
			at = end;
		}
		return ops;
	}

	private static int length(final byte[] p, final int at) {
		return switch (p[at] & 0xff) {
			case 0x80, 'K', 'q', 'h' -> 2;
			case 'M' -> 3;
			case 'J', 'r', 'j' -> 5;
			case 'G' -> 9;
			case 0x8a, 0x8c -> at + 1 < p.length ? 2 + (p[at + 1] & 0xff) : 1;
			case 'X' -> at + 4 < p.length ? 5 + (p[at + 1] & 0xff | (p[at + 2] & 0xff) << 8) : 1;
			case 'c' -> {
				int end = at + 1;
				for (int lines = 0; lines < 2 && end < p.length; end++)
					if (p[end] == '\n') lines++;
				yield end - at;
			}
			default -> 1;
		};
	}
}
