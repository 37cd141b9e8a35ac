package io.glassbox.model;

import ai.djl.Device;

import io.glassbox.graph.GlassboxException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/**
 * What makes two requests the same: file, its state, device, and what it is loaded for. Two paths to
 * one file are one.
 */
record ModelKey(Path path, long size, FileTime modified, Device device, ModelUse use) {

	/** @throws GlassboxException if there is no such file */
	static ModelKey of(final Path file, final Device device, final ModelUse use) {
		try {
			final Path real = file.toRealPath();
			final BasicFileAttributes now = Files.readAttributes(real, BasicFileAttributes.class);
			if (now.isDirectory()) throw new GlassboxException(file + " is a folder, expected a model file.");
			return new ModelKey(real, now.size(), now.lastModifiedTime(), device, use);
		}
		catch (final NoSuchFileException e) {
			throw new GlassboxException("There is no model file " + file.toAbsolutePath() + ".", e);
		}
		catch (final IOException e) {
			throw new GlassboxException("Cannot open the model file " + file.toAbsolutePath() + ": " + e + ".", e);
		}
	}

	/** The path files are compared by; files that are gone go by their absolute path. */
	static Path realPath(final Path file) {
		try {
			return file.toRealPath();
		}
		catch (final IOException e) {
			return file.toAbsolutePath().normalize();
		}
	}

	/** Whether the other is the same file on the same device in another state. */
	boolean isOtherStateOf(final ModelKey other) {
		return path.equals(other.path) && device.equals(other.device) && (size != other.size || !modified.equals(
			other.modified));
	}
}
