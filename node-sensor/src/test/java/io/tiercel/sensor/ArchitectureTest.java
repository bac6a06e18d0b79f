package io.tiercel.sensor;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Timer;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;

/** Checks which packages of the sensor may depend on each other, and the names of their classes. */
@Tag("unit")
@AnalyzeClasses(packages = "io.tiercel", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String SENSOR = "io.tiercel.sensor";

    /** The packages of the sensor, and the sensor packages that each may depend on. */
    private static final Map<String, List<String>> DEPENDENCIES = new TreeMap<>(Map.ofEntries(
            Map.entry("thread", List.of()),
            Map.entry("start", List.of()),
            Map.entry("heartbeat", List.of("thread")),
            Map.entry("bpf", List.of("thread", "start")),
            Map.entry("users", List.of("bpf")),
            Map.entry("container", List.of("bpf", "thread")),
            Map.entry("process", List.of("bpf", "users", "container")),
            Map.entry("procfs", List.of("bpf", "thread", "users", "container", "process")),
            Map.entry("fields", List.of("bpf", "users", "container", "process")),
            Map.entry("recording", List.of("bpf", "thread", "process")),
            Map.entry(
                    "event",
                    List.of(
                            "bpf",
                            "thread",
                            "start",
                            "users",
                            "container",
                            "process",
                            "procfs",
                            "fields",
                            "recording")),
            Map.entry("prefilter", List.of("bpf", "fields")),
            Map.entry("spool", List.of("thread")),
            Map.entry("identity", List.of("thread")),
            Map.entry("output", List.of("thread", "spool", "identity")),
            Map.entry("sqs", List.of("spool", "identity", "output")),
            Map.entry("delivery", List.of("thread", "spool", "identity", "output")),
            Map.entry("socket", List.of()),
            Map.entry("grpc", List.of("thread", "socket", "output")),
            Map.entry(
                    "detect",
                    List.of(
                            "bpf",
                            "thread",
                            "heartbeat",
                            "container",
                            "process",
                            "event",
                            "fields",
                            "prefilter",
                            "spool",
                            "delivery",
                            "output")),
            Map.entry(
                    "metrics",
                    List.of(
                            "bpf",
                            "thread",
                            "socket",
                            "start",
                            "container",
                            "process",
                            "event",
                            "detect",
                            "spool",
                            "identity",
                            "delivery",
                            "output")),
            Map.entry("config", List.of()),
            Map.entry("certs", List.of()),
            Map.entry("livetest", List.of("thread", "container")),
            Map.entry(
                    "app",
                    List.of(
                            "bpf",
                            "thread",
                            "start",
                            "heartbeat",
                            "container",
                            "process",
                            "event",
                            "detect",
                            "spool",
                            "identity",
                            "delivery",
                            "output",
                            "sqs",
                            "grpc",
                            "metrics",
                            "config")),
            Map.entry(
                    "cli",
                    List.of(
                            "bpf",
                            "thread",
                            "start",
                            "container",
                            "event",
                            "prefilter",
                            "detect",
                            "identity",
                            "grpc",
                            "metrics",
                            "config",
                            "certs",
                            "livetest",
                            "app"))));

    /** JDK packages whose class names a reader expects to see without a qualifier. */
    private static final List<String> JDK_PACKAGES = List.of("java.lang", "java.util", "java.util.regex");

    @ArchTest
    static void packagesDependOnlyOnAllowedPackages(JavaClasses all) {
        DEPENDENCIES.forEach((name, dependencies) -> {
            String[] allowed = Stream.concat(Stream.of(name), dependencies.stream())
                    .map(other -> SENSOR + "." + other + "..")
                    .toArray(String[]::new);
            classes()
                    .that()
                    .resideInAPackage(SENSOR + "." + name + "..")
                    .should()
                    .onlyDependOnClassesThat(
                            not(resideInAPackage(SENSOR + "..")).or(resideInAnyPackage(allowed)))
                    .check(all);
        });
    }

    @ArchTest
    static void allPackagesAreListed(JavaClasses all) {
        Set<String> packages = new TreeSet<>();
        all.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith(SENSOR + "."))
                .forEach(
                        name -> packages.add(name.substring(SENSOR.length() + 1).split("\\.")[0]));
        assertEquals(new TreeSet<>(DEPENDENCIES.keySet()), packages);
    }

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching(SENSOR + ".(*)..").should().beFreeOfCycles();

    /** The parts of the capture program's package, from the lowest to the highest. */
    @ArchTest
    static final ArchRule partsOfTheCaptureProgramAreLayers = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("record")
            .definedBy(SENSOR + ".bpf.record")
            .layer("host")
            .definedBy(SENSOR + ".bpf.host")
            .layer("load")
            .definedBy(SENSOR + ".bpf.load")
            .layer("hooks")
            .definedBy(SENSOR + ".bpf.hooks")
            .layer("whole")
            .definedBy(SENSOR + ".bpf")
            .whereLayer("record")
            .mayNotAccessAnyLayer()
            .whereLayer("host")
            .mayOnlyAccessLayers("record")
            .whereLayer("load")
            .mayOnlyAccessLayers("record", "host")
            .whereLayer("hooks")
            .mayOnlyAccessLayers("record", "host", "load");

    @ArchTest
    static final ArchRule onlyPackageInfoIsInTheRootPackage = classes()
            .that()
            .resideInAPackage(SENSOR)
            .should()
            .haveSimpleName("package-info")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule capturedEventsDoNotDependOnAlerts = noClasses()
            .that()
            .resideInAnyPackage(
                    SENSOR + ".bpf..",
                    SENSOR + ".users..",
                    SENSOR + ".container..",
                    SENSOR + ".process..",
                    SENSOR + ".procfs..",
                    SENSOR + ".fields..",
                    SENSOR + ".recording..",
                    SENSOR + ".event..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.tiercel.rules.alert..");

    @ArchTest
    static final ArchRule spoolDoesNotDependOnRules = noClasses()
            .that()
            .resideInAPackage(SENSOR + ".spool..")
            .should()
            .dependOnClassesThat(
                    resideInAPackage("io.tiercel.rules..").and(not(resideInAPackage("io.tiercel.rules.file"))));

    @ArchTest
    static final ArchRule rulesDoNotDependOnTheSensor = noClasses()
            .that()
            .resideInAPackage("io.tiercel.rules..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(SENSOR + "..");

    @ArchTest
    static final ArchRule onlyGrpcAndCriUseTheGrpcLibrary = noClasses()
            .that()
            .resideInAPackage("io.tiercel..")
            .and()
            .resideOutsideOfPackages(SENSOR + ".container.cri..", SENSOR + ".grpc..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.grpc..", "io.netty..", "com.google.protobuf..");

    @ArchTest
    static final ArchRule onlySqsUsesTheAwsSdk = noClasses()
            .that()
            .resideInAPackage(SENSOR + "..")
            .and()
            .resideOutsideOfPackage(SENSOR + ".sqs..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("software.amazon..");

    @ArchTest
    static final ArchRule onlyMetricsUsesThePrometheusLibrary = noClasses()
            .that()
            .resideInAPackage(SENSOR + "..")
            .and()
            .resideOutsideOfPackage(SENSOR + ".metrics..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.prometheus..");

    @ArchTest
    static final ArchRule onlySupervisedThreadsExist = noClasses()
            .that()
            .resideInAPackage(SENSOR + "..")
            .and()
            .resideOutsideOfPackage(SENSOR + ".thread..")
            .should()
            .callCodeUnitWhere(new DescribedPredicate<>("creates a thread that nobody supervises") {
                @Override
                public boolean test(JavaCall<?> call) {
                    return createsThread(call.getTarget());
                }
            });

    private static boolean createsThread(CodeUnitCallTarget target) {
        boolean withoutPool = target.getRawParameterTypes().stream()
                .noneMatch(type -> type.isEquivalentTo(ThreadFactory.class) || type.isEquivalentTo(Executor.class));
        String name = target.getName();
        JavaClass owner = target.getOwner();
        if (owner.isEquivalentTo(Thread.class)) {
            return Set.of("<init>", "ofPlatform", "ofVirtual", "startVirtualThread")
                    .contains(name);
        }
        if (owner.isEquivalentTo(Executors.class)) {
            return withoutPool && name.startsWith("new");
        }
        if (owner.isEquivalentTo(CompletableFuture.class)) {
            return withoutPool && name.endsWith("Async");
        }
        return name.equals("<init>")
                && (owner.isAssignableTo(AbstractExecutorService.class) || owner.isAssignableTo(Timer.class))
                && !owner.getPackageName().startsWith(SENSOR);
    }

    @ArchTest
    static void simpleNamesAreUnique(JavaClasses all) {
        Map<String, Set<String>> packages = new TreeMap<>();
        handWritten(all)
                .forEach(type -> packages.computeIfAbsent(type.getSimpleName(), _ -> new TreeSet<>())
                        .add(type.getPackageName()));
        packages.values().removeIf(names -> names.size() == 1);
        assertEquals(Map.of(), packages);
    }

    @ArchTest
    static void simpleNamesDoNotShadowTheJdk(JavaClasses all) {
        List<String> shadowing = new ArrayList<>();
        handWritten(all).forEach(type -> {
            for (String jdkPackage : JDK_PACKAGES) {
                if (exists(jdkPackage + "." + type.getSimpleName())) {
                    shadowing.add(type.getName());
                }
            }
        });
        assertEquals(List.of(), shadowing);
    }

    /** Returns the top-level classes of the sensor, without the code that protoc generates. */
    private static Stream<JavaClass> handWritten(JavaClasses all) {
        return all.stream()
                .filter(type -> type.getPackageName().startsWith(SENSOR))
                .filter(type -> type.getEnclosingClass().isEmpty())
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .filter(type -> not(resideInAnyPackage(
                                SENSOR + ".grpc.falco..", SENSOR + ".grpc.v1..", SENSOR + ".container.cri.v1.."))
                        .test(type));
    }

    private static boolean exists(String className) {
        try {
            Class.forName(className, false, ArchitectureTest.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
