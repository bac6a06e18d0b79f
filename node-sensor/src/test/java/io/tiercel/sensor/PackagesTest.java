package io.tiercel.sensor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Events flow one way: nothing that comes later is known to anything that comes earlier. */
@AnalyzeClasses(packages = "io.tiercel", importOptions = ImportOption.DoNotIncludeTests.class)
class PackagesTest {
    private static final String HERE = "io.tiercel.sensor.";

    @ArchTest
    static final ArchRule capturingKnowsNothingOfAlerts = noClasses()
            .that()
            .resideInAnyPackage(
                    HERE + "bpf..",
                    HERE + "event..",
                    HERE + "container..",
                    HERE + "process..",
                    HERE + "procfs..",
                    HERE + "users..",
                    HERE + "fields..",
                    HERE + "recording..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    HERE + "spool..", HERE + "output..", HERE + "detect..", HERE + "cli..", "io.tiercel.rules.alert..");

    @ArchTest
    static final ArchRule theFirstPassIsMadeFromRulesAlone = noClasses()
            .that()
            .resideInAPackage(HERE + "prefilter..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    HERE + "event..",
                    HERE + "recording..",
                    HERE + "spool..",
                    HERE + "output..",
                    HERE + "detect..",
                    HERE + "cli..");

    @ArchTest
    static final ArchRule capturingKnowsTablesAndNotHowTheyAreMade = noClasses()
            .that()
            .resideInAnyPackage(
                    HERE + "bpf..",
                    HERE + "event..",
                    HERE + "container..",
                    HERE + "process..",
                    HERE + "procfs..",
                    HERE + "users..",
                    HERE + "fields..",
                    HERE + "recording..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(HERE + "prefilter..");

    @ArchTest
    static final ArchRule containersAreAskedForWithoutKnowingTheState = noClasses()
            .that()
            .resideInAPackage(HERE + "container..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    HERE + "process..",
                    HERE + "procfs..",
                    HERE + "users..",
                    HERE + "fields..",
                    HERE + "recording..",
                    HERE + "event..");

    @ArchTest
    static final ArchRule onlyClientAndServerKnowTheirLibrary = noClasses()
            .that()
            .resideInAPackage("io.tiercel..")
            .and()
            .resideOutsideOfPackages(HERE + "container.cri..", HERE + "grpc..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.grpc..", "io.netty..", "com.google.protobuf..");

    @ArchTest
    static final ArchRule theSpoolKnowsOnlyBytes = noClasses()
            .that()
            .resideInAPackage(HERE + "spool..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    HERE + "bpf..",
                    HERE + "event..",
                    HERE + "output..",
                    HERE + "detect..",
                    HERE + "cli..",
                    "io.tiercel.rules..");

    @ArchTest
    static final ArchRule outputsKnowAlertsAndTheSpool = noClasses()
            .that()
            .resideInAPackage(HERE + "output..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(HERE + "bpf..", HERE + "event..", HERE + "detect..", HERE + "cli..");

    @ArchTest
    static final ArchRule onlyTheQueueKnowsItsLibrary = noClasses()
            .that()
            .resideInAPackage("io.tiercel.sensor..")
            .and()
            .resideOutsideOfPackage(HERE + "sqs..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("software.amazon..");

    @ArchTest
    static final ArchRule theQueueIsOnlyChosenByTheCommandLine = noClasses()
            .that()
            .resideOutsideOfPackages(HERE + "sqs..", HERE + "cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(HERE + "sqs..");

    @ArchTest
    static final ArchRule grpcKnowsRulesAndOutputs = noClasses()
            .that()
            .resideInAPackage(HERE + "grpc..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    HERE + "bpf..",
                    HERE + "event..",
                    HERE + "process..",
                    HERE + "procfs..",
                    HERE + "users..",
                    HERE + "fields..",
                    HERE + "event..",
                    HERE + "recording..",
                    HERE + "spool..",
                    HERE + "detect..",
                    HERE + "cli..");

    @ArchTest
    static final ArchRule metricsAreReadAndNotWaitedFor = noClasses()
            .that()
            .resideOutsideOfPackages(HERE + "metrics..", HERE + "cli..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(HERE + "metrics..", "io.prometheus..");

    @ArchTest
    static final ArchRule nothingKnowsTheCommandLine = noClasses()
            .that()
            .resideOutsideOfPackage(HERE + "cli..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(HERE + "cli..");

    @ArchTest
    static final ArchRule rulesKnowNothingOfSensors = noClasses()
            .that()
            .resideInAPackage("io.tiercel.rules..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.tiercel.sensor..");
}
