package io.tiercel.rules.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.field.FactType;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class AlertFilterTest {
    private static final Alert ALERT = alert();

    private static Alert alert() {
        TreeMap<String, @Nullable Object> fields = new TreeMap<>();
        fields.put("proc.name", "bäsh");
        fields.put("proc.aname[2]", "sshd");
        fields.put("proc.pid", 42L);
        fields.put("proc.args", List.of("-c", "id"));
        fields.put("fd.sip", "10.1.2.3");
        fields.put("fd.sport", 443L);
        fields.put("evt.type", "openat");
        fields.put("evt.arg.flags", "O_RDONLY");
        fields.put("evt.is_open_read", true);
        fields.put("evt.rawres", BigInteger.ONE);
        fields.put("container.name", null);
        fields.put("team", "blue");
        return new Alert(
                "n/b/7",
                "node-1",
                1_700_000_000_000_000_000L,
                Priority.WARNING,
                "Shell in container",
                "syscall",
                List.of("T1059", "container"),
                "a shell",
                fields);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    rule = "Shell in container"                          | true
                    rule contains Shell                                  | true
                    rule icontains shell and not rule startswith x       | true
                    rule in (A, "Shell in container")                    | true
                    priority = Warning                                   | true
                    priority in (Critical, Error)                        | false
                    source = syscall                                     | true
                    source = internal                                    | false
                    hostname glob node-*                                 | true
                    tags intersects (container, network)                 | true
                    tags in (container, T1059)                           | true
                    tags in (container)                                  | false
                    proc.name = "bäsh"                                   | true
                    output_fields.proc.name = "bäsh"                     | true
                    proc.aname[2] = sshd                                 | true
                    output_fields.proc.aname[2] = sshd                   | true
                    proc.aname[3] exists                                 | false
                    proc.pid > 41 and proc.pid < 43                      | true
                    output_fields.proc.pid = 42                          | true
                    proc.args = "-c id"                                  | true
                    fd.sip = 10.1.2.3                                    | true
                    fd.sport = https                                     | true
                    evt.type in (open, openat)                           | true
                    evt.arg.flags contains O_RDONLY                      | true
                    evt.is_open_read = true                              | true
                    container.name exists                                | false
                    container.name != host                               | false
                    user.name != root                                    | false
                    not user.name = root                                 | true
                    evt.time > 1                                         | true
                    output_fields.team = blue                            | true
                    output_fields.nobody exists                          | false
                    tolower(rule) = "shell in container"                 | true
                    """)
    void evaluates(String condition, boolean expected) throws AlertFilterException {
        assertEquals(expected, AlertFilter.parse(condition).matches(ALERT), condition);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    rule =                       | at character
                    rul = x                      | at character 5
                    proc.nme = x                 | at character 1: unknown field proc.nme
                    priority = Error and rule[1] = x | at character 22
                    proc.pid = many              | is not a decimal number
                    priority < high              | expected a number
                    spawned_process              | unknown macro spawned_process
                    evt.type = opn               | unknown event type opn
                    alert.rule = x               | unknown field alert.rule
                    """)
    void reportsThePositionOfErrors(String condition, String message) {
        AlertFilterException e = assertThrows(AlertFilterException.class, () -> AlertFilter.parse(condition));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    private static final Map<String, FactType> FACTS = Map.of(
            "enrich.instance.vpc", FactType.TEXT,
            "enrich.instance.tag", FactType.KEYED_TEXT,
            "enrich.instance.groups", FactType.TEXTS,
            "enrich.network.address", FactType.ADDRESS,
            "incident.count", FactType.NUMBER,
            "enrich.instance.confirmed", FactType.FLAG);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    enrich.instance.vpc = vpc-1                           | true
                    enrich.instance.vpc != vpc-1                          | false
                    enrich.instance.tag[team] = blue                      | true
                    enrich.instance.tag[aws:asg.name] startswith b        | true
                    enrich.instance.tag[owner] != blue                    | false
                    enrich.instance.groups intersects (sg-2, sg-3)        | true
                    enrich.instance.groups in (sg-2)                      | false
                    enrich.network.address = 10.2.0.0/16                  | true
                    incident.count >= 10 and incident.count < 100         | true
                    incident.count = 11                                   | false
                    enrich.instance.confirmed = true                      | true
                    rule contains Shell and enrich.instance.vpc exists    | true
                    """)
    void evaluatesFacts(String condition, boolean expected) throws AlertFilterException {
        Map<String, Object> facts = Map.of(
                "enrich.instance.vpc",
                "vpc-1",
                "enrich.instance.tag[team]",
                "blue",
                "enrich.instance.tag[aws:asg.name]",
                "b1",
                "enrich.instance.groups",
                List.of("sg-1", "sg-2"),
                "enrich.network.address",
                "10.2.3.4",
                "incident.count",
                10L,
                "enrich.instance.confirmed",
                true);
        AlertFilter filter = AlertFilter.parse(condition, FACTS);
        assertEquals(expected, filter.matches(ALERT, facts), condition);
        assertEquals(false, filter.matches(ALERT), "comparisons of absent facts are false");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    enrich.instance.vcp = x                               | unknown field enrich.instance.vcp
                    enrich.instance.tag = x                               | requires an argument: enrich.instance.tag[...]
                    enrich.instance.vpc[x] = x                            | does not accept an argument
                    incident.count > many                                 | expected a number
                    enrich.network.address = 10.2.3.4                     | 10.2.3.4
                    """)
    void reportsErrorsInFacts(String condition, String message) {
        AlertFilterException e = assertThrows(AlertFilterException.class, () -> AlertFilter.parse(condition, FACTS));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @Test
    void enforcesTheLengthLimit() {
        String condition = "rule = x or ".repeat(1000) + "rule = x";
        AlertFilterException e = assertThrows(AlertFilterException.class, () -> AlertFilter.parse(condition));
        assertTrue(e.getMessage().contains("the maximum is 8192"), e.getMessage());
    }

    @Test
    void returnsAbsentFields() throws AlertFilterException {
        AlertFilter filter = AlertFilter.parse(
                "proc.name = sh or container.name = x or not enrich.instance.tag[team] = x or enrich.instance.vpc = y",
                FACTS);
        assertEquals(
                List.of("container.name", "enrich.instance.tag[team]"),
                filter.absent(ALERT, Map.of("enrich.instance.vpc", "vpc-1")));
    }
}
