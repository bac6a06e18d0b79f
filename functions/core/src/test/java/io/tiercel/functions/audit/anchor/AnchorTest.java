package io.tiercel.functions.audit.anchor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.audit.AuditChain;
import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.AuditHead;
import io.tiercel.functions.audit.AuditRecord;
import io.tiercel.functions.audit.AuditVerdict;
import io.tiercel.functions.audit.ChainHead;
import io.tiercel.functions.audit.TamperableAuditLog;
import io.tiercel.functions.audit.verify.AuditVerification;
import io.tiercel.functions.audit.verify.VerificationProgress;
import io.tiercel.functions.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class AnchorTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final TamperableAuditLog log = new TamperableAuditLog();
    private final InMemoryAnchorStore anchors = new InMemoryAnchorStore();

    private void append(String incident) {
        log.append(AuditEntry.decision(NOW, "respond", incident, "decision", Map.of()));
    }

    private Anchor anchor() {
        AnchorWriter.Result result = new AnchorWriter(log, anchors).write(NOW, () -> false);
        assertEquals(List.of(), result.findings());
        return Objects.requireNonNull(result.anchor());
    }

    /** Verifies in parts of one unit of work each, and stores the progress between them. */
    private AuditVerdict verdict() {
        VerificationProgress progress = null;
        do {
            progress = new AuditVerification(log, anchors, progress, AuditHead.EMPTY, null).run(() -> true);
            progress = Json.read(Json.write(progress), VerificationProgress.class, IllegalStateException::new);
        } while (progress.verdict() instanceof AuditVerdict.Unfinished);
        return progress.verdict();
    }

    @Test
    void an_anchor_contains_only_what_has_changed() {
        for (int i = 0; i < 2_000; i++) {
            append("incident" + i);
        }
        Anchor first = anchor();
        assertEquals(List.of(2_000L, 2_000L), List.of(first.chains(), first.entries()));
        assertEquals(0, first.next());
        append("incident7");
        Anchor second = anchor();
        assertEquals(1, second.sections().size());
        assertEquals(1, second.sections().values().iterator().next().heads().size());
        assertEquals(1, second.buckets().size());
        Anchor third = anchor();
        assertEquals(second.root(), third.root());
        assertTrue(third.document().length() < 500, third.document());
        assertInstanceOf(AuditVerdict.Intact.class, verdict());
    }

    @Test
    void a_busy_chain_does_not_make_the_anchors_grow_without_end() {
        for (int i = 0; i < 3_000; i++) {
            append("incident" + i);
        }
        anchor();
        List<Integer> lengths = new ArrayList<>();
        for (int hour = 0; hour < 100; hour++) {
            append("incident7");
            lengths.add(anchor().document().length());
        }
        double average = lengths.stream().mapToInt(Integer::intValue).average().orElseThrow();
        assertTrue(average < 3_000, average + " " + lengths);
        assertInstanceOf(AuditVerdict.Intact.class, verdict());
    }

    @Test
    void an_anchor_that_runs_out_of_time_is_continued() {
        for (int i = 0; i < 1_000; i++) {
            append("incident" + i);
        }
        AtomicInteger buckets = new AtomicInteger();
        AnchorWriter writer = new AnchorWriter(log, anchors);
        Anchor part = Objects.requireNonNull(
                writer.write(NOW, () -> buckets.incrementAndGet() == 100).anchor());
        assertEquals(100, part.next());
        assertTrue(part.chains() > 200 && part.chains() < 600, part.chains() + " chains");
        Anchor rest = anchor();
        assertEquals(0, rest.next());
        assertEquals(1_000, rest.chains());
        assertInstanceOf(AuditVerdict.Intact.class, verdict());
    }

    @Test
    void another_process_with_the_same_anchor_changes_nothing() {
        append("0a");
        anchor();
        String document = anchors.documents().get(1L);
        AnchorStore behind = new AnchorStore() {
            @Override
            public long newest() {
                return 0;
            }

            @Override
            public Optional<String> read(long sequence) {
                return anchors.read(sequence);
            }

            @Override
            public boolean add(long sequence, String text) {
                return anchors.add(sequence, text);
            }
        };
        append("0b");
        assertEquals(null, new AnchorWriter(log, behind).write(NOW, () -> false).anchor());
        assertEquals(document, anchors.documents().get(1L));
    }

    /** Each number appends to one of some chains, or writes an anchor, which may run out of time. */
    @Property(tries = 30)
    void any_history_is_intact_and_its_newest_anchor_has_the_heads(
            @ForAll @Size(max = 120) List<@IntRange(max = 59) Integer> steps) {
        for (int step : steps) {
            if (step < 40) {
                append("incident" + step % 20);
            } else {
                AtomicInteger time = new AtomicInteger(step < 50 ? Integer.MAX_VALUE : step * 3);
                assertEquals(
                        List.of(),
                        new AnchorWriter(log, anchors)
                                .write(NOW, () -> time.decrementAndGet() <= 0)
                                .findings());
            }
        }
        Anchor newest = anchor();
        while (newest.next() != 0) {
            newest = anchor();
        }
        newest = anchor();
        assertInstanceOf(AuditVerdict.Intact.class, verdict());
        AnchorHistory history = new AnchorHistory(anchors);
        SortedMap<String, AuditHead> anchored = new TreeMap<>();
        history.buckets(newest.sequence())
                .forEach((name, bucket) -> anchored.putAll(history.heads(name, bucket.section())));
        SortedMap<String, AuditHead> stored = new TreeMap<>();
        for (String chain : log.chains(null, 1_000).chains()) {
            stored.put(chain, log.head(chain).orElseThrow().position().head());
        }
        assertEquals(stored, anchored);
    }

    /** After any history, a chain is rewritten from any entry on, with correct hashes. */
    @Property(tries = 30)
    void a_rewritten_chain_never_passes(
            @ForAll @NotEmpty @Size(max = 60) List<@IntRange(max = 9) Integer> steps,
            @ForAll @IntRange(max = 1_000) int choice) {
        for (int step : steps) {
            append("incident" + step);
            if (step % 3 == 0) {
                anchor();
            }
        }
        anchor();
        String chain = "incident" + steps.get(choice % steps.size());
        List<AuditRecord> records = log.entriesFor(chain, 1_000);
        int from = choice % records.size();
        AuditHead head = from == 0 ? AuditHead.EMPTY : records.get(from - 1).head();
        for (int i = from; i < records.size() + choice % 2; i++) {
            AuditRecord forged = AuditChain.next(head, AuditEntry.decision(NOW, "respond", chain, "forged", Map.of()));
            log.putEntry(forged);
            head = forged.head();
        }
        log.putHead(new ChainHead(chain, head), AuditChain.bucketName(AuditChain.bucketOf(chain)));
        AuditVerdict.Broken before = assertInstanceOf(AuditVerdict.Broken.class, verdict());
        assertTrue(before.description().contains("chain " + chain + ", entry "), before.description());
        // An anchor over the forged chain does not hide it.
        new AnchorWriter(log, anchors).write(NOW, () -> false);
        assertEquals(before, verdict());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "null",
                "{\"sequence\":1}",
                "{\"sequence\":2,\"time\":\"x\"}",
                "{\"unknown\":1}",
                "{\"sequence\":1,\"time\":\"2026-03-01T12:00:00Z\",\"previous\":\"PPP\",\"root\":\"PPP\",\"chains\":0,\"entries\":0,"
                        + "\"next\":0,\"listed\":true,\"buckets\":{\"00\":null},\"sections\":{}}",
                "{\"sequence\":1,\"time\":\"2026-03-01T12:00:00Z\",\"previous\":\"PPP\",\"root\":\"PPP\",\"chains\":0,\"entries\":0,"
                        + "\"next\":0,\"listed\":true,\"buckets\":{},\"sections\":{\"00\":{\"base\":0,\"depth\":0,"
                        + "\"heads\":{\"a\":\"1:2\"},\"removed\":[]}}}",
                "{\"sequence\":1,\"time\":\"2026-03-01T12:00:00Z\",\"previous\":\"PPP\",\"root\":\"PPP\",\"chains\":0,\"entries\":0,"
                        + "\"next\":256,\"listed\":true,\"buckets\":{},\"sections\":{}}"
            })
    void a_document_that_is_not_an_anchor_is_reported(String text) {
        String document = text.replace("PPP", Anchor.NONE);
        DamagedAnchor damaged = assertThrows(DamagedAnchor.class, () -> Anchor.parse(1, document));
        assertTrue(String.valueOf(damaged.getMessage()).startsWith("anchor 1 is not readable: "), damaged.getMessage());
        anchors.documents().put(1L, document);
        append("0a");
        AnchorWriter.Result result = new AnchorWriter(log, anchors).write(NOW, () -> false);
        assertEquals(List.of(String.valueOf(damaged.getMessage())), result.findings());
        assertEquals(1, Objects.requireNonNull(result.anchor()).chains());
        assertEquals(
                List.of(String.valueOf(damaged.getMessage())),
                assertInstanceOf(AuditVerdict.Broken.class, verdict()).findings());
    }

    @Test
    void a_forged_anchor_with_a_high_number_does_not_keep_verification_busy() {
        append("0a");
        anchor();
        anchors.documents().put(90_000_000L, "{}");
        AuditVerdict.Broken broken = assertInstanceOf(AuditVerdict.Broken.class, verdict());
        assertTrue(broken.description().contains("24 in a row are missing"), broken.description());
    }
}
