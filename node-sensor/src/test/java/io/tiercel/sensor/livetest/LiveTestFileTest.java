package io.tiercel.sensor.livetest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tiercel.sensor.container.cri.StubContainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiveTestFileTest {
    @TempDir
    Path folder;

    @Test
    void aTrialHasAllItsParts() throws Exception {
        List<LiveTest> trials = read("""
                trials:
                  - rule: A rule
                    script: "true"
                  - rule: Another
                    where: container
                    terminal: true
                    needs: [perl, nc]
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
                    fields: {proc.name: perl, fd.num: 3}
                """);
        Path file = folder.resolve("trials.yaml");
        assertEquals(
                List.of(
                        new LiveTest(
                                file + ":2",
                                "A rule",
                                LiveTest.Where.HOST,
                                "true",
                                List.of(),
                                List.of(),
                                LiveTest.PLAIN,
                                Map.of(),
                                false,
                                Map.of()),
                        new LiveTest(
                                file + ":4",
                                "Another",
                                LiveTest.Where.CONTAINER,
                                "one\ntwo\n",
                                List.of("perl", "nc"),
                                List.of("CAP_SYS_ADMIN"),
                                new StubContainer("docker.io/team/web:1", "shop", true, Map.of("/etc", "/host/etc")),
                                Map.of("db.example", "10.0.0.7"),
                                true,
                                Map.of("proc.name", "perl", "fd.num", "3"))),
                trials);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                               | : the file is empty
            trials: {}                                       | :1: a list is needed here
            trial: []                                        | :1: unknown key trial
            trials: [{rule: x}]                              | :1: the key script is missing here
            trials: [{rule: x, script: y, where: moon}]      | :1: where is host or container
            trials: [{rule: x, script: y, terminal: maybe}]  | :1: terminal is true or false
            trials: [{rule: x, script: y, runtime: {}}]      | :1: the key image is missing here
            trials: [{rule: x, script: [y]}]                 | :1: a text is needed here
            trials: [{rule: x, script: y, field: {}}]        | :1: unknown key field
            trials: [                                        | :1:10: not YAML
            """)
    void whatIsWrongIsSaidWithItsPlace(String text, String problem) {
        LiveTestException e = assertThrows(LiveTestException.class, () -> read(text));
        String start = folder.resolve("trials.yaml") + problem;
        assertEquals(
                start,
                e.getMessage()
                        .substring(0, Math.min(start.length(), e.getMessage().length())));
    }

    private List<LiveTest> read(String text) throws IOException, LiveTestException {
        return LiveTestFile.read(Files.writeString(folder.resolve("trials.yaml"), text));
    }
}
