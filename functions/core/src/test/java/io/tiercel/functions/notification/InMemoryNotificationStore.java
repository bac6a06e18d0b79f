package io.tiercel.functions.notification;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** A notification store in memory. Thread-safe. */
public final class InMemoryNotificationStore implements NotificationStore {
    private final Map<Subject, Map<String, NotificationRecord>> records = new HashMap<>();
    private final Map<String, Acknowledgement> acknowledgements = new HashMap<>();

    @Override
    public synchronized Optional<NotificationRecord> findRecord(Subject subject, String channel) {
        return Optional.ofNullable(records.getOrDefault(subject, Map.of()).get(channel));
    }

    @Override
    public synchronized List<NotificationRecord> listRecords(Subject subject) {
        return List.copyOf(records.getOrDefault(subject, Map.of()).values());
    }

    @Override
    public synchronized boolean replace(NotificationRecord next) {
        NotificationRecord last = findRecord(next.subject(), next.channel()).orElse(null);
        if (next.revision() != (last == null ? 1 : last.revision() + 1)) {
            return false;
        }
        records.computeIfAbsent(next.subject(), subject -> new TreeMap<>()).put(next.channel(), next);
        return true;
    }

    private List<NotificationRecord> pending(String channel) {
        return records.values().stream()
                .map(Map::values)
                .flatMap(Collection::stream)
                .filter(record -> record.channel().equals(channel) && record.pending() != null)
                .sorted(Comparator.comparingInt(
                                (NotificationRecord record) -> pending(record).urgency())
                        .thenComparingLong(record -> pending(record).due()))
                .toList();
    }

    private static NotificationRecord.Pending pending(NotificationRecord record) {
        return Objects.requireNonNull(record.pending());
    }

    @Override
    public synchronized List<Subject> findDue(String channel, Instant now, int limit) {
        return pending(channel).stream()
                .filter(record -> pending(record).due() <= now.toEpochMilli())
                .limit(limit)
                .map(NotificationRecord::subject)
                .toList();
    }

    @Override
    public synchronized Optional<Instant> nextDue(String channel) {
        return pending(channel).stream()
                .map(record -> Instant.ofEpochMilli(pending(record).due()))
                .min(Comparator.naturalOrder());
    }

    @Override
    public synchronized Backlog backlog(String channel) {
        List<Instant> since = pending(channel).stream()
                .filter(record -> pending(record).silence() == null)
                .map(record -> Instant.ofEpochMilli(pending(record).since()))
                .sorted()
                .toList();
        return new Backlog(since.size(), since.stream().findFirst());
    }

    @Override
    public synchronized Optional<Acknowledgement> acknowledgement(String incidentId) {
        return Optional.ofNullable(acknowledgements.get(incidentId));
    }

    @Override
    public synchronized void acknowledge(Acknowledgement acknowledgement) {
        acknowledgements.put(acknowledgement.incidentId(), acknowledgement);
    }
}
