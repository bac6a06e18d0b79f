package io.tiercel.functions.channels.securityhub;

import io.tiercel.rules.alert.Priority;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The taxonomy of ASFF: types and severities. */
final class FindingTypes {
    private static final String UNUSUAL_CONTAINER = "Unusual Behaviors/Container";
    private static final String UNUSUAL_HOST = "Unusual Behaviors/VM";

    /** ATT&amp;CK tactics by name. The taxonomy has no type for reconnaissance and resource development. */
    private static final Map<String, String> BY_TACTIC = Map.ofEntries(
            Map.entry("Initial Access", "TTPs/Initial Access"),
            Map.entry("Execution", "TTPs/Execution"),
            Map.entry("Persistence", "TTPs/Persistence"),
            Map.entry("Privilege Escalation", "TTPs/Privilege Escalation"),
            Map.entry("Defense Evasion", "TTPs/Defense Evasion"),
            Map.entry("Credential Access", "TTPs/Credential Access"),
            Map.entry("Discovery", "TTPs/Discovery"),
            Map.entry("Lateral Movement", "TTPs/Lateral Movement"),
            Map.entry("Collection", "TTPs/Collection"),
            Map.entry("Command and Control", "TTPs/Command and Control"),
            Map.entry("Exfiltration", "Effects/Data Exfiltration"),
            Map.entry("Impact", "Effects/Data Destruction"));

    private FindingTypes() {}

    /** Returns the types of tactics; without a known tactic, unusual behavior. */
    static List<String> of(Collection<String> tactics, boolean inContainer) {
        List<String> types = tactics.stream()
                .filter(BY_TACTIC::containsKey)
                .map(BY_TACTIC::get)
                .distinct()
                .sorted()
                .toList();
        return types.isEmpty() ? List.of(inContainer ? UNUSUAL_CONTAINER : UNUSUAL_HOST) : types;
    }

    /** Returns the normalized severity, 0 to 100, within the range of {@link #severityLabel}. */
    static int normalizedSeverity(Priority priority) {
        return switch (priority) {
            case EMERGENCY -> 100;
            case ALERT -> 95;
            case CRITICAL -> 90;
            case ERROR -> 70;
            case WARNING -> 50;
            case NOTICE -> 30;
            case INFORMATIONAL, DEBUG -> 0;
        };
    }

    /** Returns the label of the severity. */
    static String severityLabel(Priority priority) {
        return switch (priority) {
            case EMERGENCY, ALERT, CRITICAL -> "CRITICAL";
            case ERROR -> "HIGH";
            case WARNING -> "MEDIUM";
            case NOTICE -> "LOW";
            case INFORMATIONAL, DEBUG -> "INFORMATIONAL";
        };
    }
}
