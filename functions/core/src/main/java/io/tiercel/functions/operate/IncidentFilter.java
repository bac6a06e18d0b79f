package io.tiercel.functions.operate;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.HostFacts;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.text.TextLimit;
import java.time.Instant;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which incidents a list contains: those that match every part. A part that is null matches all.
 *
 * @param states which states
 * @param rule exact name of the rule
 * @param minPriority the least urgent priority
 * @param host exact name of the node, {@link HostFacts#node}
 * @param namespace exact name of the Kubernetes namespace, {@link HostFacts#namespace}
 * @param since only incidents with an event at this time or later
 * @param until only incidents whose last event is at this time or earlier
 * @param text a part of {@link #searchText}. ASCII letters match in upper and lower case; 1 to 200 characters
 * @param acknowledged whether the current episode is acknowledged
 */
public record IncidentFilter(
        States states,
        @Nullable String rule,
        @Nullable Priority minPriority,
        @Nullable String host,
        @Nullable String namespace,
        @Nullable Instant since,
        @Nullable Instant until,
        @Nullable String text,
        @Nullable Boolean acknowledged) {
    /** All incidents that are not closed. */
    public static final IncidentFilter ACTIVE = ofStates(States.ACTIVE);

    /** All incidents. */
    public static final IncidentFilter ALL = ofStates(States.ALL);

    /** Maximum length of a searched text, in characters. */
    public static final int MAX_TEXT = 200;

    private static final int MAX_SEARCH_TEXT = 2_000;

    /** The states of incidents in a list. */
    public enum States {
        /** Open, whether it has reached a threshold or not. */
        ACTIVE,
        /** Open, and has reached no threshold. */
        OPEN,
        /** Open, and has reached a threshold. */
        ESCALATED,
        CLOSED,
        ALL
    }

    /** Returns the filter for some states. */
    public static IncidentFilter ofStates(States states) {
        return new IncidentFilter(states, null, null, null, null, null, null, null, null);
    }

    /** Returns the filter for all incidents of a rule. */
    public static IncidentFilter ofRule(String rule) {
        return new IncidentFilter(States.ALL, rule, null, null, null, null, null, null, null);
    }

    /** Returns the text of an incident that a search looks at: its cause and its origin, at most 2,000 characters. */
    public static String searchText(Fingerprint cause, Enrichment enrichment) {
        HostFacts host = enrichment.host();
        return TextLimit.cut(
                Stream.of(
                                cause.rule(),
                                cause.target(),
                                cause.executable(),
                                cause.workload(),
                                host.node(),
                                host.namespace(),
                                host.pod(),
                                host.containerName(),
                                host.image(),
                                host.instanceId(),
                                cause.cluster())
                        .filter(Objects::nonNull)
                        .filter(part -> !part.isEmpty())
                        .collect(Collectors.joining("\n")),
                MAX_SEARCH_TEXT,
                "");
    }
}
