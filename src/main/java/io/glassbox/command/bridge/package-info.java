/**
 * How plain ImageJ 1.x, which knows no SciJava, runs our commands: menu entry, dialog, macro, progress,
 * Escape and results, once for all commands, from what each command says of its inputs.
 * <p>
 * Read {@link io.glassbox.command.bridge.PlainImageJ} first. In Fiji nothing here runs. Nothing here knows a
 * particular command.
 * </p>
 */
package io.glassbox.command.bridge;
