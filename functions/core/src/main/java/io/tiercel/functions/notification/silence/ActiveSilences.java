package io.tiercel.functions.notification.silence;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.notification.IncidentFacts;
import io.tiercel.functions.notification.NotificationState;
import io.tiercel.functions.notification.SilenceFilter;
import io.tiercel.functions.respond.state.StateDocuments;
import io.tiercel.rules.filter.AlertFilterException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The silences of the notification file and of people, compiled. Those of people are read again after {@link #MAX_AGE}, so that a
 * change in another process takes effect within a few seconds. A stored condition that this version cannot compile silences nothing
 * and is reported once.
 */
public final class ActiveSilences implements SilenceFilter {
    /** How long stored silences are cached. */
    static final Duration MAX_AGE = Duration.ofSeconds(3);

    /** The silence that ends last wins, so that its incidents are planned again as late as possible. */
    private static final Comparator<Compiled> LAST_END = Comparator.<Compiled, Instant>comparing(
                    compiled -> compiled.silence().until())
            .reversed()
            .thenComparing(compiled -> compiled.silence().id());

    /** How long {@link #countIncidents} is cached, because it reads the incidents of every silence. */
    static final Duration MAX_COUNT_AGE = Duration.ofSeconds(15);

    private final List<Silence> file;
    private final SilenceStore store;
    private final SilencedIncidents incidents;
    private final InstantSource clock;
    private final Consumer<String> log;
    private final Set<String> reported = new HashSet<>();
    private volatile @Nullable Loaded loaded;
    private volatile @Nullable Counted counted;

    /**
     * Creates the silences.
     *
     * @param file the silences of the notification file
     * @param documents the state store
     * @param log receives a line for each condition that cannot be compiled
     */
    public ActiveSilences(List<Silence> file, StateDocuments documents, InstantSource clock, Consumer<String> log) {
        this.file = List.copyOf(file);
        this.store = new SilenceStore(documents);
        this.incidents = new SilencedIncidents(documents);
        this.clock = clock;
        this.log = log;
    }

    private record Loaded(List<Compiled> silences, Instant at) {}

    private record Counted(long incidents, Instant at) {}

    /**
     * A silence and its condition.
     *
     * @param condition null if it cannot be compiled
     * @param error why; null if it can
     */
    record Compiled(
            Silence silence,
            @Nullable SilenceCondition condition,
            @Nullable String error) {
        static Compiled of(Silence silence) {
            try {
                return new Compiled(silence, SilenceCondition.parse(silence.when()), null);
            } catch (AlertFilterException e) {
                return new Compiled(silence, null, "invalid condition " + e.getMessage());
            }
        }

        boolean silences(IncidentFacts facts, Instant now) {
            return condition != null && silence.active(now) && condition.matches(facts);
        }
    }

    /**
     * Returns the silence that withholds messages about an incident; empty if none does. Counts the incident for that silence.
     *
     * @throws io.tiercel.functions.incident.StoreUnavailable if the silences cannot be read
     */
    @Override
    public Optional<Silenced> silenced(Incident incident, NotificationState state, Instant now) {
        Optional<Silence> silence = find(incident, state, now);
        silence.ifPresent(found -> incidents.matched(found, incident.id(), now));
        return silence.map(found -> new Silenced(found.id(), found.until()));
    }

    /** Returns the silence that withholds messages about an incident, and counts nothing. */
    public Optional<Silence> find(Incident incident, NotificationState state, Instant now) {
        List<Compiled> silences = load(now);
        if (silences.stream().noneMatch(compiled -> compiled.silence().active(now))) {
            return Optional.empty();
        }
        IncidentFacts facts = SilenceCondition.facts(IncidentFacts.of(incident), state);
        return silences.stream()
                .filter(compiled -> compiled.silences(facts, now))
                .map(Compiled::silence)
                .findFirst();
    }

    /** Returns all silences that have not ended, with what they have matched. */
    List<SilenceStatus> list() {
        incidents.flush();
        Instant now = clock.instant();
        refresh();
        List<SilenceStatus> list = new ArrayList<>();
        for (Compiled compiled : load(now)) {
            if (compiled.silence().active(now)) {
                SilencedIncidents.Use use = incidents.find(compiled.silence().id());
                list.add(new SilenceStatus(
                        compiled.silence(),
                        compiled.error(),
                        use.incidents().size(),
                        use.more(),
                        use.lastMatched() == 0 ? null : Instant.ofEpochMilli(use.lastMatched())));
            }
        }
        return list;
    }

    /**
     * Returns the number of different incidents that active silences have matched; at most 1,000 of each silence are counted. The number
     * is up to {@link #MAX_COUNT_AGE} old, and leaves out matches that are not stored yet.
     */
    public long countIncidents() {
        Instant now = clock.instant();
        Counted current = counted;
        if (current == null
                || now.isBefore(current.at())
                || !now.isBefore(current.at().plus(MAX_COUNT_AGE))) {
            current = new Counted(count(now), now);
            counted = current;
        }
        return current.incidents();
    }

    private long count(Instant now) {
        Set<String> all = new HashSet<>();
        load(now).stream()
                .filter(compiled -> compiled.silence().active(now))
                .forEach(compiled ->
                        all.addAll(incidents.find(compiled.silence().id()).incidents()));
        return all.size();
    }

    /** Returns the silences that have ended and are still in the file or in the store, those that ended last first. */
    List<Silence> ended() {
        Instant now = clock.instant();
        return Stream.concat(
                        file.stream().filter(silence -> !silence.active(now)),
                        store.read().stream()
                                .filter(entry -> !entry.active(now))
                                .map(SilenceStore.Entry::silence))
                .sorted(Comparator.comparing(Silence::until).reversed())
                .toList();
    }

    /** Returns the number of active silences. */
    public long countActive() {
        Instant now = clock.instant();
        return load(now).stream()
                .filter(compiled -> compiled.silence().active(now) && compiled.condition() != null)
                .count();
    }

    /** Reads stored silences again at the next use. */
    void refresh() {
        loaded = null;
    }

    boolean inFile(String id) {
        return file.stream().anyMatch(silence -> silence.id().equals(id));
    }

    SilenceStore store() {
        return store;
    }

    SilencedIncidents incidents() {
        return incidents;
    }

    private List<Compiled> load(Instant now) {
        Loaded current = loaded;
        if (current == null
                || now.isBefore(current.at())
                || !now.isBefore(current.at().plus(MAX_AGE))) {
            current = new Loaded(compile(store.active(now), current), now);
            loaded = current;
        }
        return current.silences();
    }

    /** Compiles silences that have changed, and takes the others from before. */
    private List<Compiled> compile(List<Silence> stored, @Nullable Loaded before) {
        Map<Silence, Compiled> known = new HashMap<>();
        if (before != null) {
            before.silences().forEach(compiled -> known.put(compiled.silence(), compiled));
        }
        List<Silence> all = new ArrayList<>(file);
        all.addAll(stored);
        List<Compiled> compiled = all.stream()
                .map(silence -> {
                    Compiled same = known.get(silence);
                    return same == null ? Compiled.of(silence) : same;
                })
                .sorted(LAST_END)
                .toList();
        report(compiled);
        return compiled;
    }

    private void report(List<Compiled> compiled) {
        synchronized (reported) {
            Set<String> broken = new HashSet<>();
            for (Compiled silence : compiled) {
                if (silence.error() != null
                        && broken.add(silence.silence().id())
                        && !reported.contains(silence.silence().id())) {
                    log.accept("silence " + silence.silence().id() + " silences nothing: " + silence.error());
                }
            }
            reported.clear();
            reported.addAll(broken);
        }
    }
}
