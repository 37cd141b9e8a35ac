package io.glassbox.command;

import org.scijava.ItemIO;
import org.scijava.command.Command;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;

/** Loads both engines' native libraries and computes something small. */
@Plugin(type = Command.class, menuPath = "Plugins>Glassbox>Tests>Engine...")
public class EngineCommand implements Command {

	@Parameter(type = ItemIO.OUTPUT)
	private String loader;

	@Parameter(type = ItemIO.OUTPUT)
	private String engines;

	@Parameter(type = ItemIO.OUTPUT)
	private float sum;

	@Override
	public void run() {
		loader = Thread.currentThread().getContextClassLoader().getClass().getSimpleName();
		final Engine torch = Engine.getEngine("PyTorch");
		final Engine onnx = Engine.getEngine("OnnxRuntime");
		engines = torch.getEngineName() + " " + torch.getVersion() + ", " + onnx.getEngineName() + " " + onnx
			.getVersion();
		try (NDManager manager = torch.newBaseManager()) {
			sum = manager.create(new float[] { 1, 2, 3 }).sum().getFloat();
		}
	}
}
