package io.glassbox.perturb;

/** Which features are there in which altered copy. */
@FunctionalInterface
public interface Coalitions {

	/**
	 * @param copy its number
	 * @param feature its number
	 * @return whether the copy has this feature, as the image has it; otherwise it is absent
	 */
	boolean has(int copy, int feature);
}
