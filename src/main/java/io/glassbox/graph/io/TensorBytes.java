package io.glassbox.graph.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import io.glassbox.graph.Tensor;

/** The elements of a tensor as ONNX stores them, little endian; piece by piece, so that no second copy of a large one is made. */
final class TensorBytes {

	private static final int CHUNK = 1 << 20;

	private TensorBytes() {}

	/** @param type of ONNX; integers are written as 64 bits, or as one byte each where it is BOOL */
	static long count(final Tensor t, final int type) {
		return type == OnnxTypes.BOOL && !t.isFloat() ? t.length() : t.bytes();
	}

	static void write(final Tensor t, final int type, final OutputStream out) throws IOException {
		final int size = t.isFloat() ? Float.BYTES : type == OnnxTypes.BOOL ? 1 : Long.BYTES;
		final int most = Math.min(CHUNK / size, t.length());
		final ByteBuffer piece = ByteBuffer.allocate(most * size).order(ByteOrder.LITTLE_ENDIAN);
		for (int from = 0; from < t.length(); from += most) {
			final int count = Math.min(most, t.length() - from);
			if (t.isFloat()) piece.asFloatBuffer().put(t.floats(), from, count);
			else if (size > 1) piece.asLongBuffer().put(t.longs(), from, count);
			else for (int i = 0; i < count; i++)
				piece.put(i, (byte) t.longs()[from + i]);
			out.write(piece.array(), 0, count * size);
		}
	}
}
