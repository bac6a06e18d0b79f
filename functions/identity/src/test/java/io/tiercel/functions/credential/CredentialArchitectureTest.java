package io.tiercel.functions.credential;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Tag;

/** Tests what this module depends on and shows. */
@Tag("unit")
@AnalyzeClasses(packages = "io.tiercel.functions.credential", importOptions = ImportOption.DoNotIncludeTests.class)
class CredentialArchitectureTest {
    @ArchTest
    static final ArchRule it_depends_on_the_core_and_on_its_libraries_only = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "io.tiercel.functions.credential..",
                    "io.tiercel.functions.enrich..",
                    "io.tiercel.functions.identity..",
                    "io.tiercel.functions.intake..",
                    "io.tiercel.functions.json..",
                    "io.tiercel.rules.text..",
                    "com.fasterxml.jackson..",
                    "org.bouncycastle..",
                    "org.jose4j..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule only_the_key_source_uses_http = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(IssuerKeySource.class.getName())
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.net.http..");

    @ArchTest
    static final ArchRule it_writes_no_log = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.lang.System$Logger")
            .orShould()
            .dependOnClassesThat()
            .resideInAPackage("java.util.logging..");

    @ArchTest
    static final ArchRule it_shows_the_entrance_and_its_settings_only = classes()
            .that()
            .areTopLevelClasses()
            .and()
            .doNotHaveSimpleName("package-info")
            .and()
            .doNotHaveSimpleName("SenderIdentity")
            .and()
            .doNotHaveSimpleName("IdentitySettings")
            .and()
            .doNotHaveSimpleName("KeyLocation")
            .should()
            .notHaveModifier(JavaModifier.PUBLIC);
}
