package io.tiercel.sensor.detect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.engine.RuleMatching;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.rules.load.LoadOptions;
import io.tiercel.rules.load.LoadedRules;
import io.tiercel.rules.load.RuleLoader;
import io.tiercel.rules.load.RuleSource;
import io.tiercel.sensor.event.FileEvent;
import io.tiercel.sensor.fields.FileNameKind;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests events about a file that has more than one name. */
@Tag("unit")
class RuleDetectorTest {
    private static final String RULES = """
            - {rule: link, desc: d, output: "%fd.name", priority: INFO, condition: evt.type = open and fd.name = /tmp/link}
            - {rule: secret, desc: d, output: "%fd.name", priority: INFO, condition: evt.type = open and fd.name = /etc/shadow}
            - {rule: any, desc: d, output: "%fd.name", priority: INFO, condition: evt.type = open and fd.name exists}
            """;
    private static final String SECRET_ONLY = RULES.lines().toList().get(1);

    /** An open of a file. */
    private static final class Open implements FileEvent {
        private final String given;
        private final String kernel;
        private final String host;
        private FileNameKind name = FileNameKind.GIVEN;

        Open(String given, String kernel) {
            this(given, kernel, kernel);
        }

        Open(String given, String kernel, String host) {
            this.given = given;
            this.kernel = kernel;
            this.host = host;
        }

        @Override
        public boolean hasName(FileNameKind further) {
            return switch (further) {
                case GIVEN -> true;
                case KERNEL -> !given.equals(kernel);
                case HOST -> !host.equals(given) && !host.equals(kernel);
                case KNOWN -> false;
            };
        }

        @Override
        public void selectName(FileNameKind which) {
            name = which;
        }

        @Override
        public int type() {
            return EventTypes.code("open");
        }

        @Override
        public long timeNanos() {
            return 1_700_000_000_000_000_000L;
        }

        @Override
        public boolean has(FieldRef field) {
            return text(field) != null;
        }

        @Override
        public @Nullable String text(FieldRef field) {
            return switch (field.field()) {
                case FD_NAME ->
                    switch (name) {
                        case GIVEN -> given;
                        case KERNEL -> kernel;
                        case HOST -> host;
                        case KNOWN -> null;
                    };
                case EVT_TYPE -> "open";
                default -> null;
            };
        }

        @Override
        public long number(FieldRef field) {
            return 0;
        }

        @Override
        public @Nullable InetAddress address(FieldRef field) {
            return null;
        }

        @Override
        public byte @Nullable [] bytes(FieldRef field) {
            return null;
        }

        @Override
        public @Nullable List<?> list(FieldRef field) {
            return null;
        }
    }

    private static List<String> detect(String rules, FileNameMode names, RuleMatching matching, Open event) {
        LoadedRules loaded = Objects.requireNonNull(new RuleLoader(LoadOptions.defaults())
                .load(List.of(new RuleSource.Text("rules.yaml", rules)))
                .rules());
        List<String> alerts = new ArrayList<>();
        new RuleDetector(
                        RuleEngine.of(loaded.rules(), loaded.fields(), matching, Priority.DEBUG),
                        names,
                        "node",
                        alert -> alerts.add(summary(alert)))
                .detect(event);
        return alerts;
    }

    private static String summary(Alert alert) {
        return alert.rule() + " " + alert.outputFields().get("fd.name") + " "
                + alert.outputFields().get(RuleDetector.MATCHED_NAME);
    }

    @Test
    void linksDoNotHideFiles() {
        Open open = new Open("/tmp/link", "/etc/shadow");
        assertEquals(
                List.of("secret /etc/shadow kernel"), detect(SECRET_ONLY, FileNameMode.BOTH, RuleMatching.FIRST, open));
        assertEquals(List.of(), detect(SECRET_ONLY, FileNameMode.FALCO, RuleMatching.FIRST, open));
    }

    @Test
    void matchOfTheArgumentDoesNotMaskMatchOfTheKernelPath() {
        Open open = new Open("/tmp/link", "/etc/shadow");
        assertEquals(
                List.of("link /tmp/link null", "secret /etc/shadow kernel"),
                detect(RULES, FileNameMode.BOTH, RuleMatching.FIRST, open));
    }

    @Test
    void ruleAlertsOncePerEvent() {
        Open open = new Open("/tmp/link", "/etc/shadow");
        assertEquals(
                List.of("link /tmp/link null", "any /tmp/link null", "secret /etc/shadow kernel"),
                detect(RULES, FileNameMode.BOTH, RuleMatching.ALL, open));
    }

    @Test
    void mountsDoNotHideFiles() {
        Open open = new Open("/tmp/link", "/host/etc/shadow", "/etc/shadow");
        assertEquals(
                List.of("link /tmp/link null", "any /tmp/link null", "secret /etc/shadow host"),
                detect(RULES, FileNameMode.BOTH, RuleMatching.ALL, open));
    }

    @Test
    void equalNamesAreEvaluatedOnce() {
        Open open = new Open("/etc/shadow", "/etc/shadow");
        assertEquals(
                List.of("secret /etc/shadow null", "any /etc/shadow null"),
                detect(RULES, FileNameMode.BOTH, RuleMatching.ALL, open));
    }
}
