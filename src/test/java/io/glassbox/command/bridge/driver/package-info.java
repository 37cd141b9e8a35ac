/**
 * People at ImageJ's windows: programs that run in a real ImageJ's process and say what they see there.
 * <p>
 * They travel there alone, with {@code ij.jar} on the class path, so they use nothing but ImageJ and each other.
 * {@link io.glassbox.command.bridge.driver.Person} is the one to read first.
 * </p>
 */
package io.glassbox.command.bridge.driver;
