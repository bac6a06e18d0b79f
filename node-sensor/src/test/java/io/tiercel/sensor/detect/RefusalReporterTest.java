package io.tiercel.sensor.detect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.output.Refusal;
import io.tiercel.sensor.output.RefusedAlerts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class RefusalReporterTest {
    private static final long SECOND = 1_000_000_000L;

    private final RefusedAlerts refused = new RefusedAlerts();
    private final List<Alert> published = new ArrayList<>();
    private final RefusalReporter reporter = new RefusalReporter(refused, new InternalAlerts("node", published::add));

    private void refuse(String source, String code) {
        Alert alert = new Alert(null, "n", 1, Priority.NOTICE, "Rule", source, List.of(), "", new TreeMap<>());
        refused.add(alert, new Refusal(code, "because of " + code), "refused.jsonl");
    }

    @Test
    void reportsNewLossesWithTheirReasonsAtMostOnceAMinute() {
        reporter.report(0);
        assertEquals(List.of(), published);
        refuse("syscall", "time");
        refuse("syscall", "rule_name");
        reporter.report(SECOND);
        refuse("syscall", "rule_name");
        reporter.report(30 * SECOND);
        assertEquals(1, published.size());
        Alert first = published.getFirst();
        assertEquals(LossReporter.ALERTS_LOST, first.rule());
        assertEquals(Alert.INTERNAL, first.source());
        assertEquals(Priority.CRITICAL, first.priority());
        assertEquals(
                Map.of(
                        "refused", 2L,
                        "refused.rule", "Rule",
                        "refused.reason", "because of rule_name",
                        "refused.by.time", 1L,
                        "refused.by.rule_name", 1L),
                first.outputFields());
        reporter.report(61 * SECOND);
        assertEquals(2, published.size());
        assertEquals(1L, published.getLast().outputFields().get("refused"));
        reporter.report(1000 * SECOND);
        assertEquals(2, published.size());
        assertEquals(3, reporter.total());
    }

    /** The receiver refuses everything, also the reports. */
    @Test
    void reportsThatAreRefusedCauseNoFurtherReports() {
        refuse("syscall", "sender");
        for (int minute = 0; minute < 10; minute++) {
            reporter.report(minute * 60 * SECOND);
            refuse(Alert.INTERNAL, "sender");
        }
        assertEquals(1, published.size());
        assertEquals(11, reporter.total());
    }
}
