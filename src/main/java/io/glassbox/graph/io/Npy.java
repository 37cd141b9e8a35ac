package io.glassbox.graph.io;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * NumPy's array files, {@code .npy}: float32, float64, int32 and int64, little-endian, C order.
 * <p>
 * The way raw tensors enter and leave the command line.
 * </p>
 */
public final class Npy {

	private static final byte[] MAGIC = { (byte) 0x93, 'N', 'U', 'M', 'P', 'Y' };
	private static final Pattern HEADER = Pattern.compile(
		"\\{\\s*'descr':\\s*'([^']*)',\\s*'fortran_order':\\s*(True|False),\\s*'shape':\\s*\\(([0-9, ]*)\\),?\\s*\\}\\s*");

	private Npy() {}

	/**
	 * Reads a file; float64 becomes float32, int32 becomes int64.
	 *
	 * @throws GlassboxException if it is no such file, or holds another type or order
	 */
	public static Tensor read(final Path file) {
		final byte[] bytes;
		try {
			bytes = Files.readAllBytes(file);
		}
		catch (final IOException e) {
			throw new GlassboxException("Cannot read the tensor file " + file + ": " + (Files.exists(file) ? e.getMessage()
				: "there is no such file") + ".", e);
		}
		try {
			return parse(bytes, file);
		}
		catch (final IllegalArgumentException | ArithmeticException | java.nio.BufferUnderflowException e) {
			throw new GlassboxException(file + " is damaged: its header and its length do not fit.", e);
		}
	}

	private static Tensor parse(final byte[] bytes, final Path file) {
		if (bytes.length < 12 || !Arrays.equals(MAGIC, Arrays.copyOf(bytes, 6))) throw new GlassboxException(file +
			" is no NumPy array file (.npy).");
		final ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(8);
		final int length = bytes[6] == 1 ? Short.toUnsignedInt(data.getShort()) : data.getInt();
		if (length < 0 || length > data.remaining()) throw new IllegalArgumentException("header of " + length);
		final String header = new String(bytes, data.position(), length, StandardCharsets.ISO_8859_1);
		data.position(data.position() + length);
		final Matcher m = HEADER.matcher(header.trim());
		if (!m.matches()) throw new GlassboxException(file + " has a header Glassbox cannot read: " + header.trim());
		final int[] shape = Arrays.stream(m.group(3).split(",")).map(String::trim).filter(s -> !s.isEmpty()).mapToInt(
			Integer::parseInt).toArray();
		if (m.group(2).equals("True") && shape.length > 1) throw new GlassboxException(file +
			" is in Fortran order; save it with numpy.ascontiguousarray.");
		final int n = Math.toIntExact(Tensor.count(shape));
		return elements(data, m.group(1), n, shape, file);
	}

	private static Tensor elements(final ByteBuffer data, final String type, final int n, final int[] shape,
		final Path file)
	{
		final int size = type.endsWith("8") ? 8 : 4;
		if (data.remaining() < (long) n * size) throw new IllegalArgumentException("too short");
		final float[] floats = new float[type.contains("f") ? n : 0];
		final long[] longs = new long[type.contains("f") ? 0 : n];
		switch (type) {
			case "<f4" -> data.asFloatBuffer().get(floats);
			case "<f8" -> {
				for (int i = 0; i < n; i++)
					floats[i] = (float) data.getDouble();
			}
			case "<i4" -> {
				for (int i = 0; i < n; i++)
					longs[i] = data.getInt();
			}
			case "<i8" -> data.asLongBuffer().get(longs);
			default -> throw new GlassboxException(file + " holds elements of type " + type +
				"; float32 was expected (numpy.float32).");
		}
		return type.contains("f") ? Tensor.of(floats, shape) : Tensor.ofLongs(longs, shape);
	}

	/** @throws GlassboxException if it cannot be written */
	public static void write(final Tensor tensor, final Path file) {
		final String shape = Arrays.stream(tensor.shape()).mapToObj(i -> i + ",").collect(Collectors.joining(" "));
		final String dictionary = "{'descr': '" + (tensor.isFloat() ? "<f4" : "<i8") +
			"', 'fortran_order': False, 'shape': (" + shape + "), }";
		final int padded = (10 + dictionary.length() + 1 + 63) / 64 * 64;
		final ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(padded + tensor.bytes())).order(ByteOrder.LITTLE_ENDIAN);
		out.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (padded - 10));
		out.put(dictionary.getBytes(StandardCharsets.ISO_8859_1));
		while (out.position() < padded - 1)
			out.put((byte) ' ');
		out.put((byte) '\n');
		if (tensor.isFloat()) out.asFloatBuffer().put(tensor.floats());
		else out.asLongBuffer().put(tensor.longs());
		SafeFile.write(file, stream -> stream.write(out.array()));
	}
}
