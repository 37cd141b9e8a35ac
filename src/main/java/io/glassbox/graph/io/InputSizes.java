package io.glassbox.graph.io;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The sizes for which a network is read that decides by the size of its input, when nobody says which: first those most
 * networks of the kind are trained for.
 */
final class InputSizes {

	private static final List<List<Integer>> PLANES = Stream.of(224, 256, 384, 299, 512, 192, 128, 96, 64, 32, 28).map(
		n -> List.of(n, n)).toList();
	private static final List<List<Integer>> VOLUMES = List.of(List.of(16, 224, 224), List.of(16, 112, 112), List.of(32,
		224, 224), List.of(96, 96, 96), List.of(128, 128, 128), List.of(64, 64, 64), List.of(32, 32, 32));

	private InputSizes() {}

	/**
	 * @param open what was found with open extents, for all that it tells of the input
	 * @return extents in space, the likeliest first
	 */
	static List<List<Integer>> toTry(final Opening how, final ScriptReading.Attempt open) {
		if (!how.inputSize().isEmpty()) return List.of(how.inputSize());
		if (!open.checked().isEmpty()) return List.of(open.checked());
		return switch (open.rank()) {
			case 5 -> VOLUMES;
			case 4 -> PLANES;
			default -> Stream.concat(PLANES.stream(), VOLUMES.stream().limit(1)).toList();
		};
	}

	/** As people write it, {@code 224 x 224}. */
	static String text(final List<Integer> size) {
		return size.stream().map(String::valueOf).collect(Collectors.joining(" x "));
	}
}
