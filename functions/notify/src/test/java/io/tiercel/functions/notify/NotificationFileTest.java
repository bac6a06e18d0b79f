package io.tiercel.functions.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.config.InvalidConfiguration;
import io.tiercel.functions.notification.file.NotificationFile;
import io.tiercel.functions.notification.silence.Silence;
import io.tiercel.functions.secret.SecretResolver;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class NotificationFileTest {
    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

    static final String COMPLETE_FILE = """
        channels:
          soc:
            type: slack
            token: env:SLACK_TOKEN
            conversation: C0123ABCD
            fallback: soc-hook
          soc-hook: {type: slack-webhook, address: file:/run/secrets/hook}
          pager: {type: pagerduty, routing-key: env:PAGER, region: eu}
          siem: {type: webhook, address: env:SIEM, key: env:SIEM_KEY}
        routes:
          - route: urgent
            when: incident.urgency <= 3
            channels: [pager]
          - route: payments team
            when: enrich.label[team] = payments
            channels: [siem]
            last: true
          - route: everything else
            channels: [soc]
        silences:
          - silence: nightly backup
            when: incident.workload = "host db-1" and proc.name = backup
            reason: backup reads /etc/shadow
            owner: database team
            until: 2026-12-31T00:00:00Z
          - silence: everything of the test cluster
            when: incident.count >= 0
            reason: load test
            owner: sre
            until: 2025-01-01T00:00:00+01:00
            all: true
        interact:
          slack-signing-secret: env:SIGNING
          pagerduty-secret: env:PD
          button-key: env:BUTTONS
          buttons-valid-minutes: 30
          approvers: [U012AB3CD]
        """;

    static NotificationFile read(String yaml) {
        return NotificationFile.read(
                "n.yaml",
                yaml,
                SecretResolver.forFilesAndEnvironment(InstantSource.system()),
                HttpChannelTypes.ALL,
                InstantSource.fixed(NOW));
    }

    @Test
    void a_complete_file_is_read() {
        NotificationFile file = read(COMPLETE_FILE);
        assertEquals(
                List.of("soc", "soc-hook", "pager", "siem"),
                List.copyOf(file.channels().keySet()));
        assertEquals(Set.of("U012AB3CD"), file.interact().approvers());
        assertEquals(Duration.ofMinutes(30), file.interact().buttonValidity());
        Silence silence = file.silences().getFirst();
        assertEquals("database team", silence.owner());
        assertEquals(Instant.parse("2026-12-31T00:00:00Z"), silence.until());
        assertEquals(silence.id(), read(COMPLETE_FILE).silences().getFirst().id(), "the id stays");
        assertFalse(file.silences().get(1).active(NOW), "a silence that has ended can be loaded");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        region: eu                  | region: mars               | n.yaml:8:60: unknown region "mars"; write us or eu
        type: slack-webhook         | type: smoke-signal         | n.yaml:7:20: unknown channel type "smoke-signal"; use one of alertmanager, pagerduty
        env:SLACK_TOKEN             | xoxb-hunter2               | n.yaml:4:12: this is not a reference to a secret; a secret must be a reference
        fallback: soc-hook          | fallback: nobody           | n.yaml:6:15: unknown channel "nobody"; use one of soc, soc-hook, pager, siem
        channels: [pager]           | channels: [pagr]           | n.yaml:13:16: unknown channel "pagr"
        incident.urgency <= 3       | incident.urgncy <= 3       | n.yaml:12:11: invalid condition at character 1: unknown field incident.urgncy
        approvers: [U012AB3CD]      | approvers: [alice]         | n.yaml:37:15: "alice" is not a Slack member id
        buttons-valid-minutes: 30   | buttons-valid-minutes: 0   | n.yaml:36:26: "0" is out of range or not a number; write a number from 1 to 1440
        conversation: C0123ABCD     | converstion: C0123ABCD     | n.yaml:5:5: unknown key "converstion"
        until: 2026-12-31T00:00:00Z | until: 2027-12-31T00:00:00Z | n.yaml:25:12: the silence ends too late; use a time within the next 366 days
        until: 2026-12-31T00:00:00Z | until: New Year            | n.yaml:25:12: "New Year" is not a time; write a time with its offset from UTC
        until: 2026-12-31T00:00:00Z | all: false                 | n.yaml:21:5: until is missing
        all: true                   | all: false                 | n.yaml:27:11: the condition matches incidents of every rule at every priority; name a rule
        owner: database team        | ownr: database team        | n.yaml:24:5: unknown key "ownr"
        everything of the test cluster | nightly backup          | n.yaml:26:14: another silence has the same name
        incident.workload = "host db-1" | incident.wrkload = x   | n.yaml:22:11: invalid condition at character 1: unknown field incident.wrkload
        last: true                  | last: maybe                | n.yaml:17:11: expected a Boolean
        """)
    void an_invalid_file_is_rejected_with_the_position(String valid, String invalid, String expected) {
        assertTrue(COMPLETE_FILE.contains(valid), valid);
        String message = String.valueOf(
                assertThrows(InvalidConfiguration.class, () -> read(COMPLETE_FILE.replace(valid, invalid)))
                        .getMessage());
        assertTrue(message.startsWith(expected), message);
        assertFalse(message.contains("hunter2"), message);
    }
}
