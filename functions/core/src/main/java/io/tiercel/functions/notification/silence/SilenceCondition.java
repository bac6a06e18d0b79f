package io.tiercel.functions.notification.silence;

import io.tiercel.functions.incident.IncidentFields;
import io.tiercel.functions.notification.IncidentFacts;
import io.tiercel.functions.notification.NotificationState;
import io.tiercel.functions.notification.SilenceScope;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.field.FactType;
import io.tiercel.rules.filter.AlertFilter;
import io.tiercel.rules.filter.AlertFilterException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The compiled condition of a silence. It has the fields of routes, and {@link #RESPONSE} and {@link #PLAN}. Instances are immutable.
 */
final class SilenceCondition {
    /** {@link NotificationState#response}; absent if no response is planned. */
    static final String RESPONSE = "incident.response";

    /** {@link SilenceScope#awaitingPlan}; absent if none does. */
    static final String PLAN = "incident.plan";

    private static final Map<String, FactType> TYPES = types();

    /** Text that no genuine incident has. */
    private static final String UNKNOWN = "7f3c1e5a-unknown";

    /** Number of alerts and age of an incident that has grown, beyond every limit that a person writes. */
    private static final long GROWN_COUNT = 1_000_000_000;

    private static final long GROWN_AGE_SECONDS = 1_000_000;

    /** Fields that nearly every alert has. */
    private static final List<String> COMMON_FIELDS = List.of(
            "evt.type",
            "proc.name",
            "proc.exepath",
            "proc.cmdline",
            "user.name",
            "fd.name",
            "container.id",
            "container.name",
            "k8s.ns.name",
            "k8s.pod.name");

    private final AlertFilter filter;

    private SilenceCondition(AlertFilter filter) {
        this.filter = filter;
    }

    private static Map<String, FactType> types() {
        Map<String, FactType> types = new HashMap<>(IncidentFacts.TYPES);
        types.put(RESPONSE, FactType.TEXT);
        types.put(PLAN, FactType.TEXT);
        return Map.copyOf(types);
    }

    /**
     * Compiles a condition.
     *
     * @throws AlertFilterException as {@link AlertFilter#parse(String, Map)}
     */
    static SilenceCondition parse(String text) throws AlertFilterException {
        return new SilenceCondition(AlertFilter.parse(text, TYPES));
    }

    /** Returns what conditions can see of an incident and its response. */
    static IncidentFacts facts(IncidentFacts incident, NotificationState state) {
        if (state.response().isEmpty()) {
            return incident;
        }
        Map<String, Object> values = new HashMap<>(incident.values());
        values.put(RESPONSE, state.response());
        String plan = SilenceScope.awaitingPlan(state);
        if (!plan.isEmpty()) {
            values.put(PLAN, plan);
        }
        return new IncidentFacts(incident.alert(), Collections.unmodifiableMap(values));
    }

    /**
     * Returns whether the condition is true. Fields without a value make every comparison false. A folded incident matches only if
     * the condition does not depend on its causes.
     */
    boolean matches(IncidentFacts facts) {
        return facts.matchAllCauses(filter);
    }

    /**
     * Returns whether the condition says nothing about the cause of an incident: it matches incidents of an unknown rule, workload,
     * host and cluster at every priority, either new ones or ones that have grown.
     */
    boolean matchesAnyCause() {
        return Stream.of(Priority.values())
                .allMatch(priority -> Stream.of(true, false)
                        .anyMatch(verified -> Stream.of(true, false)
                                .anyMatch(detailed -> Stream.of(IncidentFields.TRUE, "false")
                                        .anyMatch(folded -> Stream.of(true, false)
                                                .anyMatch(grown -> unknown(priority, verified, detailed, folded, grown)
                                                        .match(filter))))));
    }

    private static IncidentFacts unknown(
            Priority priority, boolean verified, boolean detailed, String folded, boolean grown) {
        long count = grown ? GROWN_COUNT : 1L;
        Map<String, Object> values = new HashMap<>();
        values.put("incident.id", UNKNOWN);
        values.put("incident.rule", UNKNOWN);
        values.put("incident.workload", UNKNOWN);
        values.put(IncidentFields.FOLDED, folded);
        values.put("incident.count", count);
        values.put("incident.verified_count", verified ? count : 0L);
        values.put("incident.state", grown ? "escalated" : "open");
        values.put("incident.priority", priority.label());
        values.put("incident.urgency", (long) priority.ordinal());
        values.put("incident.tactics", List.of());
        values.put("incident.tactic_count", 0L);
        values.put("incident.age_seconds", grown ? GROWN_AGE_SECONDS : 0L);
        TreeMap<String, Object> fields = new TreeMap<>();
        if (detailed) {
            values.put("incident.cluster", UNKNOWN);
            values.put("incident.executable", UNKNOWN);
            values.put("incident.target", UNKNOWN);
            values.put("enrich.sender.verified", verified);
            COMMON_FIELDS.forEach(field -> fields.put(field, UNKNOWN));
        }
        Alert alert = new Alert(
                null,
                UNKNOWN,
                1,
                priority,
                UNKNOWN,
                "syscall",
                List.of(),
                UNKNOWN,
                Collections.unmodifiableSortedMap(fields));
        return new IncidentFacts(alert, values);
    }
}
