package io.tiercel.functions.fleet;

import io.tiercel.functions.identity.Sender;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node with a sensor, as its latest heartbeat describes it.
 *
 * @param heartbeat the latest heartbeat
 * @param sender its sender
 * @param receivedMillis when it arrived, milliseconds since the epoch
 * @param silentMillis when the node becomes silent without another heartbeat, milliseconds since the epoch
 * @param eventsPerSecond evaluated events per second since the heartbeat before; null if unknown
 * @param filteredPerSecond events per second that the kernel filtered, since the heartbeat before; null if unknown
 * @param incident the incident about the silence of the node; null if there is none
 */
public record FleetNode(
        NodeHeartbeat heartbeat,
        Sender sender,
        long receivedMillis,
        long silentMillis,
        @Nullable Double eventsPerSecond,
        @Nullable Double filteredPerSecond,
        @Nullable String incident) {
    /** The states of a node. */
    public enum State {
        /** Heartbeats of a verified sender arrive. */
        REPORTING,
        /** Heartbeats arrive, but anybody could have sent them. */
        UNVERIFIED,
        /** The sensor has shut down in order, and has not started again. */
        STOPPED,
        /** No heartbeat has arrived for too long. */
        SILENT
    }

    /** Returns the state at a time. */
    public State state(Instant now) {
        if (heartbeat.stopping()) {
            return State.STOPPED;
        }
        if (now.toEpochMilli() >= silentMillis) {
            return State.SILENT;
        }
        return sender.verified() ? State.REPORTING : State.UNVERIFIED;
    }

    /** Returns the name of the node. If the sender proves a name, it is that name. */
    public String name() {
        return sender.verified() && sender.node() != null ? sender.node() : heartbeat.node();
    }

    /** Returns when the latest heartbeat arrived. */
    public Instant lastSeen() {
        return Instant.ofEpochMilli(receivedMillis);
    }

    /** Returns when the sensor started, according to its clock; null if unknown. */
    public @Nullable Instant startedAt() {
        return heartbeat.startedMillis() == 0 ? null : Instant.ofEpochMilli(heartbeat.startedMillis());
    }

    /** Returns the version of the sensor. */
    public String version() {
        return heartbeat.version();
    }

    /** Returns the release of the kernel. */
    public String kernel() {
        return heartbeat.kernel();
    }

    /** Returns the variant of the capture program. */
    public String captureMode() {
        return heartbeat.captureMode();
    }

    /** Returns the codes of what the sensor cannot see; {@link NodeLimitations} describes them. */
    public List<String> limitations() {
        return heartbeat.limitations();
    }

    /** Returns the number of active rules. */
    public long rules() {
        return heartbeat.rules();
    }

    /** Returns the number of errors of the latest reload of rules. */
    public long ruleErrors() {
        return heartbeat.ruleErrors();
    }

    /** Returns the number of events that were lost since the start. */
    public long lostEvents() {
        return heartbeat.lost();
    }

    /** Returns the number of alerts since the start. */
    public long alerts() {
        return heartbeat.alerts();
    }

    /** Returns the EC2 instance that the sender proves, or else that the sensor claims; null if unknown. */
    public @Nullable String instanceId() {
        return sender.instanceId() != null ? sender.instanceId() : heartbeat.instanceId();
    }

    FleetNode withIncident(@Nullable String newIncident) {
        return new FleetNode(
                heartbeat, sender, receivedMillis, silentMillis, eventsPerSecond, filteredPerSecond, newIncident);
    }
}
