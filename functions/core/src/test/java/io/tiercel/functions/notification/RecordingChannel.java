package io.tiercel.functions.notification;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A channel that accepts every message and records it. Edits its messages, and has no pace. */
public final class RecordingChannel implements NotificationChannel {
    private final String name;
    private final List<IncidentNotification> messages = new ArrayList<>();
    private final List<GroupNotification> groups = new ArrayList<>();

    public RecordingChannel(String name) {
        this.name = name;
    }

    /** Returns the messages about incidents. */
    public List<IncidentNotification> messages() {
        return List.copyOf(messages);
    }

    /** Returns the messages about groups. */
    public List<GroupNotification> groups() {
        return List.copyOf(groups);
    }

    /** Returns the counts in the messages about incidents. */
    public List<Long> counts() {
        return messages.stream().map(message -> message.incident().count()).toList();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long nextCount(long deliveredCount) {
        return deliveredCount + 1;
    }

    @Override
    public Duration updateInterval() {
        return Duration.ofSeconds(1);
    }

    @Override
    public Duration sendInterval() {
        return Duration.ZERO;
    }

    @Override
    public DeliveryResult send(IncidentNotification notification) {
        messages.add(notification);
        return new DeliveryResult.Sent();
    }

    @Override
    public DeliveryResult sendGroup(GroupNotification notification) {
        groups.add(notification);
        return new DeliveryResult.Sent();
    }
}
