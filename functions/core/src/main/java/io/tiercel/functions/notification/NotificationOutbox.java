package io.tiercel.functions.notification;

import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.respond.state.StateStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The planner and the lanes of all channels, wired to each other. Thread-safe. */
public final class NotificationOutbox {
    private final NotificationPlanner planner;
    private final NotificationRepair repair;
    private final List<ChannelLane> lanes;
    private final NotificationMetrics metrics = new NotificationMetrics();
    private final NotificationStore records;

    /**
     * What an outbox works with.
     *
     * @param incidents the incidents
     * @param records the outbox
     * @param states the pace of channels
     * @param responses the status of responses
     */
    public record Stores(
            IncidentStore incidents, NotificationStore records, StateStore states, ResponseStatusProvider responses) {}

    /**
     * What decides which messages channels receive.
     *
     * @param routing which channels receive an incident
     * @param silences which messages are withheld
     * @param grouping which incidents are combined
     * @param starts since when channels exist
     */
    public record Policies(Routing routing, SilenceFilter silences, Grouping grouping, ChannelStarts starts) {
        /** Every channel receives every incident in a message of its own. */
        public static final Policies ALL = of(Routing.ALL_CHANNELS);

        /** Routes only. */
        public static Policies of(Routing routing) {
            return new Policies(routing, SilenceFilter.NONE, Grouping.NONE, ChannelStarts.ALWAYS);
        }
    }

    /** Creates an outbox. */
    public NotificationOutbox(
            Stores stores,
            Policies policies,
            List<? extends NotificationChannel> channels,
            ChannelWaker waker,
            InstantSource clock) {
        this.records = stores.records();
        IncidentContents contents = new IncidentContents(stores.incidents(), records, stores.responses());
        List<String> substitutes = channels.stream()
                .filter(NotificationChannel::takesOver)
                .map(NotificationChannel::name)
                .toList();
        NotificationComparison comparison = new NotificationComparison(
                new SubstituteRouting(policies.routing(), substitutes, metrics),
                policies.silences(),
                policies.starts());
        this.planner = new NotificationPlanner(
                contents,
                records,
                comparison,
                policies.grouping(),
                channels.stream().map(NotificationChannel::name).toList(),
                waker,
                clock);
        this.repair = new NotificationRepair(stores.incidents(), stores.states(), planner, clock);
        this.lanes = channels.stream()
                .map(channel -> new ChannelLane(
                        channel,
                        contents,
                        records,
                        comparison,
                        policies.grouping(),
                        planner,
                        new ChannelPace(stores.states(), channel.name()),
                        metrics,
                        clock))
                .toList();
    }

    /** The planner. */
    public NotificationPlanner planner() {
        return planner;
    }

    /** The repair of what was lost. */
    public NotificationRepair repair() {
        return repair;
    }

    /** One lane per channel. */
    public List<ChannelLane> lanes() {
        return lanes;
    }

    /** The lane of a channel; empty if the channel does not exist, for example because it was removed. */
    public Optional<ChannelLane> lane(String channel) {
        return lanes.stream().filter(lane -> lane.name().equals(channel)).findFirst();
    }

    /** The counters of this process. */
    public NotificationMetrics metrics() {
        return metrics;
    }

    /** How much is pending on a channel. */
    public NotificationStore.Backlog backlog(String channel) {
        return records.backlog(channel);
    }

    /** Returns the earliest due time of a channel, also in the past; empty if nothing is pending. */
    public Optional<Instant> nextDue(String channel) {
        return records.nextDue(channel);
    }
}
