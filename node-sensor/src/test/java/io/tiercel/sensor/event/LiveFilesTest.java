package io.tiercel.sensor.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.io.TempDir;

/** Files that are opened, deleted and renamed. */
@Tag("live")
class LiveFilesTest {
    private static LiveEvents live;

    @TempDir
    private static Path temp;

    private static Path dir;

    @BeforeAll
    static void open() throws IOException {
        dir = temp.toRealPath();
        live = new LiveEvents(LiveOptions.defaults());
    }

    @AfterAll
    static void close() {
        if (live != null) {
            live.close();
        }
    }

    @Test
    void openReportsNameFlagsAndProcess() throws IOException {
        Path file = Files.writeString(dir.resolve("read-me"), "x");
        LiveEvents.run(dir, "cat", file.toString());
        EventSnapshot s = live.await("openat", "fd.name", file.toString());
        assertEquals("cat", s.get("proc.name"));
        assertEquals("cat " + file, s.get("proc.cmdline"));
        assertEquals("/usr/bin/cat", s.get("proc.exepath"));
        assertEquals("java", s.get("proc.pname"));
        assertEquals("root", s.get("user.name"));
        assertEquals("0", s.get("user.uid"));
        assertEquals("host", s.get("container.id"));
        assertEquals("", s.get("container.image.repository"));
        assertEquals("file", s.get("fd.type"));
        assertEquals("f", s.get("fd.typechar"));
        assertEquals("read-me", s.get("fd.filename"));
        assertEquals(dir.toString(), s.get("fd.directory"));
        assertEquals("1", s.get("evt.is_open_read"));
        assertEquals("0", s.get("evt.is_open_write"));
        assertEquals("SUCCESS", s.get("evt.res"));
        assertEquals("O_RDONLY", s.get("evt.arg.flags"));
        assertEquals(Files.getAttribute(file, "unix:ino").toString(), s.get("fd.ino"));
        assertEquals(Files.getAttribute(file, "unix:dev").toString(), s.get("fd.dev"));
        assertEquals(dir + "/", s.get("proc.cwd"));
        assertEquals("yes", s.get("proc.env[TIERCEL_TEST]"));
        assertEquals(file.toString(), s.get("proc.args[0]"));
        assertEquals(file.toString(), s.get("fs.path.name"));
    }

    @Test
    void openReportsCreatedFiles() {
        LiveEvents.run(dir, "sh", "-c", "umask 022; echo x > made");
        EventSnapshot s = live.await("openat", "fd.name", dir + "/made");
        assertEquals(
                "O_TRUNC|O_CREAT|O_WRONLY|O_F_CREATED", s.get("evt.arg.flags").replace("O_LARGEFILE|", ""));
        assertEquals("666", s.get("evt.arg.mode"));
        assertEquals("1", s.get("evt.is_open_create"));
        assertEquals("1", s.get("evt.is_open_write"));
    }

    @Test
    void failedOpenReportsTheName() {
        LiveEvents.run(dir, "cat", "/etc/../etc//no-such-file");
        EventSnapshot s = live.await("openat", "fd.name", "/etc/no-such-file");
        assertEquals("ENOENT", s.get("evt.res"));
        assertEquals("-2", s.get("evt.rawres"));
        assertEquals("-1", s.get("fd.num"));
        assertEquals("(absent)", s.get("fd.type"));
        assertEquals("f", s.get("fd.typechar"));
        assertEquals("/etc", s.get("fd.directory"));
        assertEquals("/etc/../etc//no-such-file", s.get("evt.arg.name"));
        assertEquals("/etc/../etc/no-such-file", s.get("fd.nameraw"));
        assertEquals("(absent)", s.get("fs.path.name"));
    }

    @Test
    void relativePathsAreResolvedAgainstCwdAndDirfd() throws IOException {
        Files.createDirectories(dir.resolve("a/b"));
        Files.writeString(dir.resolve("a/target"), "x");
        LiveEvents.run(dir, "sh", "-c", "cd a/b && cat ../target");
        EventSnapshot s = live.await("openat", "fd.nameraw", "../target");
        assertEquals(dir + "/a/target", s.get("fd.name"));
        assertEquals(dir + "/a/b/", s.get("proc.cwd"));
        LiveEvents.run(
                dir,
                "python3",
                "-c",
                "import os; d=os.open('a/b',os.O_RDONLY|os.O_DIRECTORY); os.open('./../target',os.O_RDONLY,dir_fd=d)");
        EventSnapshot t = live.await("openat", "fd.nameraw", "./../target");
        assertEquals(dir + "/a/target", t.get("fd.name"));
        assertEquals(dir + "/a/target", t.get("evt.abspath"));
        EventSnapshot d = live.await("openat", "fd.name", dir + "/a/b");
        assertEquals("directory", d.get("fd.type"));
        assertEquals("d", d.get("fd.typechar"));
    }

    @Test
    void deleteAndRenameReportPaths() throws IOException {
        Files.writeString(dir.resolve("one"), "x");
        LiveEvents.run(dir, "sh", "-c", "mv one two && rm two");
        EventSnapshot moved = live.await(s -> s.get("evt.type").startsWith("rename") && s.is("proc.name", "mv"));
        assertEquals(dir + "/one", moved.get("evt.arg.oldpath"));
        assertEquals(dir + "/two", moved.get("evt.arg.newpath"));
        assertEquals(dir + "/two", moved.get("fs.path.target"));
        assertEquals("(absent)", moved.get("fd.name"));
        EventSnapshot gone = live.await(s -> s.is("evt.type", "unlinkat") && s.is("proc.name", "rm"));
        assertEquals(dir + "/two", gone.get("evt.arg.name"));
        assertEquals("res=0 dirfd=-100(AT_FDCWD) name=two(" + dir + "/two) flags=0", gone.get("evt.args"));
    }

    @Test
    @EnabledOnOs(architectures = "amd64") // programs on arm64 call unlinkat
    void syscallsWithAPathAloneReportIt() {
        LiveEvents.run(dir, "python3", "-c", "import os; os.mkdir('three'); os.rmdir('three'); os.unlink('no')");
        assertEquals(
                "SUCCESS", live.await("rmdir", "evt.arg.path", dir + "/three").get("evt.res"));
        assertEquals("ENOENT", live.await("unlink", "evt.arg.path", dir + "/no").get("evt.res"));
    }
}
