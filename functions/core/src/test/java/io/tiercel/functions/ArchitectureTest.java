package io.tiercel.functions;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.quarkus.funqy.Funq;
import io.tiercel.functions.stage.TiercelFunctions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;

@Tag("unit")
@AnalyzeClasses(packages = "io.tiercel.functions", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule the_domain_does_not_depend_on_cloud_server_or_database_libraries = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "javax.crypto..",
                    "io.tiercel.functions..",
                    "io.tiercel.rules..",
                    "com.fasterxml.jackson..",
                    // Reads local files only.
                    "com.maxmind..",
                    "jakarta.inject..",
                    "org.jspecify..",
                    "org.snakeyaml.engine..",
                    "io.quarkus.funqy")
            .andShould()
            .onlyDependOnClassesThat()
            .resideOutsideOfPackage("java.sql..");

    @ArchTest
    static final ArchRule the_domain_does_not_use_http = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.net.http..", "com.sun.net.httpserver..");

    @ArchTest
    static final ArchRule the_root_package_is_empty = noClasses()
            .that()
            .doNotHaveSimpleName("package-info")
            .should()
            .resideInAPackage("io.tiercel.functions")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule only_one_class_exports_functions = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(TiercelFunctions.class.getName())
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Funq.class);

    @ArchTest
    static final ArchRule only_config_parses_yaml = noClasses()
            .that()
            .resideOutsideOfPackages("..respond..", "..functions.config..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.snakeyaml..");

    @ArchTest
    static final ArchRule packages_have_no_cycles =
            slices().matching("io.tiercel.functions.(*)..").should().beFreeOfCycles();

    @ArchTest
    static void every_simple_name_is_unique(JavaClasses classes) {
        Map<String, List<String>> names = classes.stream()
                .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(
                        JavaClass::getSimpleName,
                        TreeMap::new,
                        Collectors.mapping(JavaClass::getName, Collectors.toList())));
        names.values().removeIf(sameName -> sameName.size() == 1);
        assertEquals(Map.of(), names);
    }
}
