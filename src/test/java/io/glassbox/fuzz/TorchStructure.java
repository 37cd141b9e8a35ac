package io.glassbox.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** Damage to the parts of a TorchScript file, which is then packed again with right checksums: entries, pickles, code. */
final class TorchStructure {

	private TorchStructure() {}

	private static final int LARGEST = 1 << 20;

	static byte[] damaged(final byte[] sound, final SplittableRandom random) {
		final Archive archive = Archive.of(sound);
		for (int i = random.nextInt(1, 4); i > 0; i--)
			switch (random.nextInt(10)) {
				case 0, 1 -> entries(archive, random);
				case 2, 3, 4 -> part(archive, "data.pkl", random);
				case 5 -> part(archive, "constants.pkl", random);
				default -> part(archive, ".py", random);
			}
		return archive.toBytes();
	}

	private static void part(final Archive archive, final String ending, final SplittableRandom random) {
		final List<Archive.Entry> found = archive.entries.stream().filter(e -> e.name.endsWith(ending)).collect(Collectors
			.toList());
		if (found.isEmpty()) return;
		final Archive.Entry e = found.get(random.nextInt(found.size()));
		if (e.bytes.length > LARGEST) return; // an entry of zeros that was put in its place
		e.bytes = ending.equals(".py") ? CodeDamage.damaged(new String(e.bytes, StandardCharsets.UTF_8), random).getBytes(
			StandardCharsets.UTF_8) : PickleDamage.damaged(e.bytes, random);
	}

	private static void entries(final Archive archive, final SplittableRandom random) {
		if (archive.entries.isEmpty()) return;
		final Archive.Entry e = archive.entries.get(random.nextInt(archive.entries.size()));
		final Archive.Entry other = archive.entries.get(random.nextInt(archive.entries.size()));
		switch (random.nextInt(11)) {
			case 0 -> archive.entries.remove(e);
			case 1 -> archive.entries.add(new Archive.Entry(e.name, other.bytes));
			case 2 -> {
				final byte[] swapped = e.bytes;
				e.bytes = other.bytes;
				other.bytes = swapped;
			}
			case 3 -> e.name = other.name;
			case 4 -> e.name = List.of("/etc/passwd", "../../x", "", "a/data.pkl", "x\0y", "m/".repeat(200)).get(random.nextInt(
				6));
			case 5 -> {
				e.deflated = true;
				if (random.nextInt(4) == 0) e.bytes = new byte[random.nextInt(1 << 24)];
			}
			case 6 -> e.lie = Mutations.oddLong(random) & 0x7fffffffL;
			case 7 -> e.lie = random.nextInt(-100, 100);
			case 8 -> e.shared = true;
			case 9 -> e.bytes = Arrays.copyOf(e.bytes, random.nextInt(2 * e.bytes.length + 2));
			default -> {
				e.bytes = e.bytes.clone();
				for (int i = 0; i < 4 && e.bytes.length > 0; i++)
					e.bytes[random.nextInt(e.bytes.length)] ^= (byte) (1 << random.nextInt(8));
			}
		}
	}
}
