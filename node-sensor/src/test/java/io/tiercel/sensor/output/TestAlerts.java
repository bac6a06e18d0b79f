package io.tiercel.sensor.output;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import java.util.List;
import java.util.TreeMap;

/** Test alerts with a number. */
final class TestAlerts {
    private TestAlerts() {}

    static Alert numbered(int number) {
        return with(number, Priority.WARNING, "m" + number);
    }

    static Alert with(int number, Priority priority, String message) {
        return new Alert(
                "node/boot/" + number,
                "node",
                1_700_000_000_123_456_789L,
                priority,
                "rule",
                "syscall",
                List.of("T1003"),
                message,
                new TreeMap<>());
    }
}
