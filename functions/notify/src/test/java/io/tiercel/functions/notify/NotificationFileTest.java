package io.tiercel.functions.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.config.InvalidConfiguration;
import io.tiercel.functions.notification.file.NotificationFile;
import io.tiercel.functions.secret.SecretResolver;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class NotificationFileTest {
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
        interact:
          slack-signing-secret: env:SIGNING
          pagerduty-secret: env:PD
          button-key: env:BUTTONS
          buttons-valid-minutes: 30
          approvers: [U012AB3CD]
        """;

    static NotificationFile read(String yaml) {
        return NotificationFile.read(
                "n.yaml", yaml, SecretResolver.forFilesAndEnvironment(InstantSource.system()), HttpChannelTypes.ALL);
    }

    @Test
    void a_complete_file_is_read() {
        NotificationFile file = read(COMPLETE_FILE);
        assertEquals(
                List.of("soc", "soc-hook", "pager", "siem"),
                List.copyOf(file.channels().keySet()));
        assertEquals(Set.of("U012AB3CD"), file.interact().approvers());
        assertEquals(Duration.ofMinutes(30), file.interact().buttonValidity());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        region: eu                  | region: mars               | n.yaml:8:60: unknown region "mars"; write us or eu
        type: slack-webhook         | type: smoke-signal         | n.yaml:7:20: unknown channel type "smoke-signal"; use one of alertmanager, pagerduty
        env:SLACK_TOKEN             | xoxb-hunter2               | n.yaml:4:12: this is not a reference to a secret; a secret must be a reference
        fallback: soc-hook          | fallback: nobody           | n.yaml:6:15: unknown channel "nobody"; use one of soc, soc-hook, pager, siem
        channels: [pager]           | channels: [pagr]           | n.yaml:13:16: unknown channel "pagr"
        incident.urgency <= 3       | incident.urgncy <= 3       | n.yaml:12:11: invalid condition at character 1: unknown field incident.urgncy
        approvers: [U012AB3CD]      | approvers: [alice]         | n.yaml:25:15: "alice" is not a Slack member id
        buttons-valid-minutes: 30   | buttons-valid-minutes: 0   | n.yaml:24:26: "0" is out of range or not a number; write a number from 1 to 1440
        conversation: C0123ABCD     | converstion: C0123ABCD     | n.yaml:5:5: unknown key "converstion"
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
