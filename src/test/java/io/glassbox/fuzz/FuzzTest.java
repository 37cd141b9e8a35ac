package io.glassbox.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same few mutations of each seed with every build, in a process of their own: none may crash or hang it, throw what
 * nobody foresaw, or take more memory than it may. {@link FuzzCampaign} tries more of them.
 */
class FuzzTest {

	private static final int EACH = 80;

	@TempDir
	Path folder;

	@TestFactory
	Stream<DynamicTest> noDamageDoesHarm() {
		return Seed.ALL.stream().map(s -> DynamicTest.dynamicTest(s.file(), () -> attempt(s)));
	}

	private void attempt(final Seed seed) throws IOException, InterruptedException {
		final FuzzCampaign campaign = new FuzzCampaign(false, folder);
		campaign.run(seed, 0, EACH);
		assertEquals(Map.of(), campaign.findings());
		assertEquals(EACH, campaign.count(Trial.Kind.RESULT) + campaign.count(Trial.Kind.REFUSAL), campaign.report());
		assertTrue(campaign.count(Trial.Kind.RESULT) > 0 && campaign.count(Trial.Kind.REFUSAL) > 0, campaign.report());
	}
}
