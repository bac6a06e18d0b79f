package io.tiercel.functions.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class AuditChainTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.000000001Z");
    private static final String CHAIN = "0a";

    private static List<AuditRecord> chain(List<String> summaries) {
        List<AuditRecord> chain = new ArrayList<>();
        AuditHead head = AuditHead.EMPTY;
        for (String summary : summaries) {
            AuditRecord next = AuditChain.next(
                    head, AuditEntry.decision(NOW, "respond", CHAIN, summary, Map.of("summary", summary)));
            chain.add(next);
            head = next.head();
        }
        return chain;
    }

    /** Returns the number of the first entry with a mismatch; 0 if there is none. */
    private static long firstMismatch(String id, List<AuditRecord> chain) {
        AuditHead head = AuditHead.EMPTY;
        for (AuditRecord record : chain) {
            if (AuditChain.mismatch(id, head, record).isPresent()) {
                return head.number() + 1;
            }
            head = record.head();
        }
        return 0;
    }

    @Property(tries = 200)
    void a_chain_of_any_texts_is_intact_and_ascii_only(@ForAll @Size(max = 20) List<String> summaries) {
        List<AuditRecord> stored = chain(summaries).stream()
                .map(record -> new AuditRecord(
                        record.chain(),
                        record.number(),
                        record.previous(),
                        new String(record.line().getBytes(StandardCharsets.UTF_8), StandardCharsets.US_ASCII),
                        record.hash()))
                .toList();
        assertEquals(0, firstMismatch(CHAIN, stored));
    }

    @Property(tries = 200)
    void any_incident_id_has_a_chain_and_a_bucket(@ForAll String first, @ForAll String second) {
        String chain = AuditChain.idOfIncident(first);
        assertTrue(chain.matches("[0-9A-Za-z_.:~][0-9A-Za-z_.:-]{0,127}"), chain);
        int bucket = AuditChain.bucketOf(chain);
        assertTrue(bucket >= 0 && bucket < AuditChain.BUCKETS);
        assertEquals(bucket, Integer.parseInt(AuditChain.bucketName(bucket), 16));
        if (!first.equals(second)) {
            assertNotEquals(chain, AuditChain.idOfIncident(second));
        }
    }

    @Test
    void entries_without_an_incident_are_in_the_chain_of_their_function() {
        assertEquals("-sweep", AuditChain.idOf(AuditEntry.decision(NOW, "sweep", null, "a", Map.of())));
        assertEquals("-operators", AuditChain.idOf(AuditEntry.decision(NOW, "slack:U01", null, "a", Map.of())));
    }

    @Test
    void an_entry_with_the_number_or_chain_of_another_entry_is_detected() {
        AuditEntry entry = AuditEntry.decision(NOW, "respond", CHAIN, "b", Map.of());
        AuditRecord second = AuditChain.next(new AuditHead(1, AuditHead.EMPTY.hash()), entry);
        AuditRecord first = new AuditRecord(CHAIN, 1, second.previous(), second.line(), second.hash());
        Optional<String> moved = Optional.of("it belongs to another chain or has another number");
        assertEquals(moved, AuditChain.mismatch(CHAIN, AuditHead.EMPTY, first));
        AuditRecord record = AuditChain.next(AuditHead.EMPTY, entry);
        assertEquals(Optional.empty(), AuditChain.mismatch(CHAIN, AuditHead.EMPTY, record));
        AuditRecord other = new AuditRecord("0b", 1, record.previous(), record.line(), record.hash());
        assertEquals(moved, AuditChain.mismatch("0b", AuditHead.EMPTY, other));
    }

    @Property(tries = 300)
    void every_kind_of_tampering_is_detected_at_its_position(
            @ForAll @IntRange(max = 8) int index, @ForAll @IntRange(max = 4) int kind) {
        List<AuditRecord> chain = chain(List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j"));
        AuditRecord original = chain.get(index);
        long number = original.number();
        switch (kind) {
            case 0 -> chain.remove(index);
            case 1 -> chain.add(index, original);
            case 2 -> {
                String line = original.line().replace("respond", "forged");
                chain.set(index, new AuditRecord(CHAIN, number, original.previous(), line, original.hash()));
            }
            // An entry with a recomputed hash breaks the link of the next entry.
            case 3 ->
                chain.set(
                        index,
                        AuditChain.next(
                                new AuditHead(number - 1, original.previous()),
                                AuditEntry.decision(NOW, "forged", CHAIN, "forged", Map.of())));
            default ->
                chain.set(
                        index, new AuditRecord(CHAIN, number, "0".repeat(63) + "1", original.line(), original.hash()));
        }
        long found = firstMismatch(CHAIN, chain);
        assertTrue(found >= index + 1 && found <= index + 2, found + "; the tampered entry is " + (index + 1));
    }

    @Test
    void long_entries_are_truncated_and_never_rejected() {
        String longText = "\u20ac".repeat(100_000);
        Map<String, String> details = new TreeMap<>();
        for (int i = 0; i < 100; i++) {
            details.put("key " + i + longText, longText);
        }
        AuditEntry entry = AuditEntry.call(NOW, longText, null, longText, details);
        assertEquals(AuditEntry.MAX_TEXT, entry.summary().length());
        assertEquals(AuditEntry.MAX_DETAILS, entry.details().size());
        String line = AuditChain.next(AuditHead.EMPTY, entry).line();
        assertTrue(line.length() <= AuditChain.MAX_LINE && line.contains("key 10"), line.length() + " characters");
    }

    @Test
    void a_head_has_a_text_form() {
        AuditHead head = chain(List.of("a")).getFirst().head();
        assertEquals(Optional.of(head), AuditHead.parse(head.toString()));
        for (String text : List.of("", "1", "1:", "01:" + head.hash(), "1:" + head.hash() + "0", "-1:" + head.hash())) {
            assertEquals(Optional.empty(), AuditHead.parse(text), text);
        }
    }

    @Test
    void the_in_memory_log_returns_the_newest_entries_of_an_incident() {
        InMemoryAuditLog log = new InMemoryAuditLog();
        for (int i = 0; i < 10; i++) {
            log.append(AuditEntry.decision(NOW, "respond", i % 2 == 0 ? "even" : "odd", "number " + i, Map.of()));
        }
        List<AuditRecord> newest = log.entriesFor("even", 3);
        assertEquals(
                List.of(3L, 4L, 5L), newest.stream().map(AuditRecord::number).toList());
        assertEquals(newest.get(0).hash(), newest.get(1).previous());
        assertEquals(10, log.entries().size());
    }
}
