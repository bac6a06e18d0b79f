package io.tiercel.functions.stage;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.enrich.Enricher;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.fleet.Fleet;
import io.tiercel.functions.fleet.FleetNode;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.intake.AlertParser;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.functions.respond.action.Deadline;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.text.Sha256;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * Raises an alert about each node whose heartbeats stop, and closes its incident when they return. A part of the sweep.
 *
 * <p>The alert has the node's sender: that of a verified node is verified. While the node stays silent, the alert is repeated, so that the
 * incident does not become quiet. A node that the cluster or EC2 no longer has, or that has been silent for {@link
 * Fleet#GONE_AFTER}, leaves the fleet; its incident then closes when it is quiet.
 */
public final class SilentNodes implements Runnable {
    /** Name of the rule of these alerts. */
    public static final String RULE = IncidentRules.SILENT_NODE;

    /** Maximum number of nodes in one sweep. The next sweep continues. */
    static final int MAX_NODES = 200;

    /** Time in one sweep, which lookups of nodes may need. */
    private static final Duration TIME = Duration.ofSeconds(10);

    private static final String SOURCE = "tiercel";
    private static final List<String> TAGS = List.of("T1562.001", "mitre_defense_evasion");
    private static final String CLOSED_BY = "sweep";

    private final Fleet fleet;
    private final IncidentRules rules;
    private final Enricher enricher;
    private final EnrichedAlertPublisher alerts;
    private final IncidentCloser closer;
    private final InstantSource clock;
    private final Instant reportsFrom;

    /**
     * Creates the part of the sweep.
     *
     * @param alerts receives the alerts, which {@code deduplicate} counts
     * @param grace how long no node is reported after this call: a server that starts has received no heartbeats while it was down
     */
    public SilentNodes(
            Fleet fleet,
            IncidentRules rules,
            Enricher enricher,
            EnrichedAlertPublisher alerts,
            IncidentCloser closer,
            InstantSource clock,
            Duration grace) {
        this.reportsFrom = clock.instant().plus(grace);
        this.fleet = fleet;
        this.rules = rules;
        this.enricher = enricher;
        this.alerts = alerts;
        this.closer = closer;
        this.clock = clock;
    }

    @Override
    public void run() {
        Deadline deadline = Deadline.after(TIME, clock);
        for (Fleet.Entry entry : fleet.due(MAX_NODES)) {
            if (deadline.passed()) {
                return;
            }
            examine(entry);
        }
    }

    private void examine(Fleet.Entry entry) {
        FleetNode node = entry.node();
        Instant now = clock.instant();
        Instant silentAt = Instant.ofEpochMilli(node.silentMillis());
        String incident = node.incident();
        if (now.isBefore(silentAt)) {
            if (incident != null) {
                // If the entry changes now, the next sweep closes again, which changes nothing.
                closer.closeOrFail(incident, CLOSED_BY);
            }
            fleet.update(entry, null, silentAt);
        } else if (isGone(node, now)) {
            fleet.remove(entry);
        } else if (!now.isBefore(reportsFrom)) {
            report(entry, now);
        }
    }

    private boolean isGone(FleetNode node, Instant now) {
        boolean nowVerified = !node.sender().verified() && fleet.isVerified(node.name());
        return nowVerified || !node.lastSeen().plus(Fleet.GONE_AFTER).isAfter(now);
    }

    private void report(Fleet.Entry entry, Instant now) {
        FleetNode node = entry.node();
        Duration repeat = rules.forRule(RULE).quiet().dividedBy(2);
        IdentifiedAlert alert = AlertParser.parse(document(entry, now, repeat));
        Enrichment enrichment = enricher.enrich(alert.alert(), node.sender());
        // Only a credential proves which node of the cluster it is. Another host may have any name.
        if (node.sender().verified() && enrichment.targetsAbsent()) {
            fleet.remove(entry);
            return;
        }
        Fingerprint fingerprint = fingerprint(node, enrichment.host().cluster());
        // If this process ends before the update, the next sweep publishes the same alert, which counts once.
        alerts.publish(new EnrichedAlert(alert, fingerprint, enrichment));
        fleet.update(entry, fingerprint.incidentId(), now.plus(repeat));
    }

    /** Returns the cause. Nodes that anybody can invent share one workload, so that the number of their open incidents is limited. */
    private static Fingerprint fingerprint(FleetNode node, String cluster) {
        String host = "host " + node.name();
        return node.sender().verified()
                ? new Fingerprint(cluster, RULE, host, "", node.sender().scope())
                : new Fingerprint(cluster, RULE, "unverified nodes", "", host);
    }

    /** Returns the alert. Its id is the same for each repetition period of one silence. */
    private static ObjectNode document(Fleet.Entry entry, Instant now, Duration repeat) {
        FleetNode node = entry.node();
        boolean stopped = node.state(now) == FleetNode.State.STOPPED;
        long period = (now.toEpochMilli() - node.silentMillis()) / Math.max(1, repeat.toMillis());
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("id", "silent/" + Sha256.hex(entry.key() + "/" + node.receivedMillis() + "/" + period));
        document.put("hostname", node.name());
        document.put("priority", (stopped ? Priority.NOTICE : Priority.WARNING).label());
        document.put("rule", RULE);
        document.put("source", SOURCE);
        TAGS.forEach(document.putArray("tags")::add);
        document.put("time", now.toString());
        document.put(
                "output",
                stopped
                        ? "The sensor of node " + node.name() + " was stopped at " + node.lastSeen()
                                + " and has not started again"
                        : "The sensor of node " + node.name() + " has not reported since " + node.lastSeen());
        ObjectNode fields = document.putObject("output_fields");
        fields.put("node.name", node.name());
        fields.put("node.last_seen", node.lastSeen().toString());
        fields.put("node.stopped", stopped);
        if (node.instanceId() != null) {
            fields.put("ec2.instance.id", node.instanceId());
        }
        return document;
    }
}
