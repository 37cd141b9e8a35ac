package io.glassbox.graph;

import java.lang.management.ManagementFactory;

/** How much memory the computer has. */
public final class MachineMemory {

	private MachineMemory() {}

	/** All that is built in, in bytes, used or not; the largest number there is where it cannot be told. */
	public static double physical() {
		return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean os ? os
			.getTotalMemorySize() : Double.MAX_VALUE;
	}
}
