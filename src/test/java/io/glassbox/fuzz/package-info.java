/**
 * Damages small network files at random and checks that none does harm: each is opened and run forward once, and must
 * give a result or one sentence that says what is wrong.
 * <p>
 * {@link io.glassbox.fuzz.FuzzTest} does a little of it with every build, {@link io.glassbox.fuzz.FuzzCampaign} does
 * it at length. Read {@link io.glassbox.fuzz.Mutations} first.
 * </p>
 */
package io.glassbox.fuzz;
