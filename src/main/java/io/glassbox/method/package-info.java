/**
 * The methods of explanation: each file is one method, the algorithm and the command that wraps it.
 * <p>
 * To add one, write a class that implements {@link io.glassbox.explain.Explainer}, give it a nested
 * command, and a test. Menus, macros, scripts, command line, demo and the contract test find it by
 * themselves. {@link io.glassbox.method.GradCam} is the one to read first.
 * </p>
 */
package io.glassbox.method;
