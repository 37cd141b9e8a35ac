package io.glassbox.fuzz;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.onnxruntime.OrtException;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.ModelFile;
import io.glassbox.graph.io.Opening;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * One file opened and run forward once, and what came of it.
 *
 * @param kind what happened
 * @param detail the message, or what is wrong
 * @param bytes memory that the process took on the way, at its peak, beyond what it had before
 * @param millis time it took
 */
record Trial(Kind kind, String detail, long bytes, long millis) {

	enum Kind {
			/** It ran, whatever the result. */
			RESULT,
			/** A sentence said why it was not opened or not run. */
			REFUSAL,
			/** An exception that was not foreseen, though it came with a sentence. */
			UNFORESEEN,
			/** Anything else that was thrown. */
			ESCAPE,
			/** More memory than the file may cause to be taken. */
			MEMORY,
			/** More time than ten seconds. */
			TIME,
			/** The process died. */
			CRASH;

		boolean isFinding() {
			return compareTo(REFUSAL) > 0;
		}
	}

	/** What a file may cause to be taken beside four times its size. */
	private static final long SPARE = 256L << 20;

	static final long LONGEST_MILLIS = 10_000;

	/** @param number even: by the fastest engine; odd: node by node on libtorch */
	static Trial of(final Path file, final Tensor input, final int number, final boolean blackBoxes) {
		final long before = Memory.now();
		final long heap = Memory.allocated();
		final long start = System.nanoTime();
		Kind kind = Kind.RESULT;
		String detail = "";
		try (Model model = ModelFile.open(file, Device.cpu(), new Opening(List.of(), blackBoxes))) {
			if (number % 2 == 0 || model.graph().isEmpty()) model.score(List.of(input));
			else model.shapes(List.of(input));
		}
		catch (final GlassboxException e) {
			detail = String.valueOf(e.getMessage());
			kind = isSentence(detail) ? unforeseen(e) ? Kind.UNFORESEEN : Kind.REFUSAL : Kind.ESCAPE;
			if (kind == Kind.UNFORESEEN) detail += " AT " + at(e);
		}
		catch (final Throwable t) {
			kind = Kind.ESCAPE;
			detail = t + " AT " + at(t);
		}
		final long millis = (System.nanoTime() - start) / 1_000_000;
		final long bytes = Math.max(Memory.peak() - before, Memory.allocated() - heap);
		if (millis > LONGEST_MILLIS) return new Trial(Kind.TIME, detail, bytes, millis);
		if (bytes > SPARE + 4 * size(file) && !kind.isFinding()) return new Trial(Kind.MEMORY, detail, bytes, millis);
		return new Trial(kind, detail, bytes, millis);
	}

	private static long size(final Path file) {
		try {
			return Files.size(file);
		}
		catch (final IOException e) {
			throw new UncheckedIOException(e);
		}
	}

	/** Begins with a capital or the name of something, ends with a full stop. */
	private static boolean isSentence(final String message) {
		return message.length() > 20 && message.endsWith(".");
	}

	/**
	 * Whether nobody thought of this failure, so that only the last guard of {@link ModelFile} caught it, or Java speaks. An
	 * engine that says which element it found too large, and in which layer, is as good as our own sentence.
	 */
	private static boolean unforeseen(final Throwable e) {
		return !saidByEngine(e) && e.getMessage().matches("(?s).*(so it is damaged or newer|out of bounds|Exception|annot be cast|annot invoke).*");
	}

	private static boolean saidByEngine(final Throwable e) {
		return e != null && (e instanceof EngineException || e instanceof OrtException || saidByEngine(e.getCause()));
	}

	private static String at(final Throwable e) {
		Throwable t = e;
		while (t.getCause() != null)
			t = t.getCause();
		final StringBuilder s = new StringBuilder(t.toString());
		for (int i = 0; i < Math.min(8, t.getStackTrace().length); i++)
			s.append(" < ").append(t.getStackTrace()[i]);
		return s.toString();
	}

	/** What this process takes, as Linux tells; elsewhere what the heap takes. */
	private static final class Memory {

		private static final Path STATUS = Path.of("/proc/self/status");
		private static final Path RESET = Path.of("/proc/self/clear_refs");

		/** Also begins a new peak. */
		static long now() {
			if (!Files.isWritable(RESET)) return used();
			try {
				Files.writeString(RESET, "5");
			}
			catch (final IOException e) {
				throw new UncheckedIOException(e);
			}
			return read("VmRSS:");
		}

		static long peak() {
			return Files.isWritable(RESET) ? read("VmHWM:") : used();
		}

		private static long used() {
			return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
		}

		/** All that this thread ever put on the heap. */
		static long allocated() {
			return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getThreadAllocatedBytes(Thread
				.currentThread().getId());
		}

		private static long read(final String key) {
			try {
				final String line = Files.readAllLines(STATUS).stream().filter(l -> l.startsWith(key)).findFirst().orElseThrow();
				return Long.parseLong(line.replaceAll("\\D", "")) << 10;
			}
			catch (final IOException e) {
				throw new UncheckedIOException(e);
			}
		}
	}
}
