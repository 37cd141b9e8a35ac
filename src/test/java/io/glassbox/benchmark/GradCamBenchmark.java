package io.glassbox.benchmark;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;
import io.glassbox.graph.io.ModelFile;
import io.glassbox.graph.io.OnnxReader;
import io.glassbox.graph.io.OnnxWriter;
import io.glassbox.method.GradCam;

import ai.djl.Device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Grad-CAM on ResNet-18 at 224 x 224, beside the bare forward pass of the same network by either engine. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
public class GradCamBenchmark {

	private Path file;
	private Model model;
	private TorchExecutor libtorch;
	private List<Tensor> input;

	@Setup
	public void open() throws IOException {
		file = Files.createTempFile("resnet18", ".onnx");
		OnnxWriter.write(ResNet18.build(), file);
		model = ModelFile.open(file, Device.cpu());
		libtorch = new TorchExecutor(OnnxReader.read(file), Device.cpu());
		input = List.of(ResNet18.input());
	}

	@TearDown
	public void close() throws IOException {
		model.close();
		libtorch.close();
		Files.delete(file);
	}

	@Benchmark
	public List<Tensor> forwardByLibtorch() {
		return libtorch.score(input);
	}

	@Benchmark
	public List<Tensor> forwardByOnnxRuntime() {
		return model.score(input);
	}

	@Benchmark
	public Attribution gradCamOfCachedNetwork() {
		return explain(model, "auto");
	}

	@Benchmark
	public Attribution gradCamOfFirstBlock() {
		return explain(model, "layer1");
	}

	@Benchmark
	public Attribution gradCamCold() {
		try (Model cold = ModelFile.open(file, Device.cpu())) {
			return explain(cold, "auto");
		}
	}

	private Attribution explain(final Model network, final String layer) {
		return new GradCam(layer, true, false).explain(network, input, Target.top(List.of()), Progress.NONE);
	}
}
