package io.glassbox.graph.io;

import java.util.List;

/**
 * How a model file is to be opened.
 *
 * @param inputSize extents in space of the images it will be fed, {@code [height, width]} or
 *          {@code [depth, height, width]}; empty if not known. Only files whose code decides by the size of the
 *          input need it
 * @param nativeCode whether a file that cannot be read as a graph may be run by the engine it was made for; a TorchScript
 *          file then runs code of its own, unseen by Glassbox
 * @param axes what the axes of the image's input mean, {@code bcyx}, {@code byxc}; empty if not known. Where channels are
 *          last, the network is opened with them first, see {@link ChannelsLast}
 * @param scores the output that holds the scores; empty if not known. It becomes the first, see {@link ScoresFirst}
 */
public record Opening(List<Integer> inputSize, boolean nativeCode, String axes, String scores) {

	/** Nothing is known of the input, and black boxes are welcome. */
	public static final Opening DEFAULT = new Opening(List.of(), true);

	public Opening {
		inputSize = List.copyOf(inputSize);
	}

	/** Where nothing is known of what axes and outputs mean. */
	public Opening(final List<Integer> inputSize, final boolean nativeCode) {
		this(inputSize, nativeCode, "", "");
	}
}
