/**
 * What a person meets: the commands in the menu {@code Plugins > Glassbox}, what all of them share, and
 * the service that scripts use.
 * <p>
 * {@link io.glassbox.command.GlassboxService} says in a handful of methods what can be done;
 * {@link io.glassbox.command.ExplainCommand} is what every method of explanation inherits its dialog
 * from. No method of explanation is named here: they are found.
 * </p>
 */
package io.glassbox.command;
