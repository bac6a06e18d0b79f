package io.tiercel.functions.incident;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.AlertText;
import io.tiercel.functions.config.InvalidConfiguration;
import io.tiercel.functions.enrich.AttackTechniques;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.rules.alert.Alert;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class IncidentRulesFileTest {
    private static IncidentRules read(String yaml) {
        return IncidentRulesFile.read("test.yaml", yaml);
    }

    @Test
    void the_included_rules_equal_the_defaults() {
        assertEquals(IncidentRule.DEFAULT, IncidentRulesFile.readDefault().forRule("Any rule"));
        assertEquals(
                IncidentRule.DEFAULT.quiet(), IncidentRulesFile.readDefault().shortestQuiet());
    }

    @Test
    void the_first_entry_with_a_setting_determines_it() {
        IncidentRules rules = read("""
            - rules: ["Terminal *", Exact (name)]
              quiet: 30m
            - rules: ["Terminal shell"]
              quiet: 7d
              max_open: 7
              escalate: { counts: [5] }
            - escalate: { tactics: 2 }
            """);
        IncidentRule shell = rules.forRule("Terminal shell");
        assertEquals(Duration.ofMinutes(30), shell.quiet());
        assertEquals(new Escalation(0, List.of(5L)), shell.escalation());
        assertEquals(7, shell.maxOpen());
        assertEquals(50, rules.forRule("Exact (name)").maxOpen());
        assertEquals(Duration.ofMinutes(30), rules.forRule("Exact (name)").quiet());
        assertEquals(
                IncidentRule.DEFAULT.quiet(), rules.forRule("My Terminal shell").quiet());
        assertEquals(new Escalation(2, List.of()), rules.forRule("Exact (name)").escalation());
        assertEquals(IncidentRule.DEFAULT.fingerprint(), shell.fingerprint());
        assertEquals(Duration.ofMinutes(30), rules.shortestQuiet());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        - quiet: 1y                                | test.yaml:1:10: "1y" is out of range or not a duration
        - quiet: 91d                               | test.yaml:1:10: "91d" is out of range or not a duration
        - quiet: 59s                               | test.yaml:1:10: "59s" is out of range or not a duration; write a duration from 1m to 90d
        - fingerprint: [user]                      | test.yaml:1:17: "user" is not a part of a fingerprint
        - fingerprint: [target, target]            | test.yaml:1:25: duplicate part target
        - escalate: {counts: [10, 10]}             | test.yaml:1:27: the counts are not in ascending order
        - escalate: {counts: [1]}                  | test.yaml:1:23: "1" is out of range or not a number
        - escalate: {counts: [2,3,4,5,6,7,8,9,10]} | test.yaml:1:13: escalate has 9 counts
        - escalate: {tactic: 3}                    | test.yaml:1:14: unknown key "tactic"
        - max_open: 0                              | test.yaml:1:13: "0" is out of range or not a number
        - max_open: 1001                           | test.yaml:1:13: "1001" is out of range or not a number
        - rules: []                                | this entry has no setting
        - {rules: [], quiet: 1h}                   | test.yaml:1:11: the list is empty
        - 7                                        | test.yaml:1:3: expected a mapping
        """)
    void an_invalid_file_is_rejected_with_position_and_reason(String yaml, String reason) {
        InvalidConfiguration invalid = assertThrows(InvalidConfiguration.class, () -> read(yaml));
        assertTrue(String.valueOf(invalid.getMessage()).contains(reason), invalid.getMessage());
    }

    private static Fingerprint fingerprint(ObjectNode json, List<String> parts) {
        Alert alert = AlertText.read(json).alert();
        return Fingerprints.of(
                alert,
                new Enricher("prod", AttackTechniques.load()).enrich(alert).host(),
                parts);
    }

    @Property(tries = 200)
    void a_field_distinguishes_alerts_only_if_the_fingerprint_names_it(@ForAll String one, @ForAll String other) {
        ObjectNode a = AlertText.with(AlertText.shadowRead(), "user.name", one);
        ObjectNode b = AlertText.with(AlertText.shadowRead(), "user.name", other);
        List<String> parts = List.of("target", "user.name");
        Fingerprint first = fingerprint(a, parts);
        String oneValue =
                String.valueOf(AlertText.read(a).alert().outputFields().get("user.name"));
        String otherValue =
                String.valueOf(AlertText.read(b).alert().outputFields().get("user.name"));
        if (Fingerprints.normalized(oneValue).equals(Fingerprints.normalized(otherValue))) {
            assertEquals(first, fingerprint(b, parts));
        } else {
            assertNotEquals(first.digest(), fingerprint(b, parts).digest());
        }
        assertEquals(fingerprint(a, Fingerprints.PARTS), fingerprint(b, Fingerprints.PARTS));
    }

    @Test
    void different_values_and_targets_never_have_equal_fingerprints() {
        List<String> parts = List.of("target", "user.name");
        ObjectNode plain = AlertText.with(AlertText.shadowRead(), "user.name", "root");
        ObjectNode forged = AlertText.with(
                AlertText.with(AlertText.shadowRead(), "fd.name", "/etc/shadow {user.name=\"root\"}"), "user.name", "");
        assertNotEquals(fingerprint(plain, parts), fingerprint(forged, parts));
        assertEquals(
                "/etc/shadow {user.name=\"root\"}", fingerprint(plain, parts).target());
    }

    @Test
    void long_parts_are_truncated_and_stay_distinct() {
        String stem = "/tmp/" + "x".repeat(5_000);
        Fingerprint a = fingerprint(AlertText.with(AlertText.shadowRead(), "fd.name", stem + "a"), Fingerprints.PARTS);
        Fingerprint b = fingerprint(AlertText.with(AlertText.shadowRead(), "fd.name", stem + "b"), Fingerprints.PARTS);
        assertEquals(Fingerprints.MAX_PART, a.target().length());
        assertNotEquals(a.digest(), b.digest());
    }

    @Test
    void omitted_parts_do_not_distinguish_alerts() {
        ObjectNode other = AlertText.with(AlertText.shadowRead(), "proc.exepath", "/usr/bin/cat");
        List<String> parts = List.of("cluster", "workload", "target");
        assertEquals(fingerprint(AlertText.shadowRead(), parts), fingerprint(other, parts));
    }
}
