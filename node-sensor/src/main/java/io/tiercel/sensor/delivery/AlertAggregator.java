package io.tiercel.sensor.delivery;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.InvalidAlertException;
import io.tiercel.sensor.spool.AggregationFile;
import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.spool.SpoolException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Aggregates identical alerts. The first alert goes to the spool immediately. Later ones within the window are counted
 * on disk. When the window ends, they become one alert: the second occurrence with its own id, plus count, first time
 * and last time as output fields. Not thread-safe.
 */
public final class AlertAggregator implements AutoCloseable {
    /** Output field: the number of alerts that an aggregated alert stands for, at least 2. */
    static final String COUNT = "tiercel.count";

    /** Output field: time of the first aggregated alert, in nanoseconds since the epoch. */
    static final String FIRST_TIME = "tiercel.first_time";

    /** Output field: time of the last aggregated alert, in nanoseconds since the epoch. */
    static final String LAST_TIME = "tiercel.last_time";

    /** The part of the maximum heap that open groups may use: a sixteenth, 8 MiB in the default heap. */
    private static final int HEAP_PART = 16;

    /** The memory of a group is about its alert's JSON document twice: the key and the first alert. */
    private static final int COPIES = 2;

    private final Spool spool;
    private final AggregationFile file;
    private final long windowNanos;
    private final AlertJson json = AlertJson.defaults();
    /** Open groups, ordered by the end of their window. */
    private final Map<AggregationKey, Group> openGroups = new LinkedHashMap<>();

    private final long maxBytes = Runtime.getRuntime().maxMemory() / HEAP_PART;
    private long openBytes;

    private static final class Group {
        private final long endNanos;
        private final long bytes;
        private int slot = -1;
        private byte[] first = {};
        private long count;
        private long lastNanos;

        private Group(long endNanos, long bytes) {
            this.endNanos = endNanos;
            this.bytes = bytes;
        }
    }

    private AlertAggregator(Spool spool, AggregationFile file, long windowMillis) {
        this.spool = spool;
        this.file = file;
        this.windowNanos = TimeUnit.MILLISECONDS.toNanos(windowMillis);
    }

    /**
     * Opens an aggregator and moves the entries that a previous process left to the spool.
     *
     * @param folder folder of the spool
     * @param windowMillis length of the window, at least 0; 0 disables aggregation
     * @throws SpoolException if the spool or the aggregation file cannot be used
     */
    public static AlertAggregator open(Spool spool, Path folder, long windowMillis) throws SpoolException {
        AlertAggregator aggregator = new AlertAggregator(spool, AggregationFile.open(folder), windowMillis);
        try {
            for (AggregationFile.Entry entry : aggregator.file.recovered()) {
                aggregator.writeToSpool(entry);
            }
            return aggregator;
        } catch (SpoolException e) {
            aggregator.file.close();
            throw e;
        }
    }

    /**
     * Writes an alert to the spool or counts it in an open group.
     *
     * @param alert an alert that has an id
     * @param nowNanos time of a monotonic clock
     * @throws SpoolException if the alert cannot be written
     */
    void accept(Alert alert, long nowNanos) throws SpoolException {
        flushExpired(nowNanos);
        byte[] bytes = json.writeBytes(alert);
        if (windowNanos == 0 || alert.source().equals(Alert.INTERNAL)) {
            spool.append(bytes, alert.priority().ordinal());
            return;
        }
        AggregationKey key = AggregationKey.of(alert);
        Group group = openGroups.get(key);
        if (group != null && count(group, alert, bytes)) {
            return;
        }
        spool.append(bytes, alert.priority().ordinal());
        if (group == null) {
            long size = COPIES * (long) bytes.length;
            while (openGroups.size() == AggregationFile.SLOTS
                    || (openBytes + size > maxBytes && !openGroups.isEmpty())) {
                flushOldest();
            }
            openBytes += size;
            openGroups.put(key, new Group(nowNanos + windowNanos, size));
        }
    }

    /**
     * Returns true if the alert was counted. Returns false if the file cannot be written; the caller then spools the
     * alert itself.
     */
    private boolean count(Group group, Alert alert, byte[] complete) {
        long timeNanos = alert.timeNanos();
        try {
            if (group.slot < 0) {
                // The context can make an alert too large for the file. The first alert of the group has it.
                byte[] bytes = complete.length <= AggregationFile.MAX_JSON_BYTES || alert.context() == null
                        ? complete
                        : json.writeBytes(alert.withContext(null));
                group.slot = file.add(bytes, timeNanos);
                group.first = bytes;
                group.count = 1;
                group.lastNanos = timeNanos;
                return group.slot >= 0;
            }
            long last = Math.max(group.lastNanos, timeNanos);
            file.update(group.slot, group.count + 1, last);
            group.count++;
            group.lastNanos = last;
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Moves the groups whose window has ended to the spool.
     *
     * @throws SpoolException if a group cannot be written; the next call retries
     */
    void flushExpired(long nowNanos) throws SpoolException {
        while (!openGroups.isEmpty() && openGroups.values().iterator().next().endNanos - nowNanos <= 0) {
            flushOldest();
        }
    }

    private void flushOldest() throws SpoolException {
        Map.Entry<AggregationKey, Group> oldest =
                openGroups.entrySet().iterator().next();
        Group group = oldest.getValue();
        if (group.slot >= 0) {
            writeToSpool(new AggregationFile.Entry(group.slot, group.first, group.count, group.lastNanos));
        }
        openBytes -= group.bytes;
        openGroups.remove(oldest.getKey());
    }

    private void writeToSpool(AggregationFile.Entry entry) throws SpoolException {
        try {
            Alert first = AlertJson.read(entry.json());
            Alert aggregated = entry.count() == 1
                    ? first
                    : first.withOutputField(COUNT, entry.count())
                            .withOutputField(FIRST_TIME, first.timeNanos())
                            .withOutputField(LAST_TIME, entry.lastNanos());
            spool.append(json.writeBytes(aggregated), aggregated.priority().ordinal());
            file.remove(entry.slot());
        } catch (InvalidAlertException | IOException e) {
            System.getLogger(AlertAggregator.class.getName())
                    .log(Level.WARNING, "cannot write an aggregated alert: " + e.getMessage());
        }
    }

    /** Moves all groups to the spool. Groups that cannot be moved stay in the file until the next start. */
    @Override
    public void close() throws SpoolException {
        try (file) {
            while (!openGroups.isEmpty()) {
                flushOldest();
            }
        }
    }
}
