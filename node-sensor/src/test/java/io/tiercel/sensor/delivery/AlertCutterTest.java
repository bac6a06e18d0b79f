package io.tiercel.sensor.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.AlertLimits;
import io.tiercel.rules.alert.InvalidAlertException;
import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.spool.SpoolException;
import io.tiercel.sensor.spool.SpoolOptions;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class AlertCutterTest {
    private static final AlertJson JSON = AlertJson.defaults();

    @TempDir
    Path folder;

    private static Alert alert(int fields, String value) {
        TreeMap<String, @Nullable Object> all = new TreeMap<>();
        for (int i = 0; i < fields; i++) {
            all.put("proc.aargs[" + i + "]", value);
        }
        all.put("proc.name", "sh");
        all.put("evt.time", 5L);
        return new Alert("id", "node", 5, Priority.CRITICAL, "Rule", "syscall", List.of("tag"), "by sh " + value, all);
    }

    @Test
    void alertsThatFitStayAsTheyAre() {
        Alert alert = alert(20, "x".repeat(4_096));
        assertSame(alert, AlertCutter.fit(alert, JSON));
    }

    /** Before, such an alert was lost: the spool rejected it. */
    @Test
    void largeAlertsAreCutMarkedAndKept() throws InvalidAlertException, SpoolException {
        Alert alert = alert(30, "\u0001".repeat(4_096));
        Alert cut = AlertCutter.fit(alert, JSON);
        byte[] json = JSON.writeBytes(cut);
        assertTrue(json.length <= AlertLimits.MAX_BYTES, () -> json.length + " bytes");
        assertEquals(cut.id(), alert.id());
        assertEquals("sh", cut.outputFields().get("proc.name"));
        assertEquals(5L, cut.outputFields().get("evt.time"));
        assertEquals(true, cut.outputFields().get(AlertCutter.TRUNCATED));
        assertTrue(String.valueOf(cut.outputFields().get("proc.aargs[3]")).endsWith("..."));
        assertEquals(cut, AlertJson.read(json), "the functions read it");
        try (Spool spool = Spool.open(folder, SpoolOptions.defaults())) {
            spool.append(json, 2);
            assertEquals(1, spool.peek(10, AlertLimits.MAX_BYTES).size());
        }
    }

    @Test
    void listsAreCut() {
        TreeMap<String, @Nullable Object> fields = new TreeMap<>();
        fields.put("proc.aname", Collections.nCopies(100_000, "name"));
        fields.put("absent", null);
        Alert alert = new Alert("id", "node", 5, Priority.DEBUG, "Rule", "syscall", List.of(), "m", fields);
        Alert cut = AlertCutter.fit(alert, JSON);
        assertTrue(JSON.writeBytes(cut).length <= AlertLimits.MAX_BYTES);
        assertNull(cut.outputFields().get("absent"));
    }
}
