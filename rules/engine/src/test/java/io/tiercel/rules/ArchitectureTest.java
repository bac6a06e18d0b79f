package io.tiercel.rules;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

@AnalyzeClasses(packages = "io.tiercel", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    /** Text to tree to checked tree to value: each room knows only those before it. */
    @ArchTest
    static final ArchRule ROOMS = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("data")
            .definedBy("io.tiercel.rules.field..", "io.tiercel.rules.event..", "io.tiercel.rules.match..")
            .layer("alert")
            .definedBy("io.tiercel.rules.alert..")
            .layer("condition")
            .definedBy("io.tiercel.rules.condition..")
            .layer("check")
            .definedBy("io.tiercel.rules.check..")
            .layer("eval")
            .definedBy("io.tiercel.rules.eval..")
            .layer("format")
            .definedBy("io.tiercel.rules.format..")
            .layer("engine")
            .definedBy("io.tiercel.rules.engine..")
            .layer("load")
            .definedBy("io.tiercel.rules.load..")
            .layer("conformance")
            .definedBy("io.tiercel.rules.conformance..")
            .whereLayer("conformance")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("load")
            .mayOnlyBeAccessedByLayers("conformance")
            .whereLayer("engine")
            .mayOnlyBeAccessedByLayers("load", "conformance")
            .whereLayer("format")
            .mayOnlyBeAccessedByLayers("engine", "load", "conformance")
            .whereLayer("eval")
            .mayOnlyBeAccessedByLayers("format", "engine", "conformance")
            .whereLayer("check")
            .mayOnlyBeAccessedByLayers("eval", "format", "engine", "load", "conformance")
            .whereLayer("condition")
            .mayOnlyBeAccessedByLayers("check", "eval", "format", "engine", "load", "conformance")
            .whereLayer("alert")
            .mayOnlyBeAccessedByLayers("engine", "load", "conformance");

    @ArchTest
    static final ArchRule NO_CYCLES = SlicesRuleDefinition.slices()
            .matching("io.tiercel.rules.(*)..")
            .should()
            .beFreeOfCycles();

    @ArchTest
    static final ArchRule NOTHING_LATER = ArchRuleDefinition.noClasses()
            .that()
            .resideInAPackage("io.tiercel.rules..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.tiercel.sensor..", "io.tiercel.functions..", "jnr..", "picocli..");
}
