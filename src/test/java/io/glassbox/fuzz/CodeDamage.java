package io.glassbox.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Damage to the code in a TorchScript file, token by token and line by line, and code no network would have. */
final class CodeDamage {

	private static final Pattern TOKEN = Pattern.compile("\\s+|\\d+\\.?\\d*(?:e[-+]?\\d+)?|\\w+|.", Pattern.DOTALL);
	private static final List<String> SNIPPETS = List.of("a = [0] * 1000000000\n", "a = \"x\"\n    a = a + a\n",
		"for i in range(1000000000):\n      x = torch.add(x, x)\n", "while True:\n      pass\n",
		"a = [1]\n    while True:\n      a = a + a\n", "a = torch.zeros([100000, 100000])\n    x = torch.add(x, a)\n",
		"x = torch.repeat(x, [1, 1, 100000, 100000])\n", "a = [1]\n    b = torch.append(a, a)\n    c = torch.len(a)\n",
		"x = torch.expand(x, [-1, 1000000000, -1, -1])\n", "x = torch.pad(x, [1000000000, 1000000000])\n",
		"x = torch.upsample_nearest2d(x, [1000000, 1000000])\n", "a = torch.arange(0, 10000000000, 1)\n",
		"x = torch.conv2d(x, x, None, [0, 0], [0, 0], [0, 0], 0)\n", "x = torch.max_pool2d(x, [0, 0], [0, 0])\n",
		"a, b, = torch.split(x, 0, 1)\n", "x = torch.reshape(x, [-1, -1, 0])\n", "x = torch.permute(x, [0, 0, 9, -7])\n",
		"a = " + "(".repeat(3000) + "1" + ")".repeat(3000) + "\n", "a = " + "not ".repeat(20000) + "True\n",
		"a = 1" + " + 1".repeat(20000) + "\n", "a = x" + ".a".repeat(20000) + "\n", "a = 1" + " ** 1".repeat(20000) + "\n",
		"a = 1" + " if True else 1".repeat(20000) + "\n", "a = " + "-".repeat(20000) + "1\n");

	private CodeDamage() {}

	static String damaged(final String sound, final SplittableRandom random) {
		String code = sound;
		for (int i = random.nextInt(1, 4); i > 0; i--)
			code = random.nextInt(4) == 0 ? lines(code, random) : tokens(code, random);
		return code;
	}

	private static String tokens(final String code, final SplittableRandom random) {
		final List<String> tokens = new ArrayList<>();
		final Matcher m = TOKEN.matcher(code);
		while (m.find())
			tokens.add(m.group());
		if (tokens.size() < 2) return code;
		final int at = random.nextInt(tokens.size());
		final int other = random.nextInt(tokens.size());
		switch (random.nextInt(6)) {
			case 0 -> tokens.remove(at);
			case 1 -> tokens.add(other, tokens.get(at));
			case 2 -> tokens.set(at, tokens.get(other));
			case 3 -> name(tokens, at, other);
			default -> number(tokens, at, random);
		}
		return String.join("", tokens);
	}

	/** The next number gets another value. */
	private static void number(final List<String> tokens, final int from, final SplittableRandom random) {
		for (int i = from; i < tokens.size(); i++)
			if (Character.isDigit(tokens.get(i).charAt(0))) {
				tokens.set(i, random.nextInt(5) == 0 ? String.valueOf(Mutations.oddDouble(random)) : String.valueOf(Mutations
					.oddLong(random)));
				return;
			}
	}

	/** The next name becomes another name of the same file. */
	private static void name(final List<String> tokens, final int from, final int other) {
		for (int i = from; i < tokens.size(); i++)
			for (int j = other; j < tokens.size() && isName(tokens.get(i)); j++)
				if (isName(tokens.get(j))) {
					tokens.set(i, tokens.get(j));
					return;
				}
	}

	private static boolean isName(final String token) {
		return Character.isJavaIdentifierStart(token.charAt(0));
	}

	private static String lines(final String code, final SplittableRandom random) {
		final List<String> lines = new ArrayList<>(code.lines().toList());
		if (lines.size() < 2) return code;
		final int at = random.nextInt(lines.size());
		final int other = random.nextInt(lines.size());
		switch (random.nextInt(4)) {
			case 0 -> lines.remove(at);
			case 1 -> lines.add(other, lines.get(at));
			default -> snippet(lines, at, random);
		}
		return String.join("\n", lines) + "\n";
	}

	/** Before the next statement of the same depth as the bodies of methods. */
	private static void snippet(final List<String> lines, final int from, final SplittableRandom random) {
		for (int i = from; i < lines.size(); i++)
			if (lines.get(i).matches("    \\w.*") && !lines.get(i).contains(":")) {
				lines.add(i, "    " + SNIPPETS.get(random.nextInt(SNIPPETS.size())).stripTrailing());
				return;
			}
	}
}
