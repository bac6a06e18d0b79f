package io.tiercel.functions.stage;

import io.tiercel.functions.audit.AuditHead;
import io.tiercel.functions.audit.AuditSource;
import io.tiercel.functions.audit.AuditVerdict;
import io.tiercel.functions.audit.anchor.Anchor;
import io.tiercel.functions.audit.anchor.AnchorStore;
import io.tiercel.functions.audit.anchor.AnchorWriter;
import io.tiercel.functions.audit.verify.AuditVerification;
import io.tiercel.functions.audit.verify.VerificationProgress;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.action.Deadline;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes an anchor every hour and verifies the whole log once a day. Each run takes a bounded time, and the next one continues. Its
 * progress is stored, so that any process can continue. Two processes at the same time repeat work, but harm nothing.
 */
public final class ScheduledAuditMaintenance implements AuditMaintenance {
    /** Key of the document with the newest anchor, {@link AnchorMarker}. */
    public static final String ANCHOR_KEY = "audit/anchor";

    static final String VERIFICATION_KEY = "audit/verification";

    static final Duration ANCHOR_INTERVAL = Duration.ofHours(1);
    static final Duration VERIFICATION_INTERVAL = Duration.ofDays(1);

    /** Time of one run for each of the two tasks. */
    private static final Duration RUN = Duration.ofSeconds(5);

    /** Time of one call of {@link #verify}, less than the timeout of the function. */
    private static final Duration CALL = Duration.ofSeconds(20);

    private final AuditSource source;
    private final AnchorStore anchors;
    private final StateStore state;
    private final boolean reportsEmptyLog;
    private final InstantSource clock;
    private final Consumer<String> log;
    private final Consumer<String> alarms;

    /**
     * The newest anchor, as the database knows it.
     *
     * @param sequence number of the anchor
     * @param hash hash of its document
     * @param time when it was written, ISO 8601
     * @param complete whether it examined all buckets; otherwise the next run continues
     */
    public record AnchorMarker(long sequence, String hash, String time, boolean complete) {
        /** Returns number and hash. */
        public AuditHead head() {
            return new AuditHead(sequence, hash);
        }
    }

    /**
     * The stored state of the verification.
     *
     * @param progress the unfinished verification; null if none is in progress
     * @param completed when the last verification was complete, ISO 8601; null if none was
     * @param findings number of findings of the last complete verification
     * @param first the first of these findings; null if there was none
     */
    public record VerificationState(
            @Nullable VerificationProgress progress,
            @Nullable String completed,
            long findings,
            @Nullable String first) {
        static final VerificationState NONE = new VerificationState(null, null, 0, null);
    }

    /**
     * The state of the log, for metrics.
     *
     * @param anchoredAt when the newest anchor was written, in seconds since the epoch; 0 if there is none
     * @param findings number of findings of the verification in progress or of the last one, whichever has more
     */
    public record Status(long anchoredAt, long findings) {}

    /**
     * Creates the maintenance of a log.
     *
     * @param reportsEmptyLog whether to write lines about a log without entries too. An alarm on missing anchors needs them
     * @param log takes lines about the regular work
     * @param alarms takes lines about findings and failures
     */
    public ScheduledAuditMaintenance(
            AuditSource source,
            AnchorStore anchors,
            StateStore state,
            boolean reportsEmptyLog,
            InstantSource clock,
            Consumer<String> log,
            Consumer<String> alarms) {
        this.source = source;
        this.anchors = anchors;
        this.state = state;
        this.reportsEmptyLog = reportsEmptyLog;
        this.clock = clock;
        this.log = log;
        this.alarms = alarms;
    }

    @Override
    public void run() {
        try {
            anchor();
            verifyIfDue();
        } catch (StoreUnavailable e) {
            alarms.accept("audit log not maintained: " + e.getMessage());
        }
    }

    private void anchor() {
        Optional<Versioned> stored = state.read(ANCHOR_KEY);
        AnchorMarker marker =
                stored.flatMap(document -> parse(document, AnchorMarker.class)).orElse(null);
        long newest = anchors.newest();
        if (marker != null && newest < marker.sequence()) {
            broken("anchor " + marker.sequence() + " is missing");
        } else if (marker != null && newest == marker.sequence() && !due(marker)) {
            return;
        }
        AnchorWriter.Result result = new AnchorWriter(source, anchors).write(clock.instant(), outOfTime(RUN));
        result.findings().forEach(this::broken);
        Anchor anchor = result.anchor();
        if (anchor != null) {
            String next = anchor.next() == 0 ? "" : ", continues at bucket " + anchor.next();
            report(
                    anchor.entries(),
                    "audit anchor " + anchor.sequence() + ": root " + anchor.root() + ", " + anchor.chains()
                            + " chains, " + anchor.entries() + " entries" + next);
            write(
                    ANCHOR_KEY,
                    stored,
                    Json.write(new AnchorMarker(anchor.sequence(), result.hash(), anchor.time(), anchor.next() == 0)));
        }
    }

    private boolean due(AnchorMarker marker) {
        return !marker.complete()
                || !Instant.parse(marker.time()).plus(ANCHOR_INTERVAL).isAfter(clock.instant());
    }

    private void verifyIfDue() {
        VerificationState before = state.read(VERIFICATION_KEY)
                .flatMap(document -> parse(document, VerificationState.class))
                .orElse(VerificationState.NONE);
        String completed = before.completed();
        if (before.findings() > 0) {
            broken(before.findings() + " findings at " + completed + ", the first: " + before.first());
        }
        boolean due = completed == null
                || !Instant.parse(completed).plus(VERIFICATION_INTERVAL).isAfter(clock.instant());
        if (before.progress() != null || due) {
            verify(RUN);
        }
    }

    @Override
    public AuditVerdict verify() {
        return verify(CALL).verdict();
    }

    private VerificationProgress verify(Duration time) {
        Optional<Versioned> stored = state.read(VERIFICATION_KEY);
        VerificationState before = stored.flatMap(document -> parse(document, VerificationState.class))
                .orElse(VerificationState.NONE);
        VerificationProgress progress = before.progress();
        int reported = progress == null ? 0 : progress.findings().size();
        AuditHead marker = state.read(ANCHOR_KEY)
                .flatMap(document -> parse(document, AnchorMarker.class))
                .map(AnchorMarker::head)
                .orElse(AuditHead.EMPTY);
        progress = new AuditVerification(source, anchors, progress, marker, null).run(outOfTime(time));
        List<String> findings = progress.findings();
        findings.subList(Math.min(reported, findings.size()), findings.size()).forEach(this::broken);
        boolean done = progress.phase() == VerificationProgress.Phase.DONE;
        VerificationState after = done
                ? new VerificationState(
                        null,
                        clock.instant().toString(),
                        progress.total(),
                        findings.isEmpty() ? null : findings.getFirst())
                : new VerificationState(progress, before.completed(), before.findings(), before.first());
        if (done && findings.isEmpty()) {
            AuditVerdict verdict = progress.verdict();
            report(
                    verdict instanceof AuditVerdict.Intact intact ? intact.entries() : 1,
                    "audit log " + verdict.description());
        }
        write(VERIFICATION_KEY, stored, Json.write(after));
        return progress;
    }

    private void report(long entries, String line) {
        if (entries > 0 || reportsEmptyLog) {
            log.accept(line);
        }
    }

    /** Logs a line that an alarm counts. */
    private void broken(String finding) {
        alarms.accept("audit log BROKEN: " + finding);
    }

    /** Does nothing if another process wrote the document at the same time. */
    private void write(String key, Optional<Versioned> replaced, String document) {
        state.write(key, replaced.map(Versioned::version).orElse(0L), document, Schedule.NONE.keep());
    }

    private BooleanSupplier outOfTime(Duration time) {
        return Deadline.after(time, clock)::passed;
    }

    /** Returns the state as it is stored, without any work. */
    public Status status() {
        long anchored = state.read(ANCHOR_KEY)
                .flatMap(document -> parse(document, AnchorMarker.class))
                .map(marker -> Instant.parse(marker.time()).getEpochSecond())
                .orElse(0L);
        VerificationState verification = state.read(VERIFICATION_KEY)
                .flatMap(document -> parse(document, VerificationState.class))
                .orElse(VerificationState.NONE);
        VerificationProgress progress = verification.progress();
        return new Status(anchored, Math.max(verification.findings(), progress == null ? 0 : progress.total()));
    }

    /** Returns the last results as they are stored, for operators. */
    public AuditStatus results() {
        Optional<AnchorMarker> anchor = state.read(ANCHOR_KEY).flatMap(document -> parse(document, AnchorMarker.class));
        VerificationState verification = state.read(VERIFICATION_KEY)
                .flatMap(document -> parse(document, VerificationState.class))
                .orElse(VerificationState.NONE);
        VerificationProgress progress = verification.progress();
        List<String> texts = new ArrayList<>(progress == null ? List.of() : progress.findings());
        String first = verification.first();
        if (first != null) {
            texts.addFirst(first);
        }
        String completed = verification.completed();
        return new AuditStatus(
                anchor.filter(AnchorMarker::complete)
                        .map(marker -> Instant.parse(marker.time()))
                        .orElse(null),
                completed == null ? null : Instant.parse(completed),
                Math.max(verification.findings(), progress == null ? 0 : progress.total()),
                List.copyOf(texts));
    }

    /** A damaged document is reported, and the task starts again. */
    private <T> Optional<T> parse(Versioned document, Class<T> type) {
        try {
            return Optional.of(Json.read(document.document(), type, IllegalStateException::new));
        } catch (IllegalStateException e) {
            broken("the database was changed: " + e.getMessage());
            return Optional.empty();
        }
    }
}
