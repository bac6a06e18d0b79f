package io.tiercel.functions;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.quarkus.funqy.Funq;
import io.tiercel.functions.stage.TiercelFunctions;

@AnalyzeClasses(packages = "io.tiercel.functions", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule the_domain_knows_no_cloud_no_server_and_no_database = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "javax.crypto..",
                    "io.tiercel.functions..",
                    "io.tiercel.rules..",
                    "com.fasterxml.jackson..",
                    // A reader of files, as Jackson is: it asks nobody.
                    "com.maxmind..",
                    "jakarta.inject..",
                    "org.jspecify..",
                    "org.snakeyaml.engine..",
                    "io.quarkus.funqy")
            .andShould()
            .onlyDependOnClassesThat()
            .resideOutsideOfPackage("java.sql..");

    @ArchTest
    static final ArchRule only_the_functions_are_exported = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(TiercelFunctions.class.getName())
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Funq.class);

    @ArchTest
    static final ArchRule yaml_is_read_in_one_place = noClasses()
            .that()
            .resideOutsideOfPackages("..respond..", "..functions.yaml..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.snakeyaml..");

    @ArchTest
    static final ArchRule rooms_have_no_circles =
            slices().matching("io.tiercel.functions.(*)..").should().beFreeOfCycles();
}
