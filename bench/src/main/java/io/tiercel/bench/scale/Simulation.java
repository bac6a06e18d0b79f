package io.tiercel.bench.scale;

import io.tiercel.bench.aws.InMemoryQueues;
import io.tiercel.bench.pipeline.AlertMaker;
import io.tiercel.bench.pipeline.FunctionName;
import io.tiercel.bench.pipeline.InMemoryPipeline;
import io.tiercel.bench.pipeline.Latencies;
import io.tiercel.bench.pipeline.SentAlert;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToDoubleFunction;

/**
 * Runs one scenario. In each tick of virtual time, sensors send alerts, and each function works as long as its concurrency permits. Used
 * by one thread.
 */
final class Simulation {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final double TICK = 0.1;
    private static final int CAUSES = 20;
    private static final int NODES = 10;
    private static final int RULES = 5;

    /** Alerts that each incident counts before from each node, so that the further ones change no leading digit. */
    private static final int KNOWN_ALERTS = 110;

    private static final int OPENING_MINUTES = 5;
    private static final int WARM_UP_BATCH = 100;
    private static final int ENRICH_BATCH = 10;
    private static final long SEED = 19;

    private final Scenario scenario;
    private final InMemoryPipeline pipeline;
    private final Load load;
    private final AlertMaker maker = new AlertMaker();
    private final Random random = new Random(SEED);
    private final ArrayDeque<SentAlert> alerts = new ArrayDeque<>();
    private final ArrayDeque<Double> arrivals = new ArrayDeque<>();
    private final List<Double> latencies = new ArrayList<>();
    private final Map<FunctionName, Double> budget = new EnumMap<>(FunctionName.class);
    private final Map<FunctionName, Double> busy = new EnumMap<>(FunctionName.class);
    private Instant start = START;
    private double due;
    private long sent;

    Simulation(Scenario scenario) {
        this.scenario = scenario;
        Load[] self = new Load[1];
        InMemoryPipeline[] functions = new InMemoryPipeline[1];
        self[0] =
                new Load(scenario, this::seconds, millis -> functions[0].meter().waited(millis));
        load = self[0];
        functions[0] = new InMemoryPipeline(START, 1, Latencies.DEFAULT, load);
        pipeline = functions[0];
    }

    private double seconds() {
        return Duration.between(start, pipeline.now()).toNanos() / 1e9;
    }

    /**
     * Opens the incidents of all causes, and lets everybody hear of them, before the measured load. The last alerts come right before
     * it, because the queues forget after five minutes what they have delivered.
     */
    private void openIncidents() {
        knownAlerts(KNOWN_ALERTS);
        for (int minute = 0; minute < OPENING_MINUTES; minute++) {
            drain();
            pipeline.setNow(pipeline.now().plus(Duration.ofMinutes(1)));
            pipeline.notifySchedule();
        }
        knownAlerts(1);
        drain();
        latencies.clear();
        start = pipeline.now();
        load.measure();
    }

    private void knownAlerts(int count) {
        int causes = scenario.opensIncidents() ? 0 : CAUSES;
        for (int cluster = 0; cluster < scenario.sampledClusters(); cluster++) {
            for (int cause = 0; cause < causes; cause++) {
                List<SentAlert> known = new ArrayList<>();
                for (int node = 0; node < NODES; node++) {
                    known.add(alert(cluster, node, cause, count));
                }
                pipeline.enrich(known);
            }
        }
    }

    private void drain() {
        while (size(InMemoryPipeline.ENRICHED) > 0) {
            int batch = Math.min(WARM_UP_BATCH, size(InMemoryPipeline.ENRICHED));
            arrivals.addAll(Collections.nCopies(batch, seconds()));
            deduplicate(batch, WARM_UP_BATCH);
        }
        while (size(InMemoryPipeline.RESPONSES) > 0) {
            respond(1);
        }
        while (size(InMemoryPipeline.NOTIFICATIONS) > 0) {
            notifyChannels(1);
        }
    }

    private SentAlert alert(int cluster, int node, int cause, int count) {
        int workload = scenario.opensIncidents() ? (int) sent : cluster * CAUSES + cause;
        return maker.alert(cluster * NODES + node, cause % RULES, workload, cause, pipeline.now(), count);
    }

    /** Runs the scenario. */
    Outcome run() {
        openIncidents();
        int ticks = (int) Math.round(scenario.seconds() / TICK);
        for (int tick = 1; tick <= ticks; tick++) {
            pipeline.setNow(start.plusNanos(Math.round(tick * TICK * 1e9)));
            send();
            work(FunctionName.ENRICH, alerts.size(), this::enrich);
            work(FunctionName.DEDUPLICATE, size(InMemoryPipeline.ENRICHED), this::deduplicate);
            work(FunctionName.RESPOND, size(InMemoryPipeline.RESPONSES), this::respond);
            work(FunctionName.NOTIFY, size(InMemoryPipeline.NOTIFICATIONS), this::notifyChannels);
        }
        return new Outcome(scenario, load, sent, latencies, busy, backlog());
    }

    private int size(String queue) {
        return pipeline.queues().size(queue);
    }

    private long backlog() {
        return (long) alerts.size() + size(InMemoryPipeline.ENRICHED);
    }

    /** Half of a cluster's alerts have one cause. Alerts of different clusters alternate, as in a queue that many share. */
    private void send() {
        due += scenario.sampledPerSecond() * TICK;
        while (due >= 1) {
            due--;
            int cluster = scenario.factor() > 1
                    ? (int) (sent % scenario.sampledClusters())
                    : random.nextInt(scenario.sampledClusters());
            int cause = random.nextBoolean() ? 0 : random.nextInt(CAUSES);
            alerts.add(alert(cluster, random.nextInt(NODES), cause, 1));
            arrivals.add(seconds());
            sent++;
        }
    }

    /**
     * Runs invocations of a function while it has time left in this tick.
     *
     * @param waiting number of messages in its queue
     * @param invocation takes a batch and returns its time in milliseconds; 0 if the queue is empty
     */
    private void work(FunctionName function, int waiting, IntToDoubleFunction invocation) {
        double share = scenario.limited() ? scenario.concurrency() / scenario.factor() * TICK : Double.MAX_VALUE;
        double left = Math.min(budget.getOrDefault(function, 0.0), 0) + share;
        int remaining = waiting;
        while (left > 0 && remaining > 0) {
            load.begin();
            double millis = invocation.applyAsDouble(remaining);
            left -= millis / 1000;
            busy.merge(function, millis / 1000, Double::sum);
            remaining -= function == FunctionName.ENRICH || function == FunctionName.DEDUPLICATE
                    ? Math.min(remaining, function == FunctionName.ENRICH ? ENRICH_BATCH : scenario.batch())
                    : 1;
        }
        if (remaining > 0 && (function == FunctionName.ENRICH || function == FunctionName.DEDUPLICATE)) {
            load.limitedBy(Quota.FUNCTION_CONCURRENCY);
        }
        budget.put(function, scenario.limited() ? left : 0.0);
    }

    private double enrich(int waiting) {
        List<SentAlert> batch = new ArrayList<>();
        while (batch.size() < Math.min(waiting, ENRICH_BATCH)) {
            batch.add(alerts.remove());
        }
        return pipeline.enrich(batch);
    }

    private double deduplicate(int waiting) {
        return deduplicate(waiting, scenario.batch());
    }

    private double deduplicate(int waiting, int batch) {
        int most = Math.min(waiting, batch);
        List<String> bodies = pipeline.take(FunctionName.DEDUPLICATE, InMemoryPipeline.ENRICHED, most).stream()
                .map(InMemoryQueues.Message::body)
                .toList();
        double millis = pipeline.deduplicate(bodies);
        for (int i = 0; i < bodies.size(); i++) {
            latencies.add(seconds() - arrivals.remove() + millis / 1000);
        }
        return millis;
    }

    private double respond(int waiting) {
        InMemoryQueues.Message message = pipeline.take(FunctionName.RESPOND, InMemoryPipeline.RESPONSES, 1)
                .getFirst();
        load.sent(message.group());
        return pipeline.respond(message.body());
    }

    private double notifyChannels(int waiting) {
        InMemoryQueues.Message message = pipeline.take(FunctionName.NOTIFY, InMemoryPipeline.NOTIFICATIONS, 1)
                .getFirst();
        load.sent(message.group());
        return pipeline.notifyMessage(message.body());
    }
}
