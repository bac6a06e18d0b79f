package io.tiercel.sensor.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tiercel.rules.event.Event;
import io.tiercel.sensor.fields.FileNameKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Names of a file that is opened through links, mounts, descriptors and changed roots. */
@Tag("live")
class LiveFileNamesTest {
    /**
     * A script that opens a file.
     *
     * @param script runs in a new directory {@code $D} and a new mount namespace
     * @param names all expected names of the opened file
     */
    private record Scenario(String title, String script, Map<FileNameKind, String> names) {
        @Override
        public String toString() {
            return title;
        }
    }

    private static final String SHADOW = "/etc/shadow";

    private static LiveEvents live;

    @TempDir
    private static Path temp;

    private final List<Map<FileNameKind, String>> seen = new ArrayList<>();

    @BeforeAll
    static void open() {
        live = new LiveEvents(LiveOptions.defaults());
        live.stream.recognizeFiles(Set.of(SHADOW));
    }

    @AfterAll
    static void close() {
        if (live != null) {
            live.close();
        }
    }

    private static Scenario scenario(String title, String script, Map<FileNameKind, String> names) {
        return new Scenario(title, script, names);
    }

    private static Map<FileNameKind, String> given(String name) {
        return Map.of(FileNameKind.GIVEN, name);
    }

    private static Map<FileNameKind, String> kernel(String given, String kernel) {
        return Map.of(FileNameKind.GIVEN, given, FileNameKind.KERNEL, kernel);
    }

    private static Map<FileNameKind, String> known(String given) {
        return Map.of(FileNameKind.GIVEN, given, FileNameKind.KNOWN, SHADOW);
    }

    private static Map<FileNameKind, String> host(String given, String host) {
        return Map.of(FileNameKind.GIVEN, given, FileNameKind.HOST, host);
    }

    static List<Scenario> scenarios() {
        return List.of(
                scenario("the original name", "cat /etc/shadow", given(SHADOW)),
                scenario(
                        "links in three hops",
                        "ln -s /etc/shadow c; ln -s $D/c b; ln -s b a; cat a",
                        kernel("$D/a", SHADOW)),
                scenario("a link to the directory", "ln -s /etc e; cat e/shadow", kernel("$D/e/shadow", SHADOW)),
                scenario("a relative path", "cd /etc && cat shadow", given(SHADOW)),
                scenario("dots", "cat /usr/../etc/./ssl/../shadow", given(SHADOW)),
                scenario(
                        "dots behind a link",
                        "ln -s /etc/ssl/certs d; cat d/../../shadow",
                        kernel(
                                // resolved as text like in Falco, which differs from the kernel
                                "$P/shadow", SHADOW)),
                scenario("slashes", "cat //etc///shadow", given(SHADOW)),
                scenario(
                        "a directory's descriptor",
                        "python3 -c \"import os; os.open('shadow', 0, dir_fd=os.open('/etc', os.O_RDONLY))\"",
                        given(SHADOW)),
                scenario(
                        "a bind mount of the file", "touch m; mount --bind /etc/shadow m; cat m", host("$D/m", SHADOW)),
                scenario(
                        "a bind mount of a directory",
                        "mkdir m; mount --bind /etc m; cat m/shadow",
                        host("$D/m/shadow", SHADOW)),
                scenario(
                        "a bind mount of everything, as a container has it",
                        "mkdir m; mount --rbind / m; cat m/etc/shadow",
                        host("$D/m/etc/shadow", SHADOW)),
                scenario(
                        "a link into a bind mount",
                        "mkdir m; mount --bind /etc m; ln -s $D/m/shadow l; cat l",
                        Map.of(
                                FileNameKind.GIVEN,
                                "$D/l",
                                FileNameKind.KERNEL,
                                "$D/m/shadow",
                                FileNameKind.HOST,
                                SHADOW)),
                scenario(
                        "chroot",
                        "mkdir -p r/etc r/b; echo x > r/etc/shadow; cp /bin/busybox r/b/cat; chroot r /b/cat"
                                + " /etc/shadow",
                        host(SHADOW, "$D/r/etc/shadow")),
                scenario(
                        "the host's files below a chroot",
                        "mkdir -p r/h r/b; cp /bin/busybox r/b/cat; mount --rbind / r/h; chroot r /b/cat /h/etc/shadow",
                        host("/h/etc/shadow", SHADOW)),
                scenario(
                        "the root of a process",
                        "cat /proc/self/root/etc/shadow",
                        kernel("/proc/self/root/etc/shadow", SHADOW)),
                scenario(
                        "the working directory of a process",
                        "cd /etc; cat /proc/self/cwd/shadow",
                        kernel("/proc/self/cwd/shadow", SHADOW)),
                scenario(
                        "the descriptor of a process",
                        "exec 7</etc/shadow; cat /proc/self/fd/7",
                        kernel("/proc/self/fd/7", SHADOW)),
                scenario("a device for descriptors", "exec 7</etc/shadow; cat /dev/fd/7", kernel("/dev/fd/7", SHADOW)),
                scenario(
                        "O_PATH",
                        "ln -s /etc/shadow o; python3 -c \"import os; os.open('o', os.O_PATH)\"",
                        kernel("$D/o", SHADOW)),
                scenario(
                        "openat2",
                        "ln -s /etc/shadow o2; python3 -c \"import ctypes; "
                                + "ctypes.CDLL(None).syscall(437, -100, b'o2', (ctypes.c_ulong * 3)(), 24)\"",
                        kernel("$D/o2", SHADOW)),
                scenario(
                        "a memfd",
                        "python3 -c \"import os; os.open('/proc/self/fd/%d' % os.memfd_create('hidden'), 0)\"",
                        kernel("/proc/self/fd/3", "memfd:hidden")),
                scenario(
                        "a deleted file",
                        "echo x > gone; exec 7<gone; rm gone; cat /proc/self/fd/7",
                        kernel("/proc/self/fd/7", "$D/gone")),
                scenario(
                        "a file handle",
                        "python3 -c \"import ctypes as c; l = c.CDLL(None); h = (c.c_ubyte * 136)(); h[0] = 128; m ="
                                + " c.c_int(); assert l.name_to_handle_at(-100, b'/etc/shadow', h, c.byref(m), 0) == 0;"
                                + " assert l.open_by_handle_at(__import__('os').open('/etc', 0), h, 0) > 0\"",
                        given(SHADOW)),
                scenario("a hard link", "ln /etc/shadow h; cat h", known("$D/h")),
                scenario("an overlay of /etc", "mkdir m; " + OVERLAY_OF_ETC + "cat m/shadow", known("$D/m/shadow")),
                scenario(
                        "an overlay of an overlay of /etc",
                        "mkdir m n; " + OVERLAY_OF_ETC + "mount -t overlay -o lowerdir=m:/opt none n; cat n/shadow",
                        known("$D/n/shadow")),
                scenario(
                        "an overlay of /etc in a user namespace",
                        "mkdir m; unshare -Urm bash -ec '" + OVERLAY_OF_ETC + "cat m/shadow'",
                        known("$D/m/shadow")),
                scenario("the lower layer of an overlay", OVERLAY + "cat o/m/lower", given("$D/o/m/lower")),
                scenario(
                        "the upper layer of an overlay, from outside",
                        OVERLAY + "echo x > o/m/new; ln -s o/u/new l; cat l",
                        kernel("$D/l", "$D/o/u/new")));
    }

    private static final String OVERLAY_OF_ETC = "mount -t overlay -o lowerdir=/etc:/opt none m; ";

    private static final String OVERLAY = "mkdir o; mount -t tmpfs none o; mkdir o/l o/u o/w o/m; echo x > o/l/lower; "
            + "mount -t overlay -o lowerdir=o/l,upperdir=o/u,workdir=o/w none o/m; ";

    @ParameterizedTest
    @MethodSource("scenarios")
    void reportsAllNames(Scenario scenario) throws IOException {
        Path directory = Files.createTempDirectory(temp.toRealPath(), "d");
        Map<FileNameKind, String> expected = new EnumMap<>(FileNameKind.class);
        scenario.names.forEach((name, path) -> expected.put(
                name, path.replace("$D", directory.toString()).replace("$P", String.valueOf(directory.getParent()))));
        assertEquals(
                0,
                LiveEvents.run(
                        directory, "unshare", "-m", "bash", "-ec", scenario.script.replace("$D", directory.toString())),
                "the script must succeed");
        Optional<Map<FileNameKind, String>> found = Awaitility.await()
                .pollInSameThread()
                .until(
                        () -> {
                            live.stream.poll(this::collect, 20);
                            return seen.stream()
                                    .filter(names -> Objects.equals(
                                            names.get(FileNameKind.GIVEN), expected.get(FileNameKind.GIVEN)))
                                    .reduce((first, last) -> last);
                        },
                        Optional::isPresent);
        assertEquals(expected, found.orElseThrow());
    }

    @Test
    void overlayLayerIsReported() throws IOException {
        Path directory = Files.createTempDirectory(temp.toRealPath(), "d");
        assertEquals(
                0,
                LiveEvents.run(
                        directory,
                        "unshare",
                        "-m",
                        "bash",
                        "-ec",
                        OVERLAY + "echo x > o/m/new; cat o/m/new o/m/lower"));
        EventSnapshot upper = live.await(s -> s.is("proc.name", "cat") && s.is("fd.name", directory + "/o/m/new"));
        assertEquals("1 0", upper.get("fd.is_upper_layer") + " " + upper.get("fd.is_lower_layer"));
        EventSnapshot lower = live.await(s -> s.is("proc.name", "cat") && s.is("fd.name", directory + "/o/m/lower"));
        assertEquals("0 1", lower.get("fd.is_upper_layer") + " " + lower.get("fd.is_lower_layer"));
    }

    private void collect(Event event) {
        EventSnapshot first = EventSnapshot.of(event);
        if (!(event instanceof FileEvent file) || !LiveEvents.isOurs(first) || !first.is("evt.res", "SUCCESS")) {
            return;
        }
        Map<FileNameKind, String> names = new EnumMap<>(FileNameKind.class);
        for (FileNameKind kind : FileNameKind.values()) {
            if (file.hasName(kind)) {
                file.selectName(kind);
                names.put(kind, String.valueOf(file.text(EventSnapshot.ref("fd.name"))));
                file.selectName(FileNameKind.GIVEN);
            }
        }
        if (!names.isEmpty()) {
            seen.add(names);
        }
    }
}
