package io.glassbox.command.bridge;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.util.Arrays;

/** A display without a screen: Xvfb on a number that is free. */
final class VirtualDisplay implements AutoCloseable {

	private final Process xvfb;
	private final String name;

	VirtualDisplay() throws IOException {
		xvfb = new ProcessBuilder("Xvfb", "-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp")
			.redirectError(Redirect.DISCARD).start();
		final String number = new BufferedReader(new InputStreamReader(xvfb.getInputStream())).readLine();
		if (number == null) throw new IOException("Xvfb did not start");
		name = ":" + number.trim();
	}

	/** Whether this machine has Xvfb at all. */
	static boolean isInstalled() {
		return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)).anyMatch(
			folder -> new File(folder, "Xvfb").canExecute());
	}

	String name() {
		return name;
	}

	@Override
	public void close() {
		xvfb.destroy();
	}
}
