package io.tiercel.bench.records;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;

import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.sensor.bpf.record.RecordView;
import io.tiercel.sensor.event.EventEnricher;
import io.tiercel.sensor.event.EventStream;
import io.tiercel.sensor.event.SensorEvent;
import io.tiercel.sensor.event.StateLookups;
import io.tiercel.sensor.fields.FdDescription;
import io.tiercel.sensor.process.NodeState;
import io.tiercel.sensor.recording.RecordingReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The node of a recording after its last record, and the recorded records by kind.
 *
 * <p>No process ends, so that the state knows the process of every record, as it does when the record arrives live.
 */
final class RecordedNode {
    /** The kind of records with three records of each short process: fork, exec and exit. */
    static final String PROCESS = "short process";

    static final int RECORDS_OF_PROCESS = 3;

    /** The kind of fork records, which update the state and are not events. */
    static final String FORK = "fork";

    /** The maximum number of records that are read. */
    private static final int MAX_RECORDS = 400_000;

    private static final int MIN_RECORDS = 8;

    private static final int SOME = 20;

    final RecordView view = new RecordView();
    private final NodeState state = new NodeState(FdDescription::standardFd);
    private final StateLookups lookups = new StateLookups(state, request -> true);
    private final EventEnricher enricher;
    private final SortedMap<String, List<byte[]>> byKind = new TreeMap<>();

    RecordedNode(Path recording) {
        try (RecordingReader reader = new RecordingReader(recording)) {
            enricher = new EventEnricher(
                    reader.header().node().hostname(),
                    reader.header().bootToEpochNanos(),
                    reader.header().eventTypes(),
                    view,
                    state);
            Map<Integer, byte[]> forks = new HashMap<>();
            Map<Integer, byte[]> execs = new HashMap<>();
            for (int i = 0; i < MAX_RECORDS && reader.next(); i++) {
                byte[] record = new byte[reader.length()];
                reader.content().get(0, record);
                wrap(record);
                add(record, forks, execs);
            }
        }
        byKind.values().removeIf(records -> records.size() < MIN_RECORDS);
    }

    private void add(byte[] record, Map<Integer, byte[]> forks, Map<Integer, byte[]> execs) {
        int pid = view.tgid();
        switch (view.kind()) {
            case RECORD_CLOCK, RECORD_GAP -> {
                return;
            }
            case RECORD_FORK -> {
                forks.put(view.intAt(FORK_CHILD), record);
                kind(FORK).add(record);
            }
            case RECORD_EXEC -> execs.put(pid, record);
            case RECORD_EXIT -> {
                byte[] fork = forks.remove(pid);
                byte[] exec = execs.remove(pid);
                if (view.intAt(EXIT_LAST) != 0 && fork != null && exec != null) {
                    kind(PROCESS).addAll(List.of(fork, exec, record));
                }
                return;
            }
            default -> {}
        }
        int type = SensorEvent.typeOf(view);
        if (type >= 0) {
            kind(EventTypes.name(type)).add(record);
        }
        process(event -> {});
    }

    private List<byte[]> kind(String name) {
        return byKind.computeIfAbsent(name, key -> new ArrayList<>());
    }

    /** Returns the kinds with enough records. */
    List<String> kinds() {
        return List.copyOf(byKind.keySet());
    }

    /**
     * Returns records of a kind, evenly distributed over the recording. Empty if too few records pass.
     *
     * @param filter selects records by their event; not applied to records that are not events
     */
    List<byte[]> records(String kind, Predicate<Event> filter) {
        List<byte[]> all = byKind.getOrDefault(kind, List.of());
        if (kind.equals(PROCESS)) {
            return all.subList(0, Math.min(all.size(), RecordSample.SIZE));
        }
        List<byte[]> passing = new ArrayList<>();
        for (byte[] record : all) {
            boolean[] passes = {kind.equals(FORK)};
            wrap(record);
            process(event -> passes[0] = filter.test(event));
            if (passes[0]) {
                passing.add(record);
            }
        }
        List<byte[]> chosen = new ArrayList<>();
        for (int i = 0; i < RecordSample.SIZE && passing.size() >= MIN_RECORDS; i++) {
            chosen.add(passing.get((int) ((long) i * passing.size() / RecordSample.SIZE)));
        }
        return chosen;
    }

    /** Returns a few records of a kind: whole processes if the kind is {@link #PROCESS}. */
    List<byte[]> some(String kind) {
        List<byte[]> all = byKind.getOrDefault(kind, List.of());
        return all.subList(0, Math.min(all.size(), SOME * RECORDS_OF_PROCESS));
    }

    /** Processes one record, outside of a sample. */
    void replay(byte[] record, EventStream.Handler handler) {
        wrap(record);
        process(handler);
    }

    /** Starts the processes again that the records of {@link #PROCESS} ended. */
    void restoreProcesses() {
        List<byte[]> records = byKind.getOrDefault(PROCESS, List.of());
        for (int i = 0; i < records.size(); i++) {
            if (i % RECORDS_OF_PROCESS < RECORDS_OF_PROCESS - 1) {
                wrap(records.get(i));
                process(event -> {});
            }
        }
    }

    private void wrap(byte[] record) {
        if (!view.wrap(ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN), 0, record.length)) {
            throw new IllegalStateException("The recording contains an invalid record");
        }
    }

    /** Does for the current record what the sensor does live, up to the handler of its event. */
    int process(EventStream.Handler handler) {
        lookups.request(view, record -> {});
        return enricher.process(handler);
    }
}
