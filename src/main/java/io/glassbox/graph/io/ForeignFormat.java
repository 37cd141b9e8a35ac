package io.glassbox.graph.io;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;

import io.glassbox.graph.GlassboxException;

/**
 * Networks of other formats, told by how their files begin or what their folders and archives hold, and what makes an ONNX
 * or TorchScript file of each.
 * <p>
 * Some begin like an ONNX file, as far as protobuf tells. Those go by their names, once a file turned out to be no ONNX.
 * </p>
 */
public enum ForeignFormat {

		TFLITE("TensorFlow Lite", t -> t.has(4, "TFL3"), "",
			"python -m tf2onnx.convert --tflite FILE --output model.onnx --opset 17"),
		KERAS("Keras (.keras)", t -> t.holds("model\\.weights\\.h5"), "keras", "keras.models.load_model(FILE).export(" +
			"'model.onnx', format='onnx') in Python, with Keras 3.8 or newer"),
		HDF5("Keras or HDF5", t -> t.has(0, "\u0089HDF"), "h5|hdf5", "tf2onnx.convert.from_keras(keras.models.load_model(" +
			"FILE), output_path='model.onnx', opset=17) in Python"),
		SAVED_MODEL("TensorFlow SavedModel", t -> t.holds("(.*/)?saved_model\\.pb(txt)?"), "saved_model\\.pb|savedmodel\\.pb",
			"python -m tf2onnx.convert --saved-model FOLDER --output model.onnx --opset 17"),
		TENSORFLOW_JS("TensorFlow.js", t -> t.has(0, "{") && t.mentions("\"modelTopology\""), "",
			"python -m tf2onnx.convert --tfjs FILE --output model.onnx --opset 17"),
		TENSORFLOW_GRAPH("TensorFlow (a frozen graph)", t -> false, "pb|pbtxt", "python -m tf2onnx.convert --graphdef FILE " +
			"--inputs NAME:0 --outputs NAME:0 --output model.onnx --opset 17"),
		TENSORFLOW_CHECKPOINT("TensorFlow (a checkpoint: weights without the network)", t -> t.has(0,
			"model_checkpoint_path:"), "index|ckpt|meta|data-\\d+-of-\\d+", "python -m tf2onnx.convert --checkpoint FILE.meta " +
				"--inputs NAME:0 --outputs NAME:0 --output model.onnx --opset 17"),
		CAFFE("Caffe", t -> !t.has(0, "<") && t.mentions("layer {", "layers {", "layer{", "layers{"), "caffemodel|prototxt",
			"python -m caffe2onnx.convert --prototxt FILE.prototxt --caffemodel FILE.caffemodel --onnx model.onnx"),
		CORE_ML("Core ML", t -> t.holds("(.*/)?Data/com\\.apple\\.CoreML/.*|(.*/)?coremldata\\.bin"), "mlmodel",
			"Core ML files are an end station, so go back to the PyTorch or Keras network that it was made from, and export " +
				"that"),
		NCNN("ncnn", t -> t.has(0, "7767517") || t.has(0, "\u00dd\u0085v\0") || t.isBeside("bin", "param"), "",
			"ncnn files are an end station, so use the ONNX or TorchScript file that it was made from"),
		OPENVINO("OpenVINO", t -> t.has(0, "<?xml") && t.mentions("<net ") || t.has(0, "<net ") || t.isBeside("bin", "xml"), "",
			"OpenVINO files are an end station, so use the ONNX file that it was made from"),
		SAFETENSORS("safetensors (weights without the network)", FileTraits::isSafetensors, "", "make the network in Python, " +
			"load the weights into it (model.load_state_dict(safetensors.torch.load_file(FILE)), or from_pretrained), then " +
			"torch.jit.trace(model.eval(), image).save('model.pt')"),
		TENSORRT("TensorRT (an engine for one kind of GPU)", t -> t.has(0, "ftrt") || t.has(0, "ptrt"),
			"engine|trt|plan", "use the ONNX file that it was built from"),
		PT2("PyTorch's torch.export (.pt2)", t -> t.holds(
			"(.*/)?serialized_exported_program\\.json|[^/]+/models/[^/]+\\.json"), "", "torch.onnx.export(torch.export.load(" +
				"FILE).module(), (image,), 'model.onnx') in Python"),
		EXECUTORCH("ExecuTorch", t -> t.has(4, "ET12"), "pte", "use the PyTorch network that it was made from"),
		PADDLE("PaddlePaddle", t -> false, "pdmodel|pdiparams|pdparams", "paddle2onnx --model_dir FOLDER --model_filename " +
			"FILE.pdmodel --params_filename FILE.pdiparams --save_file model.onnx"),
		MATLAB("MATLAB", t -> t.has(0, "MATLAB "), "mat|mlx", "exportONNXNetwork(net, 'model.onnx') in MATLAB"),
		ORT("ONNX Runtime's own (.ort)", t -> t.has(4, "ORTM"), "ort", "use the .onnx file that it was made from"),
		PICKLE("PyTorch's before 1.6, or a pickle's", FileTraits::isPickle, "", "load it in Python, and save it with " +
			"torch.jit.save or torch.onnx.export");

	/** Packages may hold a network in several formats. */
	private static final String READ = ".*\\.(onnx|ts|torchscript|jit)|.*torchscript.*\\.pt";

	private final String format;
	private final Predicate<FileTraits> sign;
	private final String endings;
	private final String advice;

	/**
	 * @param sign what no ONNX or TorchScript file has
	 * @param endings of names, an expression without the dot; empty if the sign tells all
	 */
	ForeignFormat(final String format, final Predicate<FileTraits> sign, final String endings, final String advice) {
		this.format = format;
		this.sign = sign;
		this.endings = endings;
		this.advice = advice;
	}

	/**
	 * Looks at what a file, archive or folder holds; one that is not there is none of these, nor one that also holds what can
	 * be read.
	 *
	 * @throws GlassboxException if it is of one of these formats; the message says which, and what to do
	 */
	public static void refuse(final Path file) {
		if (!Files.exists(file)) return;
		final FileTraits traits = FileTraits.of(file);
		if (!traits.holds(READ)) first(f -> f.sign.test(traits)).ifPresent(f -> f.refused(file));
	}

	/** Likewise, of a file that is no ONNX network, by its name. */
	static void refuseByName(final Path file) {
		first(f -> FileTraits.isNamed(file, f.endings)).ifPresent(f -> f.refused(file));
	}

	private static Optional<ForeignFormat> first(final Predicate<ForeignFormat> wanted) {
		return Arrays.stream(values()).filter(wanted).findFirst();
	}

	private void refused(final Path file) {
		throw new GlassboxException("The format of '" + file + "' is " + format +
			", which Glassbox does not read. Make an ONNX or TorchScript file of it: " + advice + ".");
	}
}
