package io.glassbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.GlassboxException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code call("io.glassbox.Macro.run", ...)} as Java sees it; real macros are run by the process tests. */
class MacroTest {

	@ParameterizedTest
	@ValueSource(strings = { "Echo...", "Echo", "echo" })
	void commandsGoByLabelOrMethodName(final String name) {
		assertTrue(Macro.run(name, "target=[two words]").startsWith("echo=image=none model=null target=[two words] "));
		assertTrue(Macro.run(name).contains("target=[top]"));
	}

	@ParameterizedTest
	@MethodSource("io.glassbox.command.OptionCases#good")
	void optionsReachTheCommand(final String options, final String key, final String value) {
		final String given = key + "=" + (key.equals("target") ? "[" + value + "]" : value);
		assertTrue((Macro.run("echo", options) + " ").contains(" " + given + " "), Macro.run("echo", options));
	}

	@ParameterizedTest
	@MethodSource("io.glassbox.command.OptionCases#bad")
	void mistakesReachTheCallerAsOneSentence(final String options, final String sentence) {
		final String message = assertThrows(GlassboxException.class, () -> Macro.run("echo", options)).getMessage();
		assertTrue(message.contains(sentence), message);
	}

	@Test
	void whatTheCommandSaysWentWrongReachesTheCaller() {
		assertEquals("No class 'fail'. There are: benign, malignant.", assertThrows(GlassboxException.class, () -> Macro
			.run("echo", "target=fail")).getMessage());
	}

	@Test
	void aFaultKeepsItsCause() {
		assertTrue(assertThrows(IllegalStateException.class, () -> Macro.run("echo", "target=crash"))
			.getCause() instanceof ArrayIndexOutOfBoundsException);
	}
}
