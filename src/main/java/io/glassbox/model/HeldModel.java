package io.glassbox.model;

import io.glassbox.graph.Model;

import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** One network the cache holds, or is about to. All fields but the future are guarded by the cache's lock. */
final class HeldModel {

	final ModelKey key;

	/** Done when the network is loaded or loading failed. */
	final CompletableFuture<Model> loading = new CompletableFuture<>();

	/** Open leases, and requests that wait for the network to load. */
	int pins;

	/** Until it is loaded: the size of its file, a lower bound of what it will take. */
	long bytes;

	long timesUsed;
	Instant lastUsed;

	/** Rises with every use of any network; the smallest was used longest ago. */
	long turn;

	HeldModel(final ModelKey key) {
		this.key = key;
		bytes = key.size();
	}

	boolean isLoaded() {
		return loading.isDone() && !loading.isCompletedExceptionally();
	}

	boolean isIdle() {
		return pins == 0 && isLoaded();
	}

	ModelCache.Entry describe() {
		return new ModelCache.Entry(ModelDescription.stem(key.path()), key.path(), format(), Devices.name(key.device()), bytes,
			timesUsed, lastUsed, pins > 0);
	}

	/** By the file's ending; an ending that is not known stands for itself. */
	private String format() {
		final String name = key.path().getFileName().toString();
		final String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
		return switch (ending) {
			case "onnx" -> "ONNX";
			case "pt", "pth", "ts", "torchscript" -> "TorchScript";
			default -> ending;
		};
	}
}
