package io.tiercel.bench.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class RuleOptionsTest {
    @Test
    void reportsNameNoFolders() {
        assertEquals(
                "falco_rules.yaml, detections",
                RuleOptions.names(List.of(Path.of("/home/someone/falco_rules.yaml"), Path.of("rules/detections"))));
    }
}
