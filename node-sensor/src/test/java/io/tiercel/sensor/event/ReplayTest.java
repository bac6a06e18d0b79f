package io.tiercel.sensor.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.event.Event;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.field.FieldRef;
import io.tiercel.rules.field.FieldTrait;
import io.tiercel.sensor.bpf.host.CaptureException;
import io.tiercel.sensor.fields.FieldGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class ReplayTest {
    private static final Path DEMO = Path.of(System.getProperty("tiercel.root"), "rules/tests/recordings/demo.trec");

    @TempDir
    private Path dir;

    @Test
    void replayEqualsTheLiveEvents() {
        Path file = dir.resolve("r.trec");
        List<EventSnapshot> live;
        LiveOptions options = LiveOptions.defaults()
                .withRecordTo(file)
                .withEventTypes(Set.of("openat", "execve", "unlinkat", "connect", "procexit"));
        try (LiveEvents stream = new LiveEvents(options)) {
            LiveEvents.run(
                    dir, "sh", "-c", "cd /tmp; cat ../etc/hostname; rm no-such; (exec sh -c 'id -u'); exec /no/such");
            stream.await("execve", "evt.arg.filename", "/no/such");
            live = List.copyOf(stream.seen);
        }
        try (EventStream replay = EventStreams.replay(file)) {
            List<EventSnapshot> replayed =
                    all(replay).stream().filter(LiveEvents::isOurs).toList();
            assertTrue(replayed.size() >= live.size() && live.size() > 20, live.size() + " " + replayed.size());
            for (int i = 0; i < live.size(); i++) {
                assertEquals(live.get(i), replayed.get(i));
            }
        }
    }

    @Test
    void demoContainsTheSuspiciousEvents() {
        List<EventSnapshot> events;
        try (EventStream demo = EventStreams.replay(DEMO)) {
            assertEquals("demo-node", demo.node().hostname());
            events = all(demo);
        }
        assertEquals(3, count(events, "fd.name", "/etc/shadow"));
        assertTrue(events.stream().anyMatch(s -> s.get("proc.exepath").startsWith("/dev/shm/")));
        assertTrue(events.stream().anyMatch(s -> s.is("proc.pname", "nginx") && s.is("proc.name", "sh")));
        assertTrue(events.stream().anyMatch(s -> s.is("fd.sip", "169.254.169.254") && s.is("evt.res", "EINPROGRESS")));
        assertTrue(events.stream()
                .anyMatch(s -> s.get("evt.args").contains(".bash_history") && s.is("evt.type", "unlinkat")));
        assertTrue(events.stream().anyMatch(s -> !s.is("container.id", "host") && s.is("proc.name", "apt")));
    }

    @Test
    void exactlyTheSupportedFieldsHaveValues() {
        Set<Field> seen = EnumSet.noneOf(Field.class);
        try (EventStream demo = EventStreams.replay(DEMO)) {
            while (!demo.ended()) {
                demo.poll(event -> collect(event, seen), 0);
            }
        }
        Set<Field> unsupported = EnumSet.copyOf(seen);
        unsupported.removeAll(EventStreams.supportedFields());
        assertEquals(Set.of(), unsupported);
        Set<Field> missing = EnumSet.copyOf(EventStreams.supportedFields());
        missing.removeAll(seen);
        missing.removeIf(field -> field.fieldName().contains("layer")
                || field.fieldName().contains("trusted") // LiveTrustTest
                || field.is(FieldTrait.HOST_NAME)
                || FieldGroup.isStandardFd(field));
        missing.removeIf(
                field -> FieldGroup.isFromRuntime(field) || field == Field.EVT_ASYNCTYPE); // ContainerEventsTest
        assertEquals(Set.of(), missing);
    }

    @Test
    void damagedRecordingDeliversTheEventsBeforeTheDamage() throws IOException {
        byte[] bytes = Files.readAllBytes(DEMO);
        Path file = Files.write(dir.resolve("cut.trec"), Arrays.copyOf(bytes, bytes.length - 3));
        List<EventSnapshot> whole;
        try (EventStream demo = EventStreams.replay(DEMO)) {
            whole = all(demo);
        }
        List<EventSnapshot> part = new ArrayList<>();
        try (EventStream cut = EventStreams.replay(file)) {
            CaptureException e = assertThrows(CaptureException.class, () -> {
                while (!cut.ended()) {
                    cut.poll(event -> part.add(EventSnapshot.of(event)), 0);
                }
            });
            assertTrue(e.getMessage().contains("is truncated at byte "), e.getMessage());
            assertTrue(cut.ended());
        }
        assertEquals(whole.subList(0, part.size()), part);
        assertTrue(part.size() >= whole.size() - 1);
    }

    private static void collect(Event event, Set<Field> seen) {
        for (Field field : Field.values()) {
            FieldRef ref = switch (field.argument()) {
                case NAME, ONLY_NAME -> new FieldRef(field, -1, field == Field.EVT_TYPE_IS ? "openat" : "flags", 0);
                case REQUIRED_KEY -> new FieldRef(field, -1, "PATH", 0);
                default -> new FieldRef(field, -1, null, 0);
            };
            if (event.has(ref)) {
                seen.add(field);
            }
        }
    }

    private static long count(List<EventSnapshot> events, String field, String value) {
        return events.stream().filter(s -> s.is(field, value)).count();
    }

    private static List<EventSnapshot> all(EventStream stream) {
        List<EventSnapshot> events = new ArrayList<>();
        while (!stream.ended()) {
            stream.poll(event -> events.add(EventSnapshot.of(event)), 0);
        }
        return events;
    }
}
