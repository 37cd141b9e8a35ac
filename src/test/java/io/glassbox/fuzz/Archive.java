package io.glassbox.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * A zip archive written field by field, so that it can be wrong in ways that no library would write: entries twice, entries
 * that share their bytes, sizes that are lies.
 */
public final class Archive {

	/** One file in the archive; what its headers say may differ from what it is. */
	public static final class Entry {

		public String name;
		public byte[] bytes;
		public boolean deflated;

		/** Added to the size the headers tell. */
		public long lie;

		/** Whether it has no bytes of its own but those of the entry before. */
		public boolean shared;

		public Entry(final String name, final byte[] bytes) {
			this.name = name;
			this.bytes = bytes;
		}
	}

	public final List<Entry> entries = new ArrayList<>();

	/** Takes an archive apart by its directory; its entries are stored as they are. */
	public static Archive of(final byte[] zip) {
		final Archive archive = new Archive();
		final ByteBuffer in = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
		int at = in.getInt(zip.length - 22 + 16);
		for (int n = in.getShort(zip.length - 22 + 10); n > 0; n--) {
			final int name = in.getShort(at + 28);
			final int size = in.getInt(at + 24);
			final int local = in.getInt(at + 42);
			final int start = local + 30 + in.getShort(local + 26) + in.getShort(local + 28);
			archive.entries.add(new Entry(new String(zip, at + 46, name, StandardCharsets.UTF_8), Arrays.copyOfRange(zip, start,
				start + size)));
			at += 46 + name + in.getShort(at + 30) + in.getShort(at + 32);
		}
		return archive;
	}

	public byte[] toBytes() {
		final ByteArrayOutputStream out = new ByteArrayOutputStream();
		final ByteArrayOutputStream directory = new ByteArrayOutputStream();
		int start = 0;
		for (final Entry e : entries) {
			final byte[] packed = e.deflated ? deflated(e.bytes) : e.bytes;
			if (!e.shared) {
				start = out.size();
				out.writeBytes(header(e, packed, -1));
				out.writeBytes(packed);
			}
			directory.writeBytes(header(e, packed, start));
		}
		final ByteBuffer end = buffer(22).putInt(0x06054b50).putInt(0).putShort((short) entries.size()).putShort((short) entries
			.size()).putInt(directory.size()).putInt(out.size()).putShort((short) 0);
		out.writeBytes(directory.toByteArray());
		out.writeBytes(end.array());
		return out.toByteArray();
	}

	private static byte[] header(final Entry e, final byte[] packed, final int start) {
		final byte[] name = e.name.getBytes(StandardCharsets.UTF_8);
		final boolean central = start >= 0;
		final ByteBuffer b = buffer((central ? 46 : 30) + name.length);
		b.putInt(central ? 0x02014b50 : 0x04034b50);
		if (central) b.putShort((short) 20);
		final CRC32 crc = new CRC32();
		crc.update(e.bytes);
		b.putShort((short) 20).putShort((short) 0x800).putShort((short) (e.deflated ? 8 : 0)).putInt(0).putInt((int) crc
			.getValue()).putInt(packed.length + (int) (e.deflated ? 0 : e.lie)).putInt(e.bytes.length + (int) e.lie).putShort(
				(short) name.length).putShort((short) 0);
		if (central) b.putShort((short) 0).putShort((short) 0).putShort((short) 0).putInt(0).putInt(start);
		return b.put(name).array();
	}

	private static ByteBuffer buffer(final int size) {
		return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
	}

	private static byte[] deflated(final byte[] bytes) {
		final ByteArrayOutputStream out = new ByteArrayOutputStream();
		try (DeflaterOutputStream deflate = new DeflaterOutputStream(out, new Deflater(Deflater.BEST_SPEED, true))) {
			deflate.write(bytes);
		}
		catch (final IOException e) {
			throw new IllegalStateException(e);
		}
		return out.toByteArray();
	}
}
