package io.tiercel.sensor.detect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.event.Event;
import io.tiercel.sensor.bpf.LossCounters;
import io.tiercel.sensor.bpf.host.CaptureException;
import io.tiercel.sensor.delivery.AlertDelivery;
import io.tiercel.sensor.delivery.AlertWriter;
import io.tiercel.sensor.event.EventStream;
import io.tiercel.sensor.process.NodeIdentity;
import io.tiercel.sensor.process.StateMemory;
import io.tiercel.sensor.spool.AlertIdGenerator;
import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.spool.SpoolException;
import io.tiercel.sensor.spool.SpoolOptions;
import io.tiercel.sensor.spool.SpooledAlert;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class EventLoopTest {
    private static final String ALERTS_LOST = "Tiercel internal: alerts lost";

    @TempDir
    Path folder;

    private final List<Alert> printed = new ArrayList<>();

    /** A stream that delivers one event per poll, numbered by its time, and reports losses at the end. */
    private static final class FakeStream implements EventStream {
        private final long events;
        private final boolean fails;
        private final long completeAfter;
        private long delivered;

        FakeStream(long events, boolean fails) {
            this(events, fails, 0);
        }

        /**
         * Creates a stream.
         *
         * @param completeAfter the number of events after which the capture is complete
         */
        FakeStream(long events, boolean fails, long completeAfter) {
            this.events = events;
            this.fails = fails;
            this.completeAfter = completeAfter;
        }

        @Override
        public boolean isComplete() {
            return delivered >= completeAfter;
        }

        @Override
        public NodeIdentity node() {
            return new NodeIdentity("node", "boot");
        }

        @Override
        public int poll(Handler handler, int timeoutMillis) {
            if (delivered == events && fails) {
                throw new CaptureException("the recording is cut off");
            }
            handler.event(at(++delivered));
            return 1;
        }

        private static Event at(long nanos) {
            return (Event) Proxy.newProxyInstance(
                    Event.class.getClassLoader(),
                    new Class<?>[] {Event.class},
                    (_, method, _) -> switch (method.getName()) {
                        case "timeNanos" -> (Object) nanos;
                        case "type" -> 0;
                        default -> null;
                    });
        }

        @Override
        public void selectEventTypes(Set<String> eventTypes) {}

        @Override
        public boolean ended() {
            return delivered == events && !fails;
        }

        @Override
        public LossCounters losses() {
            return delivered == events
                    ? new LossCounters(
                            List.of(
                                    new LossCounters.CpuCounters(0, List.of(4L, 0L, 0L, 0L, 0L, 0L, 0L, 0L)),
                                    new LossCounters.CpuCounters(3, List.of(2L, 1L, 0L, 0L, 0L, 0L, 0L, 0L))),
                            0)
                    : LossCounters.NONE;
        }

        @Override
        public StateMemory stateMemory() {
            return StateMemory.NONE;
        }

        @Override
        public SequencedMap<String, Long> stateSizes() {
            return new LinkedHashMap<>();
        }

        @Override
        public void close() {}
    }

    private static Alert alert(Event event) {
        return new Alert(
                null, "node", event.timeNanos(), Priority.NOTICE, "Rule", "syscall", List.of(), "m", new TreeMap<>());
    }

    private List<Alert> run(Spool spool, FakeStream stream) {
        AlertDelivery delivery = AlertDelivery.direct(
                new AlertWriter(AlertIdGenerator.forReplay("node", "boot"), spool, List.of(printed::add)));
        new EventLoop(stream, event -> delivery.accept(alert(event)), delivery, true).run(() -> false);
        return printed;
    }

    private static List<String> spooled(Spool spool) throws Exception {
        List<String> ids = new ArrayList<>();
        for (SpooledAlert alert : spool.peek(100, 1 << 20)) {
            ids.add(String.valueOf(AlertJson.read(alert.json()).id()));
        }
        return ids;
    }

    private static long numberField(Alert alert, String name) {
        return alert.outputFields().get(name) instanceof Long number ? number : -1;
    }

    @Test
    void assignsIdsStoresAndPrintsAlertsAndReportsLosses() throws Exception {
        try (Spool spool = Spool.open(folder, SpoolOptions.defaults())) {
            run(spool, new FakeStream(3, false));
            assertEquals(List.of("node/boot/1", "node/boot/2", "node/boot/3", "node/boot/4"), spooled(spool));
        }
        Alert loss = printed.getLast();
        assertEquals("internal", loss.source());
        assertEquals("Tiercel internal: events lost", loss.rule());
        assertEquals(7, numberField(loss, "lost"));
        assertEquals(3, loss.timeNanos());
        assertEquals("node/boot/4", loss.id());
    }

    @Test
    void reportsDroppedAlertsOnce() throws Exception {
        SpoolOptions tiny = new SpoolOptions(2_000, 600, SpoolOptions.Durability.WITHIN_200_MS);
        try (Spool spool = Spool.open(folder, tiny)) {
            Alert loss = run(spool, new FakeStream(50, false)).getLast();
            assertEquals(ALERTS_LOST, loss.rule());
            assertTrue(numberField(loss, "spool_full") > 30);
            assertEquals(
                    printed.size(),
                    spool.counts().pending()
                            + numberField(loss, "spool_full")
                            + spool.counts().unreportedDropped());
        }
    }

    @Test
    void deliversEarlierEventsWhenTheStreamFails() throws Exception {
        try (Spool spool = Spool.open(folder, SpoolOptions.defaults())) {
            assertThrows(CaptureException.class, () -> run(spool, new FakeStream(2, true)));
            assertEquals(List.of("node/boot/1", "node/boot/2", "node/boot/3"), spooled(spool));
        }
    }

    @Test
    void alertsReachOutputsWhenTheSpoolIsClosed() throws SpoolException {
        Spool spool = Spool.open(folder, SpoolOptions.defaults());
        spool.close();
        List<Alert> alerts = run(spool, new FakeStream(3, false));
        assertEquals(
                3, alerts.stream().filter(a -> a.source().equals("syscall")).count());
        assertEquals(ALERTS_LOST, alerts.getLast().rule());
        assertEquals(4, numberField(alerts.getLast(), "not_written"));
    }

    @Test
    void evaluatesEventsBeforeTheCaptureIsComplete() {
        List<String> order = new ArrayList<>();
        AlertDelivery delivery = AlertDelivery.direct(
                new AlertWriter(AlertIdGenerator.forReplay("node", "boot"), null, List.of(printed::add)));
        new EventLoop(new FakeStream(3, false, 2), event -> order.add("event " + event.timeNanos()), delivery, true)
                .run(() -> false, () -> order.add("complete"), () -> order.add("periodic"));
        assertEquals(List.of("event 1", "event 2", "complete", "periodic", "event 3", "periodic"), order);
    }

    @Test
    void aCompleteCaptureIsReportedBeforeItsEvents() {
        List<String> order = new ArrayList<>();
        AlertDelivery delivery = AlertDelivery.direct(
                new AlertWriter(AlertIdGenerator.forReplay("node", "boot"), null, List.of(printed::add)));
        new EventLoop(new FakeStream(1, false), event -> order.add("event"), delivery, true)
                .run(() -> false, () -> order.add("complete"), () -> {});
        assertEquals(List.of("complete", "event"), order);
    }
}
