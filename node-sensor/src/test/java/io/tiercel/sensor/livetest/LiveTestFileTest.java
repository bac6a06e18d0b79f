package io.tiercel.sensor.livetest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tiercel.sensor.container.cri.StubContainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class LiveTestFileTest {
    @TempDir
    Path folder;

    @Test
    void readsAllKeys() throws Exception {
        List<LiveTest> tests = read("""
                tests:
                  - rule: A rule
                    script: "true"
                  - rule: Another
                    technique: T1003.008 /etc/passwd and /etc/shadow
                    where: container
                    terminal: true
                    requires: [perl, nc]
                    capabilities: [CAP_SYS_ADMIN]
                    runtime:
                      image: docker.io/team/web:1
                      namespace: shop
                      privileged: true
                      mounts: {/etc: /host/etc}
                    hosts: {db.example: 10.0.0.7}
                    script: |
                      one
                      two
                    harmless: three
                    fields:
                      - {proc.name: perl, fd.num: 3}
                      - {proc.name: sh}
                """);
        Path file = folder.resolve("tests.yaml");
        assertEquals(
                List.of(
                        new LiveTest(
                                file + ":2",
                                "A rule",
                                "",
                                LiveTest.Environment.HOST,
                                "true",
                                "",
                                List.of(),
                                List.of(),
                                LiveTest.DEFAULT_CONTAINER,
                                Map.of(),
                                false,
                                List.of(Map.of())),
                        new LiveTest(
                                file + ":4",
                                "Another",
                                "T1003.008 /etc/passwd and /etc/shadow",
                                LiveTest.Environment.CONTAINER,
                                "one\ntwo\n",
                                "three",
                                List.of("perl", "nc"),
                                List.of("CAP_SYS_ADMIN"),
                                new StubContainer("docker.io/team/web:1", "shop", true, Map.of("/etc", "/host/etc")),
                                Map.of("db.example", "10.0.0.7"),
                                true,
                                List.of(Map.of("proc.name", "perl", "fd.num", "3"), Map.of("proc.name", "sh")))),
                tests);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                               | : the file is empty
            tests: {}                                       | :1: expected a list
            test: []                                        | :1: unknown key test
            tests: [{rule: x}]                              | :1: the key script is required
            tests: [{rule: x, script: y, where: moon}]      | :1: where must be host or container
            tests: [{rule: x, script: y, terminal: maybe}]  | :1: terminal must be true or false
            tests: [{rule: x, script: y, runtime: {}}]      | :1: the key image is required
            tests: [{rule: x, script: [y]}]                 | :1: expected a text
            tests: [{rule: x, script: y, field: {}}]        | :1: unknown key field
            tests: [{rule: x, script: y, fields: []}]       | :1: fields must be a mapping
            tests: [{rule: none, script: y, harmless: z}]   | :1: a test without a rule has neither
            tests: [                                        | :1:9: invalid YAML
            """)
    void reportsErrorsWithTheirLocation(String text, String problem) {
        LiveTestException e = assertThrows(LiveTestException.class, () -> read(text));
        String expected = folder.resolve("tests.yaml") + problem;
        assertEquals(
                expected,
                e.getMessage()
                        .substring(0, Math.min(expected.length(), e.getMessage().length())));
    }

    private List<LiveTest> read(String text) throws IOException, LiveTestException {
        return LiveTestFile.read(Files.writeString(folder.resolve("tests.yaml"), text));
    }
}
