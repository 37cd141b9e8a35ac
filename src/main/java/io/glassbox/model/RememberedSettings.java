package io.glassbox.model;

import java.nio.file.Path;
import java.util.Map;

/** What a user last chose for each model file, from one session to the next. */
public interface RememberedSettings {

	/** The choices for a model file by key; empty if there are none. Two paths to one file are one. */
	Map<String, String> get(Path model);

	/** Remembers choices for a model file, in place of those before. */
	void put(Path model, Map<String, String> choices);
}
