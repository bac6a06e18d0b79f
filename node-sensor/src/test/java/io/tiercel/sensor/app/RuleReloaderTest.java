package io.tiercel.sensor.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.engine.Rule;
import io.tiercel.rules.engine.RuleMatching;
import io.tiercel.rules.load.LoadCode;
import io.tiercel.rules.load.LoadOptions;
import io.tiercel.sensor.detect.RuleReload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When rules are reloaded, check by check. */
@Tag("unit")
class RuleReloaderTest {
    @TempDir
    Path folder;

    private final BlockingQueue<RuleReload> reloads = new ArrayBlockingQueue<>(10);
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Path file;
    private RuleReloader reloader;

    @BeforeEach
    void start() throws IOException {
        file = Files.writeString(folder.resolve("rules.yaml"), rule("first", "open"));
        reloader = reloaderFor(file);
    }

    private RuleReloader reloaderFor(Path... paths) {
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        RuleSetOptions options = new RuleSetOptions(List.of(paths), LoadOptions.defaults(), RuleMatching.FIRST);
        return new RuleReloader(options, options.read().digest(), reloads, new StandardStreams(stream, stream, false));
    }

    private static String rule(String name, String type) {
        return "- rule: " + name + "\n  desc: a test\n  condition: evt.type = " + type
                + "\n  output: seen\n  priority: INFO\n";
    }

    /** Checks several times. Returns the names of loaded rules, or the code, line and column of an error. */
    private List<String> check(int number) throws InterruptedException {
        for (int i = 0; i < number; i++) {
            reloader.reloadIfChanged();
        }
        return takeReloads();
    }

    private List<String> takeReloads() {
        List<RuleReload> taken = new ArrayList<>();
        reloads.drainTo(taken);
        return taken.stream()
                .map(reload -> switch (reload) {
                    case RuleReload.Loaded loaded ->
                        String.join(
                                " ",
                                loaded.rules().rules().stream().map(Rule::name).toList());
                    case RuleReload.Rejected refused ->
                        refused.problem().code() + " "
                                + refused.problem().location().line() + ":"
                                + refused.problem().location().column();
                })
                .toList();
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void doesNotReloadUnchangedFiles() throws Exception {
        assertEquals(List.of(), check(4));
        Files.setLastModifiedTime(file, FileTime.fromMillis(0));
        assertEquals(List.of(), check(4));
        assertEquals("", err());
    }

    @Test
    void reloadsAStableChange() throws Exception {
        check(2);
        Files.writeString(file, rule("second", "unlink"));
        assertEquals(List.of(), check(1));
        assertEquals(List.of("second"), check(1));
        assertEquals(List.of(), check(3));
    }

    @Test
    void noticesAChangeBeforeTheFirstCheck() throws Exception {
        Files.writeString(file, rule("second", "unlink"));
        assertEquals(List.of("second"), check(2));
    }

    @Test
    void ignoresHalfWrittenFiles() throws Exception {
        check(2);
        String text = rule("second", "unlink");
        for (int written = 1; written < text.length(); written += 7) {
            Files.writeString(file, text.substring(0, written));
            assertEquals(List.of(), check(1));
        }
        Files.writeString(file, text);
        assertEquals(List.of("second"), check(3));
        assertEquals("", err());
    }

    @Test
    void reportsAnErrorOnce() throws Exception {
        check(2);
        Files.writeString(file, rule("second", "unlink and proc.nam = x"));
        assertEquals(List.of(LoadCode.LOAD_ERR_COMPILE_CONDITION + " 3:36"), check(5));
        assertTrue(err().contains(file + ":3:36: error: ") && err().contains("proc.nam"), err());
        assertTrue(err().contains("rules not reloaded; the previous rules stay active"), err());
        int length = err().length();
        Files.setLastModifiedTime(file, FileTime.fromMillis(0));
        assertEquals(List.of(), check(4));
        assertEquals(length, err().length());
        Files.writeString(file, "- [");
        assertEquals(1, check(4).size());
        Files.writeString(file, rule("third", "open"));
        assertEquals(List.of("third"), check(4));
    }

    @Test
    void servesRequestsAtOnce() throws Exception {
        reloader.reload();
        assertEquals(List.of("first"), takeReloads());
        Files.writeString(file, "- [");
        reloader.reload();
        assertEquals(1, takeReloads().size());
        int length = err().length();
        reloader.reload();
        assertEquals(List.of(), takeReloads(), "one alert for the same error");
        assertEquals(2 * length, err().length(), "but a message for each request");
        Files.writeString(file, rule("second", "open"));
        reloader.reload();
        assertEquals(List.of("second"), takeReloads());
        assertEquals(List.of(), check(3));
    }

    @Test
    void noticesReplacedFiles() throws Exception {
        check(2);
        FileTime time = Files.getLastModifiedTime(file);
        Path saved = Files.writeString(folder.resolve("rules.yaml~"), rule("other", "open"));
        Files.setLastModifiedTime(saved, time);
        Files.move(saved, file, StandardCopyOption.ATOMIC_MOVE);
        assertEquals(List.of("other"), check(2));
        Files.delete(file);
        assertEquals(List.of(LoadCode.LOAD_ERR_FILE_READ + " 0:0"), check(4));
        assertTrue(err().contains("no such file"), err());
    }

    @Test
    void noticesNewAndDeletedFiles() throws Exception {
        reloader = reloaderFor(folder);
        check(2);
        Path more = Files.writeString(folder.resolve("more.yml"), rule("more", "unlink"));
        assertEquals(List.of("more first"), check(2));
        Files.writeString(folder.resolve("notes.txt"), "no rules");
        assertEquals(List.of(), check(3));
        Files.delete(more);
        assertEquals(List.of("first"), check(2));
        Files.delete(file);
        assertEquals(List.of(LoadCode.LOAD_ERR_FILE_READ + " 0:0"), check(4));
        assertTrue(err().contains("no rule files"), err());
    }

    /** Like the kubelet: files are links into ..data, which is a link that is replaced. */
    @Test
    void noticesASwitchedConfigMap() throws Exception {
        Path mount = Files.createDirectory(folder.resolve("mount"));
        FileTime time = FileTime.fromMillis(1_700_000_000_000L);
        for (String version : List.of("first", "other")) {
            Path data = Files.createDirectory(mount.resolve(".." + version));
            Files.setLastModifiedTime(Files.writeString(data.resolve("rules.yaml"), rule(version, "open")), time);
        }
        Files.createSymbolicLink(mount.resolve("..data"), Path.of("..first"));
        Files.createSymbolicLink(mount.resolve("rules.yaml"), Path.of("..data", "rules.yaml"));
        for (Path watched : List.of(mount, mount.resolve("rules.yaml"))) {
            swap(mount, "..first");
            reloader = reloaderFor(watched);
            assertEquals(List.of(), check(3));
            swap(mount, "..other");
            assertEquals(List.of("other"), check(2));
        }
        assertFalse(err().contains("error"), err());
    }

    @Test
    void reportsLackOfMemory() throws Exception {
        reloader.failed(new OutOfMemoryError("heap"));
        assertEquals(1, takeReloads().size());
        assertTrue(err().contains("rules not reloaded") && err().contains("heap"), err());
    }

    private static void swap(Path mount, String target) throws IOException {
        Path link = Files.createSymbolicLink(mount.resolve("..tmp"), Path.of(target));
        Files.move(link, mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    }
}
