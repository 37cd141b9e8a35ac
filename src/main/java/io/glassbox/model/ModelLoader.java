package io.glassbox.model;

import ai.djl.Device;

import io.glassbox.graph.Model;

import java.nio.file.Path;
import java.util.List;

/** Opens a model file on a device. */
@FunctionalInterface
public interface ModelLoader {

	/**
	 * @param file the real path of an existing file
	 * @param inputSize extents in space of the images to come, empty if nobody says; some files are read for one size
	 * @throws io.glassbox.graph.GlassboxException if it cannot be loaded
	 */
	Model load(Path file, Device device, List<Integer> inputSize);
}
