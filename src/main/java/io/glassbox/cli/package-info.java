/**
 * The command line: {@code glassbox predict}, {@code explain}, {@code layers}, {@code convert},
 * {@code methods}, {@code demo}.
 * <p>
 * It discovers methods through SciJava and imports none. Exit status: 0 when done, 1 when something
 * failed (one line on standard error says what), 2 for bad usage.
 * </p>
 */
package io.glassbox.cli;
