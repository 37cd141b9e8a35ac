package io.glassbox.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every subcommand that loads a network takes. */
final class ModelOptions {

	@Option(names = "--model", required = true, paramLabel = "M",
		description = "ONNX or TorchScript file, or a folder or zip package with one.")
	private Path model;

	@Option(names = "--device", paramLabel = "D", defaultValue = "auto", description = "auto, cpu, gpu or gpu:<number>.")
	private String device;

	@Mixin
	private Trust trust;

	@Option(names = "--json", description = "Print JSON.")
	private boolean json;

	Path model() {
		return model;
	}

	String device() {
		return device;
	}

	boolean json() {
		return json;
	}

	/** A context that opens networks as far as they are trusted. */
	Session session() {
		return trust.session();
	}

	/** How far the file is trusted. */
	static final class Trust {

		@Option(names = "--no-black-box",
			description = "Refuse a file that cannot be read as a graph, rather than let its engine run it unseen.")
		private boolean noBlackBox;

		/** A context in which black boxes run only if neither this run nor the setting of {@code Models...} forbids them. */
		Session session() {
			return new Session(noBlackBox);
		}
	}

	/** How an image becomes the network's input, where that differs from the model's description. */
	static final class Preprocessing {

		@Option(names = "--input-size", paramLabel = "HxW", description = "Size the network takes, or DxHxW.")
		private String inputSize;

		@Option(names = "--channels", paramLabel = "N", description = "Channels the network takes.")
		private String channels;

		@Option(names = "--resize", paramLabel = "R", description = "stretch, crop or letterbox.")
		private String resize;

		@Option(names = "--values", paramLabel = "V", description = "type, display, percentile or raw.")
		private String values;

		@Option(names = "--normalization", paramLabel = "N", description = "unit, signed, imagenet, zscore or raw.")
		private String normalization;

		Map<String, String> asMap() {
			final Map<String, String> map = new LinkedHashMap<>();
			put(map, "inputsize", inputSize);
			put(map, "channels", channels);
			put(map, "resize", resize);
			put(map, "values", values);
			put(map, "normalization", normalization);
			return map;
		}

		private static void put(final Map<String, String> map, final String key, final String value) {
			if (value != null) map.put(key, value);
		}
	}

	/** What is fed beside an image. */
	static final class Others {

		@Option(names = "--other", paramLabel = "NAME=VALUE",
			description = "What the network takes beside --image: numbers with commas between, a .npy file or an image; repeat for " +
				"more.")
		private List<String> others;

		/** As {@code inputs} of a macro: semicolons between. */
		String text() {
			return others == null ? "" : String.join("; ", others);
		}
	}

	/** What is fed: an image, or raw tensors. */
	static final class Source {

		@Option(names = "--image", paramLabel = "I", description = "Image file.")
		private Path image;

		@Option(names = "--input", paramLabel = "in.npy",
			description = "Raw float32 tensor, exactly what the network takes, but channels first even where its file has them last " +
				"('glassbox import' tells); repeat for several inputs.")
		private List<Path> inputs;

		Path image() {
			return image;
		}

		List<Path> inputs() {
			return inputs == null ? List.of() : inputs;
		}
	}
}
