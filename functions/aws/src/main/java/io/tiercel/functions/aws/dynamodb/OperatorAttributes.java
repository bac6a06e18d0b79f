package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.number;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.text;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.MinuteCounts;
import io.tiercel.functions.notification.Acknowledgement;
import io.tiercel.functions.notification.NotificationState;
import io.tiercel.functions.operate.IncidentFilter;
import io.tiercel.functions.operate.IncidentNotes.Assignment;
import io.tiercel.functions.operate.IncidentPages.Entry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What only operators see in the item of an incident: its acknowledgement, its assignment, and its alerts per minute. */
final class OperatorAttributes {
    static final String ACKNOWLEDGEMENT = "acknowledgement";
    static final String ASSIGNMENT = "assignment";
    static final String ACTIVITY = "activity";

    private OperatorAttributes() {}

    /** Returns the acknowledgement in an item. It may belong to an earlier episode. */
    static Optional<Acknowledgement> acknowledgement(String incidentId, Map<String, AttributeValue> item) {
        return Optional.ofNullable(item.get(ACKNOWLEDGEMENT))
                .map(AttributeValue::m)
                .map(stored -> new Acknowledgement(
                        incidentId, (int) number(stored, "episode"), text(stored, "by"), number(stored, "at")));
    }

    static Optional<Assignment> assignment(Map<String, AttributeValue> item) {
        return Optional.ofNullable(item.get(ASSIGNMENT))
                .map(AttributeValue::m)
                .map(stored -> new Assignment(
                        text(stored, "to"), text(stored, "by"), Instant.ofEpochMilli(number(stored, "at"))));
    }

    static AttributeValue attribute(Assignment assignment) {
        return AttributeValue.fromM(Map.of(
                "to", text(assignment.to()),
                "by", text(assignment.by()),
                "at", number(assignment.at().toEpochMilli())));
    }

    /** Returns the entry of a list from the item of an incident. */
    static Entry entry(Map<String, AttributeValue> item, List<String> sample) {
        Incident incident = IncidentItem.incident(item, sample);
        return new Entry(incident, current(incident, item), assignment(item).orElse(null), activity(item));
    }

    /** Returns the alerts per minute. An item of an earlier version has none. */
    static MinuteCounts activity(Map<String, AttributeValue> item) {
        AttributeValue stored = item.get(ACTIVITY);
        return stored == null ? MinuteCounts.NONE : MinuteCounts.parse(stored.s());
    }

    private static @Nullable Acknowledgement current(Incident incident, Map<String, AttributeValue> item) {
        return acknowledgement(incident.id(), item)
                .filter(known -> known.episode() == NotificationState.episode(incident))
                .orElse(null);
    }

    /** Returns whether an entry matches all parts of a filter. The index may be behind the items. */
    static boolean matches(IncidentFilter filter, Entry entry) {
        Incident incident = entry.incident();
        int escalation = incident.lifecycle().escalation();
        boolean open = incident.state() != IncidentState.CLOSED;
        boolean state = switch (filter.states()) {
            case ACTIVE -> open;
            case OPEN -> open && escalation == 0;
            case ESCALATED -> open && escalation > 0;
            case CLOSED -> !open;
            case ALL -> true;
        };
        return state
                && (filter.rule() == null
                        || filter.rule().equals(incident.fingerprint().rule()))
                && (filter.minPriority() == null || incident.priority().compareTo(filter.minPriority()) <= 0)
                && (filter.host() == null
                        || filter.host().equals(incident.enrichment().host().node()))
                && (filter.namespace() == null
                        || filter.namespace()
                                .equals(incident.enrichment().host().namespace()))
                && (filter.since() == null || incident.lastSeenNanos() >= IncidentIndexFilter.nanos(filter.since()))
                && (filter.until() == null || incident.lastSeenNanos() <= IncidentIndexFilter.nanos(filter.until()))
                && (filter.acknowledged() == null || filter.acknowledged() == (entry.acknowledgement() != null))
                && (filter.text() == null || contains(incident, filter.text()));
    }

    private static boolean contains(Incident incident, String text) {
        return lowerCase(IncidentFilter.searchText(incident.fingerprint(), incident.enrichment()))
                .contains(lowerCase(text));
    }

    /** Changes ASCII letters only, as the other stores do. */
    private static String lowerCase(String text) {
        StringBuilder lower = new StringBuilder(text.length());
        text.chars().forEach(c -> lower.append((char) (c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c)));
        return lower.toString();
    }
}
