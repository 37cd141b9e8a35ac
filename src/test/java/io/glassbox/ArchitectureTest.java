package io.glassbox;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

/** Dependencies between packages run one way. */
class ArchitectureTest {

	private static final JavaClasses CLASSES = new ClassFileImporter().withImportOption(
		ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("io.glassbox");

	/** What each package must not know. */
	private static final Map<String, List<String>> FORBIDDEN = Map.of(
		"io.glassbox.graph", List.of("io.glassbox.graph.io..", "io.glassbox.rule..", "io.glassbox.explain..",
			"io.glassbox.perturb..", "io.glassbox.image..", "io.glassbox.model..", "io.glassbox.command..",
			"io.glassbox.method..", "io.glassbox.cli..", "io.glassbox.demo.."),
		"io.glassbox.graph.io", List.of("io.glassbox.rule..", "io.glassbox.explain..", "io.glassbox.image..",
			"io.glassbox.model..", "io.glassbox.command..", "io.glassbox.method..", "io.glassbox.cli..",
			"io.glassbox.demo.."),
		"io.glassbox.rule", List.of("io.glassbox.graph.io..", "io.glassbox.explain..", "io.glassbox.image..",
			"io.glassbox.model..", "io.glassbox.command..", "io.glassbox.method..", "io.glassbox.cli..",
			"io.glassbox.demo.."),
		"io.glassbox.explain", List.of("io.glassbox.graph.io..", "io.glassbox.rule..", "io.glassbox.image..",
			"io.glassbox.model..", "io.glassbox.command..", "io.glassbox.method..", "io.glassbox.cli..",
			"io.glassbox.demo.."),
		"io.glassbox.model", List.of("io.glassbox.rule..", "io.glassbox.explain..", "io.glassbox.image..",
			"io.glassbox.command..", "io.glassbox.method..", "io.glassbox.cli..", "io.glassbox.demo.."),
		"io.glassbox.image", List.of("io.glassbox.rule..", "io.glassbox.command..", "io.glassbox.method..",
			"io.glassbox.cli..", "io.glassbox.demo.."),
		"io.glassbox.command", List.of("io.glassbox.method..", "io.glassbox.cli.."),
		"io.glassbox.method", List.of("io.glassbox.cli..", "io.glassbox.demo.."),
		"io.glassbox.cli", List.of("io.glassbox.method.."));

	@Test
	void arrowsRunOneWay() {
		FORBIDDEN.forEach((from, to) -> noClasses().that().resideInAPackage(from).should().dependOnClassesThat()
			.resideInAnyPackage(to.toArray(String[]::new)).check(CLASSES));
	}

	@Test
	void packagesHaveNoCycles() {
		slices().matching("io.glassbox.(**)").should().beFreeOfCycles().check(CLASSES);
	}

	@Test
	void algorithmsKnowNoWindows() {
		noClasses().that().resideInAnyPackage("io.glassbox.graph..", "io.glassbox.rule..", "io.glassbox.explain..",
			"io.glassbox.perturb..").should().dependOnClassesThat().resideInAnyPackage("ij..", "org.scijava..",
				"java.awt..", "javax.swing..").check(CLASSES);
	}
}
