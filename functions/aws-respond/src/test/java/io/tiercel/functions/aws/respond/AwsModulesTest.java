package io.tiercel.functions.aws.respond;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.tiercel.functions.lookup.AwsConnection;
import java.util.Set;
import org.junit.jupiter.api.Tag;

/** Which module may call which part of AWS. */
@Tag("unit")
@AnalyzeClasses(
        packages = {
            "io.tiercel.functions.lookup",
            "io.tiercel.functions.cloud",
            "io.tiercel.functions.aws",
            "io.tiercel.functions.kubernetes"
        },
        importOptions = {ImportOption.DoNotIncludeTests.class, AwsModulesTest.NoTestJars.class})
class AwsModulesTest {
    /** Leaves out the fixtures of other modules. */
    static final class NoTestJars implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    private static final String[] CLIENTS_OF_ACTIONS = {
        "software.amazon.awssdk.services.ec2..",
        "software.amazon.awssdk.services.autoscaling..",
        "software.amazon.awssdk.services.elasticloadbalancingv2..",
        "software.amazon.awssdk.services.iam..",
        "software.amazon.awssdk.services.lambda.."
    };

    @ArchTest
    static final ArchRule only_actions_use_the_clients_that_change_targets = noClasses()
            .that()
            .resideOutsideOfPackages("io.tiercel.functions.cloud..", "io.tiercel.functions.aws.respond..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(CLIENTS_OF_ACTIONS);

    @ArchTest
    static final ArchRule function_zip_does_not_depend_on_actions = noClasses()
            .that()
            .resideOutsideOfPackages("io.tiercel.functions.cloud..", "io.tiercel.functions.aws.respond..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.tiercel.functions.cloud..", "io.tiercel.functions.aws.respond..");

    @ArchTest
    static final ArchRule lookups_depend_on_nothing_else = classes()
            .that()
            .resideInAPackage("io.tiercel.functions.lookup..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "javax.xml..",
                    "org.w3c.dom..",
                    "org.xml.sax..",
                    "org.jspecify..",
                    "io.tiercel.rules..",
                    "io.tiercel.functions.lookup..",
                    "io.tiercel.functions.enrich..",
                    "io.tiercel.functions.respond.action..",
                    "software.amazon.awssdk..");

    @ArchTest
    static final ArchRule only_lookups_sign_requests_and_parse_xml = noClasses()
            .that()
            .resideOutsideOfPackage("io.tiercel.functions.lookup..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("software.amazon.awssdk.http.auth..", "javax.xml..", "org.w3c.dom..");

    /** {@link AwsConnection#client} creates the clients of lookups and actions, with timeouts and retries. */
    @ArchTest
    static final ArchRule the_connection_creates_the_clients = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.tiercel.functions.lookup..",
                    "io.tiercel.functions.cloud..",
                    "io.tiercel.functions.aws.respond..")
            .and()
            .doNotBelongToAnyOf(AwsConnection.class)
            .should()
            .callMethodWhere(describe(
                    "an SDK client is created",
                    call -> call.getTargetOwner().getPackageName().startsWith("software.amazon.awssdk.services.")
                            && Set.of("build", "create").contains(call.getName())
                            && call.getTargetOwner().getSimpleName().matches(".*Client(Builder)?")));
}
