package io.glassbox.model;

import ai.djl.Device;

import io.glassbox.graph.Model;

import java.nio.file.Path;

/** Opens a model file on a device. */
@FunctionalInterface
public interface ModelLoader {

	/**
	 * @param file the real path of an existing file
	 * @param use what it is loaded for
	 * @throws io.glassbox.graph.GlassboxException if it cannot be loaded
	 */
	Model load(Path file, Device device, ModelUse use);
}
