package io.tiercel.functions.privacy;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.config.InvalidConfiguration;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class PrivacyFileTest {
    @Test
    void aCompleteFile() {
        PrivacySettings settings = PrivacyFile.read("p.yaml", """
                redact:
                  fields: [user.name, "proc.env[HOME]", evt.arg.*]
                  secrets: false
                  keep: [proc.exepath]
                retention: { samples: 30d, incidents: 100d, responses: 200d, health: 7d, rejected: 1d }
                """);
        assertEquals(List.of("user.name", "proc.env[HOME]", "evt.arg.*"), settings.fields());
        assertEquals(
                new Retention(
                        Duration.ofDays(30),
                        Duration.ofDays(100),
                        Duration.ofDays(200),
                        Duration.ofDays(7),
                        Duration.ofDays(1)),
                settings.retention());
    }

    @Test
    void defaultsFollowTheRetentionOfIncidents() {
        Retention shorter =
                PrivacyFile.read("p.yaml", "retention: { incidents: 60d }").retention();
        assertEquals(Duration.ofDays(60), shorter.samples());
        Retention longer =
                PrivacyFile.read("p.yaml", "retention: { incidents: 400d }").retention();
        assertEquals(Duration.ofDays(400), longer.responses());
        assertEquals(Retention.DEFAULT, PrivacyFile.read("p.yaml", "redact: {}").retention());
        assertEquals(PrivacySettings.DEFAULT, PrivacyFile.readOrDefault(Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "redact: { fields: [k8s.pod.name] } | p.yaml:1:20: k8s.pod.name cannot be redacted: k8s.pod.name identifies",
                "redact: { fields: [k8s.*] } | p.yaml:1:20: k8s.* cannot be redacted: k8s.node.name identifies",
                "redact: { fields: [ec2.instance.id] } | p.yaml:1:20: ec2.instance.id cannot be redacted",
                "redact: { fields: [tiercel.count] } | cannot be redacted",
                "redact: { fields: ['a b'] } | p.yaml:1:20: \"a b\" is not the name of a field",
                "redact: { fields: ['*'] } | is not the name of a field",
                "redact: { secrets: yes } | p.yaml:1:20: expected a Boolean",
                "redact: { passwords: true } | unknown key \"passwords\"; use one of fields, keep, secrets",
                "retention: { incidents: 29d } | p.yaml:1:25: \"29d\" is out of range",
                "retention: { samples: 1h } | p.yaml:1:23: \"1h\" is out of range",
                "retention: { samples: 101d, incidents: 100d } | p.yaml:1:23: samples would outlive their incidents",
                "retention: { responses: 99d, incidents: 100d } | p.yaml:1:25: a plan that is deleted before its incident",
                "retention: { audit: 30d } | unknown key \"audit\""
            })
    void anInvalidFileNamesPositionProblemAndCorrection(String yaml, String message) {
        InvalidConfiguration invalid = assertThrows(InvalidConfiguration.class, () -> PrivacyFile.read("p.yaml", yaml));
        assertTrue(String.valueOf(invalid.getMessage()).contains(message), invalid.getMessage());
    }

    @Test
    void incidentsOutliveTheLongestQuietTime() {
        Retention retention =
                PrivacyFile.read("p.yaml", "retention: { incidents: 30d }").retention();
        assertDoesNotThrow(() -> retention.requireLongerThan(Duration.ofDays(29)));
        assertThrows(IllegalArgumentException.class, () -> retention.requireLongerThan(Duration.ofDays(30)));
    }

    @Test
    void aFileThatCannotBeReadIsNamed() {
        IllegalArgumentException failure = assertThrows(
                IllegalArgumentException.class, () -> PrivacyFile.readOrDefault(Optional.of("/nonexistent.yaml")));
        assertEquals("TIERCEL_PRIVACY: cannot read /nonexistent.yaml", failure.getMessage());
    }
}
