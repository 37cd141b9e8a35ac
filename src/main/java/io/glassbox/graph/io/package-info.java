/**
 * Networks in files: readers for ONNX and TorchScript, the ONNX writer, and the engines that score.
 * <p>
 * Start with {@link io.glassbox.graph.io.ModelFile}, which opens a file whatever its format and gives
 * a {@link io.glassbox.graph.Model}. {@link io.glassbox.graph.io.OnnxReader} turns a file into a
 * {@link io.glassbox.graph.Network}, {@link io.glassbox.graph.io.OnnxWriter} turns it back. Every
 * reader translates into the operators of ONNX opset 17 and names layers as the network's author did,
 * so that the same network gives the same graph from any file. Nothing here knows images, ImageJ or
 * any explanation method, and nothing outside this package knows a file format.
 * </p>
 */
package io.glassbox.graph.io;
