package io.glassbox.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.GlassboxException;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.scijava.command.CommandInfo;
import org.scijava.module.Module;

import ij.ImagePlus;

class CommandInputsTest {

	private final CommandInfo info = new CommandInfo(EchoCommand.class);
	private final CommandInputs inputs = CommandInputs.of(info);

	@ParameterizedTest
	@MethodSource("io.glassbox.command.OptionCases#good")
	void optionsAreReadAsMeant(final String options, final String key, final String expected) {
		final EchoCommand command = new EchoCommand();
		CommandInputs.apply(info, command, options);
		final Module module = info.createModule(command);
		assertEquals(expected, String.valueOf(module.getInput(key)));
		final Map<String, Object> values = new HashMap<>(module.getInputs());
		inputs.check(values);
	}

	@ParameterizedTest
	@MethodSource("io.glassbox.command.OptionCases#bad")
	void mistakesAreToldInOneSentence(final String options, final String sentence) {
		final String message = assertThrows(GlassboxException.class, () -> inputs.read(MacroOptions.parse(options)))
			.getMessage();
		assertTrue(message.contains(sentence), message);
		assertFalse(message.contains("\n"), message);
	}

	@Test
	void valuesThatSciJavaLetThroughAreFound() {
		assertRejected("lut", "jet", "No lut 'jet'");
		assertRejected("sigma", 11.0, "'sigma' takes a number from 0 to 10, found '11.0'");
		assertRejected("sigma", Double.NaN, "found 'NaN'");
		assertRejected("steps", 0, "'steps' takes a whole number of at least 1");
		assertRejected("image", new ImagePlus(), "no image open");
	}

	@Test
	void aMissingInputThatIsNeededIsNamed() {
		final Map<String, Object> values = values();
		values.remove("mode");
		assertEquals("The option 'mode' is missing; give mode=a Mode.", assertThrows(GlassboxException.class,
			() -> inputs.check(values)).getMessage());
	}

	@Test
	void valuesThatAreNoTextAreTakenAsTheyAre() {
		final ImagePlus image = ij.IJ.createImage("same title", 4, 4, 1, 8);
		assertEquals(image, inputs.read(Map.of("image", image)).get("image"));
	}

	@Test
	void aNumberOfAnotherKindIsTheNumberItIs() {
		assertEquals(0.0, inputs.read(Map.of("sigma", 0)).get("sigma"));
		assertEquals(0.5, inputs.read(Map.of("sigma", new BigDecimal("0.5"))).get("sigma"));
		assertEquals(3, inputs.read(Map.of("steps", 3.0)).get("steps"));
		assertEquals("2", inputs.read(Map.of("target", 2)).get("target"));
		assertTrue(assertThrows(GlassboxException.class, () -> inputs.read(Map.of("steps", 2.5))).getMessage().contains(
			"a whole number"));
	}

	private void assertRejected(final String key, final Object value, final String sentence) {
		final Map<String, Object> values = values();
		values.put(key, value);
		final String message = assertThrows(GlassboxException.class, () -> inputs.check(values)).getMessage();
		assertTrue(message.contains(sentence), message);
	}

	private Map<String, Object> values() {
		return new HashMap<>(info.createModule(new EchoCommand()).getInputs());
	}
}
