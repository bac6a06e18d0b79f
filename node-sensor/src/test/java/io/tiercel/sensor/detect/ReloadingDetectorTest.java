package io.tiercel.sensor.detect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.engine.RuleMatching;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.load.LoadOptions;
import io.tiercel.rules.load.LoadResult;
import io.tiercel.rules.load.LoadedRules;
import io.tiercel.rules.load.RuleLoader;
import io.tiercel.rules.load.RuleSource;
import io.tiercel.sensor.bpf.LossCounters;
import io.tiercel.sensor.bpf.PrefilterTables;
import io.tiercel.sensor.delivery.AlertDelivery;
import io.tiercel.sensor.delivery.AlertWriter;
import io.tiercel.sensor.event.EventStream;
import io.tiercel.sensor.process.NodeIdentity;
import io.tiercel.sensor.process.StateMemory;
import io.tiercel.sensor.spool.AlertIdGenerator;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests that rules can be replaced while events arrive. */
@Tag("unit")
class ReloadingDetectorTest {
    private static final int RELOADS = 40;

    private final BlockingQueue<RuleReload> reloads = new ArrayBlockingQueue<>(1);
    private final List<Alert> alerts = new ArrayList<>();
    private final List<String> console = new ArrayList<>();
    private final NumberedEventStream stream = new NumberedEventStream();

    /**
     * A stream that delivers five events per poll. Open and unlink alternate if they are captured, and the time is the
     * number.
     */
    private static final class NumberedEventStream implements EventStream {
        private final List<Long> delivered = new ArrayList<>();
        private final List<String> calls = new ArrayList<>();
        private boolean prefilter;
        private Set<String> eventTypes = Set.of("open");
        private long number;

        @Override
        public NodeIdentity node() {
            return new NodeIdentity("node", "boot");
        }

        @Override
        public int poll(Handler handler, int timeoutMillis) {
            LockSupport.parkNanos(100_000);
            for (int i = 0; i < 5; i++) {
                String type = ++number % 2 == 0 ? "open" : "unlink";
                if (eventTypes.contains(type)) {
                    delivered.add(number);
                    handler.event(event(type, number));
                }
            }
            return 5;
        }

        private static Event event(String type, long number) {
            return (Event) Proxy.newProxyInstance(
                    Event.class.getClassLoader(),
                    new Class<?>[] {Event.class},
                    (_, method, _) -> switch (method.getName()) {
                        case "timeNanos" -> number;
                        case "type" -> EventTypes.code(type);
                        case "has" -> true;
                        case "text" -> type;
                        default -> method.getReturnType() == long.class ? (Object) 0L : null;
                    });
        }

        @Override
        public void selectEventTypes(Set<String> eventTypes) {
            this.eventTypes = eventTypes;
            calls.add("select " + eventTypes);
        }

        @Override
        public void beginEvents() {
            calls.add("begin");
        }

        @Override
        public boolean hasPrefilter() {
            return prefilter;
        }

        @Override
        public int installPrefilter(PrefilterTables tables, ToLongFunction<Event> remaining) {
            calls.add("install");
            return 1;
        }

        @Override
        public void removePrefilter() {
            calls.add("remove");
        }

        @Override
        public boolean ended() {
            return false;
        }

        @Override
        public LossCounters losses() {
            return LossCounters.NONE;
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

    private static LoadResult load(String text) {
        return new RuleLoader(LoadOptions.defaults()).load(List.of(new RuleSource.Text("rules.yaml", text)));
    }

    private static RuleEngine engine(String name, String types) {
        String text =
                "- {rule: " + name + ", desc: d, output: seen, priority: INFO, condition: 'evt.type in " + types + "'}";
        LoadedRules loaded = Objects.requireNonNull(load(text).rules());
        return RuleEngine.of(loaded.rules(), loaded.fields(), RuleMatching.FIRST, Priority.DEBUG);
    }

    private ReloadingDetector detector(AlertDelivery delivery) {
        return new ReloadingDetector(
                stream,
                engine("r0", "(open)"),
                PrefilterCompilation.none(),
                FileNameMode.BOTH,
                delivery,
                reloads,
                console::add);
    }

    private AlertDelivery delivery() {
        return AlertDelivery.direct(
                new AlertWriter(AlertIdGenerator.forReplay("node", "boot"), null, List.of(alerts::add)));
    }

    @Test
    void eachEventIsEvaluatedByOneRuleSet() throws Exception {
        Thread loader = new Thread(() -> {
            try {
                for (int i = 1; i <= RELOADS; i++) {
                    reloads.put(new RuleReload.Loaded(engine("r" + i, i % 2 == 0 ? "(open)" : "(open, unlink)"), ""));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        AlertDelivery delivery = delivery();
        loader.start();
        new EventLoop(stream, detector(delivery), delivery, false).run(() -> console.size() == RELOADS);
        loader.join();

        List<Alert> matches =
                alerts.stream().filter(a -> a.source().equals("syscall")).toList();
        assertEquals(stream.delivered, matches.stream().map(Alert::timeNanos).toList());
        int set = 0;
        for (Alert alert : alerts) {
            if (alert.source().equals(Alert.INTERNAL)) {
                set++;
                assertEquals("Tiercel internal: rules reloaded", alert.rule());
                assertEquals(Priority.NOTICE, alert.priority());
                assertEquals(new TreeMap<>(Map.of("rules", 1L)), alert.outputFields());
            } else {
                assertEquals("r" + set, alert.rule());
            }
        }
        assertEquals(RELOADS, set);
        assertTrue(matches.stream().anyMatch(a -> a.timeNanos() % 2 == 1), "unlink events were captured");
        assertEquals(Set.of("open"), stream.eventTypes);
        assertEquals("rules reloaded: 1 rule", console.getLast());
    }

    /** Without a prefilter, the events of a busy node would fill the ring buffer until one is compiled. */
    @Test
    void eventsAreNeverCapturedWithoutThePrefilterOfTheirRules() {
        stream.prefilter = true;
        AlertDelivery delivery = delivery();
        RuleEngine first = engine("r0", "(open)");
        ReloadingDetector detector = new ReloadingDetector(
                stream,
                first,
                PrefilterCompilation.begin(first, console::add),
                FileNameMode.BOTH,
                delivery,
                reloads,
                console::add);
        EventLoop sensor = new EventLoop(stream, detector, delivery, false);
        sensor.run(() -> stream.calls.contains("begin"));
        reloads.add(new RuleReload.Loaded(engine("r1", "(unlink)"), ""));
        sensor.run(() -> detector.reloads() == 1);
        assertEquals(List.of("install", "begin", "install", "select [unlink]", "begin"), stream.calls);
        assertEquals(List.of("rules reloaded: 1 rule"), console);
    }

    @Test
    void reportsRejectedRulesAndKeepsThePreviousOnes() {
        LoadResult wrong = load("- rule: r1\n  condition: evt.typ = open\n  desc: d\n  output: o\n  priority: INFO\n");
        reloads.add(new RuleReload.Rejected(wrong.errors().getFirst(), 1));
        AlertDelivery delivery = delivery();
        EventLoop sensor = new EventLoop(stream, detector(delivery), delivery, false);
        sensor.run(() -> sensor.events() > 20);
        Alert said = alerts.getFirst();
        assertEquals("Tiercel internal: rules not reloaded", said.rule());
        assertEquals(Alert.INTERNAL, said.source());
        assertEquals(Priority.ERROR, said.priority());
        assertEquals(
                "{code=LOAD_ERR_COMPILE_CONDITION, column=14, errors=1, file=rules.yaml, line=2}",
                said.outputFields().toString());
        assertTrue(said.message().contains("evt.typ"), said.message());
        assertEquals(1, alerts.stream().filter(a -> !a.rule().equals("r0")).count());
        assertEquals(Set.of("open"), stream.eventTypes);
        assertEquals(List.of(), console);
    }
}
