package io.tiercel.functions.notification.silence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.notification.NotificationState;
import io.tiercel.functions.notification.SilenceFilter.Silenced;
import io.tiercel.functions.notification.silence.Silence.Source;
import io.tiercel.functions.respond.state.InMemoryStateStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Tag;

/** Compares the silences in force with a plain search. */
@Tag("unit")
class ActiveSilencesPropertyTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final int RULES = 4;

    /** Bit {@code i} of a mask says that the silence covers rule {@code i}; the seconds say when it ends. */
    @Property(tries = 500)
    void an_incident_is_silenced_exactly_while_an_active_silence_matches_in_any_order(
            @ForAll @Size(max = 8) List<@IntRange(max = 15) Integer> masks,
            @ForAll @IntRange(max = 9) int passed,
            @ForAll @IntRange(max = RULES - 1) int rule,
            @ForAll long seed) {
        Random random = new Random(seed);
        List<Silence> silences = new ArrayList<>();
        for (int i = 0; i < masks.size(); i++) {
            silences.add(silence(i, masks.get(i), START.plusSeconds(1 + random.nextInt(10))));
        }
        Instant now = START.plusSeconds(passed);
        Optional<Silenced> expected = silences.stream()
                .filter(silence -> now.isBefore(silence.until()) && covers(silence, masks, rule))
                .max(Comparator.comparing(Silence::until)
                        .thenComparing(Comparator.comparing(Silence::id).reversed()))
                .map(silence -> new Silenced(silence.id(), silence.until()));
        Incident incident = SilencedFixtures.incident("R" + rule);
        NotificationState state = SilencedFixtures.state(incident);
        for (int order = 0; order < 3; order++) {
            Collections.shuffle(silences, random);
            int inFile = random.nextInt(silences.size() + 1);
            InMemoryStateStore documents = new InMemoryStateStore();
            SilenceStore store = new SilenceStore(documents);
            silences.subList(inFile, silences.size()).forEach(silence -> store.put(silence, true, START));
            ActiveSilences active = new ActiveSilences(silences.subList(0, inFile), documents, () -> now, line -> {});
            assertEquals(expected, active.silenced(incident, state, now));
            assertEquals(expected, active.silenced(incident, state, now), "repeated");
        }
    }

    private static boolean covers(Silence silence, List<Integer> masks, int rule) {
        return (masks.get(Integer.parseInt(silence.id())) & 1 << rule) != 0;
    }

    private static Silence silence(int number, int mask, Instant until) {
        List<String> rules = new ArrayList<>(List.of("none"));
        for (int rule = 0; rule < RULES; rule++) {
            if ((mask & 1 << rule) != 0) {
                rules.add("R" + rule);
            }
        }
        String when = "incident.rule in (" + String.join(", ", rules) + ")";
        return new Silence(Integer.toString(number), when, "r", "o", Source.API, "http", START, until);
    }
}
