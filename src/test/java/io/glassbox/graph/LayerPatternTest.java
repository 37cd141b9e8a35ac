package io.glassbox.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerPatternTest {

	private static final List<String> LAYERS = List.of("conv1", "layer1.0.conv1", "layer1.0.conv2", "layer1.0", "layer1",
		"layer4.0.conv2", "layer4.0.downsample.0", "layer4.1.conv2", "layer4.1", "layer4", "a+b.c");

	private static Network network() {
		final Network.Builder b = Network.builder().input("x", 1, 2);
		String value = "x";
		for (int i = 0; i < LAYERS.size(); i++) {
			b.node("n" + i, LAYERS.get(i), Operator.of("Relu"), value).layer(LAYERS.get(i), "n" + i);
			value = "n" + i;
		}
		return b.output(value).build();
	}

	@ParameterizedTest
	@CsvSource({ "layer4.*.conv2, layer4.0.conv2 layer4.1.conv2", "layer4.*, layer4.1",
		"**.conv1, conv1 layer1.0.conv1", "layer?, none", "*, conv1 layer1 layer4",
		"layer4.**, layer4.0.conv2 layer4.0.downsample.0 layer4.1.conv2 layer4.1", "*.*.conv*, layer1.0.conv1 layer1.0.conv2 layer4.0.conv2 layer4.1.conv2",
		"**.0, layer1.0 layer4.0.downsample.0", "layer4.**.0, layer4.0.downsample.0", "a+*.c, a+b.c",
		"'layer4.1 , conv1, conv1', conv1 layer4.1", "'layer4, layer1.*', layer1.0 layer4" })
	void aPatternPicksLayersInComputingOrder(final String pattern, final String chosen) {
		if (chosen.equals("none")) assertThrows(GlassboxException.class, () -> network().layers(pattern));

		else assertEquals(Arrays.asList(chosen.split(" ")), network().layers(pattern));
	}

	@Test
	void aPatternThatFitsNothingNamesWhatIsNear() {
		final String message = assertThrows(GlassboxException.class, () -> network().layers("layer5.*.conv2")).getMessage();
		assertTrue(message.startsWith("No layer matches 'layer5.*.conv2'. Nearest of 11: ") && message.contains("layer4.0.conv2"), message);
		final String inList = assertThrows(GlassboxException.class, () -> network().layers("conv1, konv2")).getMessage();
		assertTrue(inList.startsWith("No layer 'konv2'."), inList);
		assertTrue(assertThrows(GlassboxException.class, () -> network().layers(" , ")).getMessage().startsWith(
			"No layer was named"));
	}

	@Test
	void whereOneLayerIsWantedAPatternMustMeanOne() {
		assertEquals("n7", network().layer("layer4.1.*"));
		final String message = assertThrows(GlassboxException.class, () -> network().layer("layer4.*.conv2")).getMessage();
		assertEquals("One layer was expected, but 'layer4.*.conv2' means 2: layer4.0.conv2, layer4.1.conv2. Name one of them.",
			message);
	}

	@Test
	void aNameThatHoldsAStarOrACommaIsItself() {
		final Network odd = Network.builder().input("x", 1).node("y", "a*,b", Operator.of("Relu"), "x").layer("a*,b", "y")
			.output("y").build();
		assertEquals(List.of("a*,b"), odd.layers("a*,b"));
		assertEquals("y", odd.layer("a*,b"));
	}
}
