package io.tiercel.sensor.detect;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertFormatException;
import io.tiercel.rules.alert.AlertJson;
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
 * Makes one of the alerts that are identical to one shortly before. The first goes to the spool at once. Those that follow
 * within the window are counted, on disk, and go as one alert when the window ends: the first of them, with its own id, and
 * their count, first and last time as output fields. Not for several threads.
 */
public final class AlertAggregator implements AutoCloseable {
    /** How many alerts a folded one stands for; a whole number from 2. */
    static final String COUNT = "tiercel.count";

    /** Time of the first of them, nanoseconds since the epoch. */
    static final String FIRST_TIME = "tiercel.first_time";

    /** Time of the last of them, nanoseconds since the epoch. */
    static final String LAST_TIME = "tiercel.last_time";

    private final Spool spool;
    private final AggregationFile file;
    private final long windowNanos;
    private final AlertJson json = AlertJson.standard();
    /** In the order in which their windows end. */
    private final Map<AggregationKey, Fold> open = new LinkedHashMap<>();

    private static final class Fold {
        private final long endNanos;
        private int slot = -1;
        private byte[] first = {};
        private long count;
        private long lastNanos;

        private Fold(long endNanos) {
            this.endNanos = endNanos;
        }
    }

    private AlertAggregator(Spool spool, AggregationFile file, long windowMillis) {
        this.spool = spool;
        this.file = file;
        this.windowNanos = TimeUnit.MILLISECONDS.toNanos(windowMillis);
    }

    /**
     * Opens what a former process left and hands it to the spool.
     *
     * @param folder the spool's
     * @param windowMillis length of the window, at least 0; with 0 nothing is folded
     * @throws SpoolException if that fails
     */
    public static AlertAggregator open(Spool spool, Path folder, long windowMillis) throws SpoolException {
        AlertAggregator folding = new AlertAggregator(spool, AggregationFile.open(folder), windowMillis);
        try {
            for (AggregationFile.Kept kept : folding.file.leftOver()) {
                folding.hand(kept);
            }
            return folding;
        } catch (SpoolException e) {
            folding.file.close();
            throw e;
        }
    }

    /**
     * Takes an alert, to the spool or into the count.
     *
     * @param alert with its id
     * @param nowNanos of a clock that only goes forward
     * @throws SpoolException if it cannot be kept
     */
    void accept(Alert alert, long nowNanos) throws SpoolException {
        endUntil(nowNanos);
        byte[] bytes = json.writeBytes(alert);
        if (windowNanos == 0 || alert.source().equals(Alert.INTERNAL)) {
            spool.append(bytes, alert.priority().ordinal());
            return;
        }
        AggregationKey key = AggregationKey.of(alert);
        Fold fold = open.get(key);
        if (fold != null && counted(fold, bytes, alert.timeNanos())) {
            return;
        }
        spool.append(bytes, alert.priority().ordinal());
        if (fold == null) {
            if (open.size() == AggregationFile.SLOTS) {
                endOldest();
            }
            open.put(key, new Fold(nowNanos + windowNanos));
        }
    }

    /** Whether it could be counted; where that cannot be written the alert goes as it is. */
    private boolean counted(Fold fold, byte[] bytes, long timeNanos) {
        try {
            if (fold.slot < 0) {
                fold.slot = file.begin(bytes, timeNanos);
                fold.first = bytes;
                fold.count = 1;
                fold.lastNanos = timeNanos;
                return fold.slot >= 0;
            }
            long last = Math.max(fold.lastNanos, timeNanos);
            file.count(fold.slot, fold.count + 1, last);
            fold.count++;
            fold.lastNanos = last;
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Hands those to the spool of which the window has ended.
     *
     * @throws SpoolException if one cannot be written; it stays for the next time
     */
    void endUntil(long nowNanos) throws SpoolException {
        while (!open.isEmpty() && open.values().iterator().next().endNanos - nowNanos <= 0) {
            endOldest();
        }
    }

    private void endOldest() throws SpoolException {
        Map.Entry<AggregationKey, Fold> oldest = open.entrySet().iterator().next();
        Fold fold = oldest.getValue();
        if (fold.slot >= 0) {
            hand(new AggregationFile.Kept(fold.slot, fold.first, fold.count, fold.lastNanos));
        }
        open.remove(oldest.getKey());
    }

    private void hand(AggregationFile.Kept kept) throws SpoolException {
        try {
            Alert first = AlertJson.read(kept.json());
            Alert folded = kept.count() == 1
                    ? first
                    : first.withOutputField(COUNT, kept.count())
                            .withOutputField(FIRST_TIME, first.timeNanos())
                            .withOutputField(LAST_TIME, kept.lastNanos());
            spool.append(json.writeBytes(folded), folded.priority().ordinal());
            file.end(kept.slot());
        } catch (AlertFormatException | IOException e) {
            System.getLogger(AlertAggregator.class.getName())
                    .log(Level.WARNING, "a folded alert cannot be ended: " + e.getMessage());
        }
    }

    /** Hands all to the spool; what it does not take is kept for the next start. */
    @Override
    public void close() throws SpoolException {
        try (file) {
            while (!open.isEmpty()) {
                endOldest();
            }
        }
    }
}
