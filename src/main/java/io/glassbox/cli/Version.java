package io.glassbox.cli;

import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest. */
public final class Version implements IVersionProvider {

	@Override
	public String[] getVersion() {
		return new String[] { "Glassbox " + io.glassbox.command.Provenance.version() };
	}
}
