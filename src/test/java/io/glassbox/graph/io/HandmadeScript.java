package io.glassbox.graph.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes small TorchScript files from source code, with pickles made byte by byte. */
final class HandmadeScript {

	private final Map<String, byte[]> entries = new LinkedHashMap<>();

	/** @param forward the body of {@code forward(self, x: Tensor)}, lines indented by four spaces */
	static HandmadeScript withForward(final String forward) {
		return new HandmadeScript().entry("m/code/__torch__.py", """
			class Net(Module):
			  training : bool
			  def forward(self: __torch__.Net,
			    x: Tensor) -> Tensor:
			""" + forward.indent(4)).entry("m/data.pkl", module("training", 0x88)).entry("m/constants.pkl", bytes(0x80, 2,
			')', '.'));
	}

	HandmadeScript entry(final String name, final String text) {
		return entry(name, text.getBytes(StandardCharsets.UTF_8));
	}

	HandmadeScript entry(final String name, final byte[] bytes) {
		entries.put(name, bytes);
		return this;
	}

	/** The pickle of a {@code __torch__.Net} with one attribute, whose value the given opcodes make. */
	static byte[] module(final String attribute, final Object... value) {
		return bytes(0x80, 2, "c__torch__\nNet\n", ')', 0x81, '}', '(', text(attribute), bytes(value), "ub.");
	}

	/** The opcode for a string. */
	static byte[] text(final String s) {
		return bytes('X', s.length(), 0, 0, 0, s);
	}

	/** Numbers, characters, strings and byte arrays in a row. */
	static byte[] bytes(final Object... parts) {
		final ByteArrayOutputStream out = new ByteArrayOutputStream();
		for (final Object part : parts)
			if (part instanceof byte[] b) out.writeBytes(b);
			else if (part instanceof String s) out.writeBytes(s.getBytes(StandardCharsets.UTF_8));
			else out.write(part instanceof Character c ? c : (Integer) part);
		return out.toByteArray();
	}

	Path write(final Path file) {
		try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
			for (final Map.Entry<String, byte[]> e : entries.entrySet()) {
				zip.putNextEntry(new ZipEntry(e.getKey()));
				zip.write(e.getValue());
				zip.closeEntry();
			}
			return file;
		}
		catch (final IOException e) {
			throw new UncheckedIOException(e);
		}
	}
}
