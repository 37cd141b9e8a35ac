package io.glassbox.model;

import io.glassbox.graph.GlassboxException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** SHA-256 of files, remembered by path, size and time, so that a large file is read through once. */
public final class FileHash {

	private static final Map<String, String> KNOWN = new ConcurrentHashMap<>();

	private FileHash() {}

	/** SHA-256 of a file in hexadecimal digits, lower case. */
	public static String sha256(final Path file) {
		try {
			final String key = file.toRealPath() + "|" + Files.size(file) + "|" + Files.getLastModifiedTime(file);
			final String known = KNOWN.get(key);
			if (known != null) return known;
			final String hash = digest(file);
			KNOWN.put(key, hash);
			return hash;
		}
		catch (final IOException e) {
			throw new GlassboxException("Cannot read the model file " + file + ": " + e.getMessage() + ".", e);
		}
	}

	private static String digest(final Path file) throws IOException {
		try (InputStream in = Files.newInputStream(file)) {
			final MessageDigest sha = MessageDigest.getInstance("SHA-256");
			final byte[] buffer = new byte[1 << 16];
			for (int n; (n = in.read(buffer)) >= 0;)
				sha.update(buffer, 0, n);
			return HexFormat.of().formatHex(sha.digest());
		}
		catch (final NoSuchAlgorithmException e) {
			throw new IllegalStateException("Every JVM has SHA-256", e);
		}
	}
}
