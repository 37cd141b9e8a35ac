package io.glassbox.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.Model;
import io.glassbox.reference.ReferenceCase;

import java.util.List;
import java.util.Optional;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DetectorModelTest {

	/** Whoever asks for a gradient does not pay for an engine that only scores. */
	@ParameterizedTest
	@CsvSource({ "gapcnn, model.onnx", "gapcnn, model.pt", "miniunet, model.scripted.pt" })
	void anotherNetworkIsNotRunToFindOut(final String name, final String file) {
		final ReferenceCase c = new ReferenceCase(name);
		try (Model model = c.open(file)) {
			assertTrue(DetectorModel.of(model, true, List.of(c.input()), 0, false, Optional.empty()).isEmpty());
			assertEquals("none yet", model.engine());
		}
	}
}
