package io.tiercel.sensor;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;

/**
 * Checks that the code of the event thread waits for nothing: no files, no network, no name service, no other thread. A
 * process could make each of these waits long, and the sensor would see nothing in the meantime.
 */
@Tag("unit")
@AnalyzeClasses(packages = "io.tiercel", importOptions = ImportOption.DoNotIncludeTests.class)
class EventThreadTest {
    private static final String SENSOR = "io.tiercel.sensor.";

    /** The packages whose classes run on the event thread, except the classes below. */
    private static final String[] PACKAGES = {
        SENSOR + "bpf",
        SENSOR + "process",
        SENSOR + "container",
        SENSOR + "users",
        SENSOR + "fields",
        SENSOR + "event",
        SENSOR + "detect",
        "io.tiercel.rules.engine..",
        "io.tiercel.rules.event..",
        "io.tiercel.rules.field..",
        "io.tiercel.rules.alert.."
    };

    /** Classes of these packages that may wait, and why. */
    private static final Map<String, String> EXCEPTIONS = Map.ofEntries(
            Map.entry(SENSOR + "bpf.host.FilePages", "runs on a thread of its own"),
            Map.entry(SENSOR + "bpf.BackgroundProgramLoader", "waits at the start for the kernel's verifier"),
            Map.entry(SENSOR + "bpf.IoUringPrograms", "waits at the start for the kernel's verifier"),
            Map.entry(SENSOR + "bpf.CaptureProgram", "reads the program from the jar at the start"),
            Map.entry(SENSOR + "bpf.Preconditions", "checks the machine before the start"),
            Map.entry(SENSOR + "bpf.record.SyscallTable", "reads a table from the jar at the start"),
            Map.entry(SENSOR + "bpf.host.ThreadPriority", "raises the thread's priority at the start"),
            Map.entry(SENSOR + "bpf.host.BootPreemption", "reads on the thread syscall-hooks"),
            Map.entry(SENSOR + "bpf.host.CallsInProgress", "reads on the thread syscall-hooks"),
            Map.entry(SENSOR + "bpf.hooks.SyscallHookPlanner", "reads on the thread syscall-hooks"),
            Map.entry(SENSOR + "bpf.host.KernelFunctions", "reads on the thread syscall-hooks"),
            Map.entry(SENSOR + "bpf.hooks.KernelPreemption", "reads on the thread syscall-hooks"),
            Map.entry(SENSOR + "bpf.host.KernelSymbols", "reads on the thread syscall-hooks"),
            Map.entry(
                    SENSOR + "bpf.hooks.SyscallExits",
                    "waits on the thread syscall-hooks; holds its lock only while the kernel attaches or detaches"
                            + " a program"),
            Map.entry(SENSOR + "bpf.host.GuardedFiles", "runs on threads that can be abandoned"),
            Map.entry(SENSOR + "users.UserDatabaseReader", "runs on threads that can be abandoned"),
            Map.entry(SENSOR + "container.ContainerInfoFetcher", "queries runtimes on its own threads"),
            Map.entry(SENSOR + "container.GuardedRuntime", "queries runtimes on threads of ContainerInfoFetcher"),
            Map.entry(SENSOR + "event.HostNameResolver", "resolves names on its own threads"),
            Map.entry(SENSOR + "bpf.host.SeLinux", "reads a file if the kernel refuses the program at the start"),
            Map.entry(SENSOR + "bpf.host.PidNamespace", "reads a link at the start"),
            Map.entry(SENSOR + "event.LocalNode", "reads the node's name at the start"));

    /** The classes of {@code procfs} that the event thread may use: their methods do not wait. */
    private static final String[] READERS = {
        SENSOR + "procfs.StateReader", SENSOR + "procfs.StateResync", SENSOR + "procfs.LookupRequest"
    };

    /** The classes of {@code spool}, {@code delivery} and {@code recording} that the event thread may use; a replay reads its file. */
    private static final String[] QUEUES = {
        SENSOR + "delivery.AlertDelivery", SENSOR + "delivery.PendingStatus", SENSOR + "spool.SpoolCounts",
        SENSOR + "recording.RecordingQueue", SENSOR + "recording.RecordingHeader", SENSOR + "recording.RecordingReader"
    };

    private static final Set<String> FILES_AND_NETWORK = Set.of(
            "java.nio.file.Files",
            "java.nio.file.FileSystem",
            "java.io.File",
            "java.io.FileInputStream",
            "java.io.FileOutputStream",
            "java.io.FileReader",
            "java.io.FileWriter",
            "java.io.RandomAccessFile",
            "java.net.Socket",
            "java.net.ServerSocket",
            "java.net.DatagramSocket",
            "java.net.URL",
            "java.net.URLConnection",
            "java.lang.ProcessBuilder");

    private static final Set<String> NAME_SERVICE =
            Set.of("getByName", "getAllByName", "getLocalHost", "getHostName", "getCanonicalHostName", "isReachable");

    private static final Set<String> WAITS = Set.of(
            "acquire",
            "acquireUninterruptibly",
            "await",
            "awaitNanos",
            "awaitTermination",
            "awaitUninterruptibly",
            "get",
            "invokeAll",
            "invokeAny",
            "join",
            "lock",
            "lockInterruptibly",
            "park",
            "parkNanos",
            "put",
            "sleep",
            "take",
            "wait");

    private static final DescribedPredicate<JavaAccess<?>> WAITING = DescribedPredicate.describe(
            "waits",
            access -> access.getTarget() instanceof CodeUnitCallTarget call
                    && isWait(
                            call.getOwner(),
                            call.getName(),
                            call.getRawParameterTypes().size()));

    private static boolean isWait(JavaClass owner, String method, int parameters) {
        String name = owner.getName();
        if (FILES_AND_NETWORK.contains(name)
                || name.startsWith("java.nio.channels.")
                || name.startsWith("java.net.http.")
                || name.equals("java.lang.Runtime") && method.equals("exec")) {
            return true;
        }
        if (owner.isAssignableTo("java.net.InetAddress")) {
            return NAME_SERVICE.contains(method);
        }
        boolean concurrent = name.equals("java.lang.Thread")
                || method.equals("wait") && parameters <= 2
                || name.startsWith("java.util.concurrent.") && !isMap(owner) && !name.contains(".atomic.");
        boolean timed =
                (method.equals("poll") || method.equals("tryLock") || method.equals("tryAcquire")) && parameters >= 2
                        || method.equals("offer") && parameters == 3;
        return concurrent && (WAITS.contains(method) || timed);
    }

    private static boolean isMap(JavaClass owner) {
        return owner.isAssignableTo(Map.class);
    }

    private static final DescribedPredicate<JavaClass> ON_THE_EVENT_THREAD = resideInAnyPackage(PACKAGES)
            .and(not(DescribedPredicate.describe("are listed as exceptions", EventThreadTest::isException)));

    private static boolean isException(JavaClass type) {
        String name = type.getName();
        int inner = name.indexOf('$');
        return EXCEPTIONS.containsKey(inner < 0 ? name : name.substring(0, inner));
    }

    @ArchTest
    static final ArchRule eventThreadDoesNotWait = noClasses()
            .that(ON_THE_EVENT_THREAD)
            .should()
            .accessTargetWhere(WAITING)
            .because("a process could stop the event thread; read files on a worker, as procfs.StateReader does");

    @ArchTest
    static final ArchRule eventThreadUsesOnlyReadersThatDoNotWait = noClasses()
            .that(ON_THE_EVENT_THREAD)
            .should()
            .dependOnClassesThat(resideInAPackage(SENSOR + "procfs..")
                    .and(not(DescribedPredicate.describe("are readers that do not wait", EventThreadTest::isReader))));

    /** The event thread leaves its alerts and its recording in queues, and workers write them to disk. */
    @ArchTest
    static final ArchRule eventThreadDoesNotWriteToDisk = noClasses()
            .that(ON_THE_EVENT_THREAD)
            .should()
            .dependOnClassesThat(resideInAnyPackage(SENSOR + "spool..", SENSOR + "delivery..", SENSOR + "recording..")
                    .and(not(
                            DescribedPredicate.describe("do not wait for a disk", EventThreadTest::isForEventThread))));

    private static boolean isForEventThread(JavaClass type) {
        return Set.of(QUEUES).contains(type.getName().replaceFirst("\\$.*", ""));
    }

    private static boolean isReader(JavaClass type) {
        return Set.of(READERS).contains(type.getName().replaceFirst("\\$.*", ""));
    }

    @ArchTest
    static void eventThreadHasNoSynchronizedMethods(JavaClasses all) {
        Set<String> methods = new TreeSet<>();
        all.stream()
                .filter(ON_THE_EVENT_THREAD)
                .flatMap(type -> type.getMethods().stream())
                .filter(method -> method.getModifiers().contains(JavaModifier.SYNCHRONIZED))
                .forEach(method -> methods.add(method.getFullName()));
        assertEquals(Set.of(), methods);
    }

    @ArchTest
    static void exceptionsExist(JavaClasses all) {
        Set<String> missing = new TreeSet<>(EXCEPTIONS.keySet());
        all.forEach(type -> missing.remove(type.getName()));
        assertEquals(Set.of(), missing);
    }
}
