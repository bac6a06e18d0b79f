package io.tiercel.rules;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Tag;

/** Dependencies between the packages of the rule engine, and on other modules. */
@Tag("unit")
@AnalyzeClasses(packages = "io.tiercel", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    /** The packages that each package can use. Keep the package-info files in step. */
    @ArchTest
    static final ArchRule LAYERS = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("text")
            .definedBy("io.tiercel.rules.text..")
            .layer("file")
            .definedBy("io.tiercel.rules.file..")
            .layer("field")
            .definedBy("io.tiercel.rules.field..")
            .layer("match")
            .definedBy("io.tiercel.rules.match..")
            .layer("alert")
            .definedBy("io.tiercel.rules.alert..")
            .layer("event")
            .definedBy("io.tiercel.rules.event..")
            .layer("condition")
            .definedBy("io.tiercel.rules.condition..")
            .layer("check")
            .definedBy("io.tiercel.rules.check..")
            .layer("eval")
            .definedBy("io.tiercel.rules.eval..")
            .layer("compile")
            .definedBy("io.tiercel.rules.compile..")
            .layer("format")
            .definedBy("io.tiercel.rules.format..")
            .layer("engine")
            .definedBy("io.tiercel.rules.engine..")
            .layer("load")
            .definedBy("io.tiercel.rules.load..")
            .layer("filter")
            .definedBy("io.tiercel.rules.filter..")
            .layer("testing")
            .definedBy("io.tiercel.rules.testing..")
            .layer("conformance")
            .definedBy("io.tiercel.rules.conformance..")
            .whereLayer("text")
            .mayNotAccessAnyLayer()
            .whereLayer("file")
            .mayNotAccessAnyLayer()
            .whereLayer("field")
            .mayNotAccessAnyLayer()
            .whereLayer("match")
            .mayNotAccessAnyLayer()
            .whereLayer("alert")
            .mayOnlyAccessLayers("text")
            .whereLayer("event")
            .mayOnlyAccessLayers("field")
            .whereLayer("condition")
            .mayOnlyAccessLayers("event")
            .whereLayer("check")
            .mayOnlyAccessLayers("condition", "event", "field", "match")
            .whereLayer("eval")
            .mayOnlyAccessLayers("check", "condition", "event", "field", "match")
            .whereLayer("compile")
            .mayOnlyAccessLayers("check", "condition", "eval", "event", "field", "match")
            .whereLayer("format")
            .mayOnlyAccessLayers("check", "condition", "eval", "event", "field")
            .whereLayer("engine")
            .mayOnlyAccessLayers("alert", "check", "compile", "condition", "event", "field", "format")
            .whereLayer("load")
            .mayOnlyAccessLayers("alert", "check", "condition", "engine", "event", "field", "format")
            .whereLayer("filter")
            .mayOnlyAccessLayers("alert", "check", "condition", "eval", "event", "field", "match")
            .whereLayer("testing")
            .mayOnlyAccessLayers("alert", "engine", "event", "field", "load", "match")
            .whereLayer("conformance")
            .mayOnlyAccessLayers(
                    "alert",
                    "check",
                    "compile",
                    "condition",
                    "engine",
                    "eval",
                    "event",
                    "field",
                    "format",
                    "load",
                    "testing");

    @ArchTest
    static final ArchRule NO_CYCLES = SlicesRuleDefinition.slices()
            .matching("io.tiercel.rules.(*)..")
            .should()
            .beFreeOfCycles();

    @ArchTest
    static final ArchRule NO_OTHER_MODULES = ArchRuleDefinition.noClasses()
            .that()
            .resideInAPackage("io.tiercel.rules..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.tiercel.sensor..", "io.tiercel.functions..", "jnr..", "picocli..");
}
