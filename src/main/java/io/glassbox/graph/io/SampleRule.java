package io.glassbox.graph.io;

/** Tells of one operator where the samples of a batch lie in what it makes, and what it becomes for any number of them. */
@FunctionalInterface
interface SampleRule {

	/**
	 * @param step the node; unless it is put otherwise there, it stays as it is
	 * @throws FixedBatch if it cannot be shown that samples stay apart
	 */
	SampleLayout follow(SampleStep step);

	/** A rule for operators whose first operand has the samples, while all others are alike for all of them. */
	@FunctionalInterface
	interface Unary extends SampleRule {

		SampleLayout follow(SampleStep step, SampleLayout x);

		@Override
		default SampleLayout follow(final SampleStep step) {
			for (int i = 1; i < step.node().inputs().size(); i++)
				step.require(step.layout(i) == null, "has a second operand that differs between samples");
			return follow(step, step.layout(0));
		}
	}
}
