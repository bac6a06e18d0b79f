package io.tiercel.functions.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
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

    private static List<AuditRecord> chain(List<String> summaries) {
        List<AuditRecord> chain = new ArrayList<>();
        AuditHead head = AuditHead.EMPTY;
        for (String summary : summaries) {
            AuditRecord next = AuditChain.next(
                    head, AuditEntry.decision(NOW, "respond", "0a", summary, Map.of("summary", summary)));
            chain.add(next);
            head = next.head();
        }
        return chain;
    }

    private static AuditVerdict verdict(List<AuditRecord> chain, AuditHead claimed) {
        return AuditChain.verify(chain.iterator(), claimed, Optional.empty());
    }

    @Property(tries = 200)
    void a_chain_of_any_texts_is_intact_and_ascii_only(@ForAll @Size(max = 20) List<String> summaries) {
        List<AuditRecord> chain = chain(summaries);
        AuditHead head = chain.isEmpty() ? AuditHead.EMPTY : chain.getLast().head();
        List<AuditRecord> stored = chain.stream()
                .map(record -> new AuditRecord(
                        record.number(),
                        record.previous(),
                        new String(record.line().getBytes(StandardCharsets.UTF_8), StandardCharsets.US_ASCII),
                        record.hash()))
                .toList();
        assertEquals(new AuditVerdict.Intact(head), verdict(stored, head));
    }

    @Test
    void details_with_unpaired_surrogates_are_written_as_ascii_and_verified() {
        for (String text : List.of("\ud800", "a\udc00", "\ud800\ud800", "\u0000\u20ac")) {
            AuditRecord record = AuditChain.next(
                    AuditHead.EMPTY, AuditEntry.decision(NOW, "respond", "0a", text, Map.of(text, text)));
            assertTrue(record.line().chars().allMatch(character -> character < 128), record.line());
            assertEquals(new AuditVerdict.Intact(record.head()), verdict(List.of(record), record.head()));
        }
    }

    @Test
    void an_entry_with_the_number_of_another_entry_is_detected() {
        AuditEntry entry = AuditEntry.decision(NOW, "respond", "0a", "b", Map.of());
        AuditRecord second = AuditChain.next(new AuditHead(1, AuditHead.EMPTY.hash()), entry);
        AuditRecord first = new AuditRecord(1, second.previous(), second.line(), second.hash());
        assertEquals(
                new AuditVerdict.Broken(1, "its text does not match its hash"), verdict(List.of(first), first.head()));
    }

    @Property(tries = 300)
    void every_kind_of_tampering_is_detected_at_its_position(
            @ForAll @IntRange(max = 9) int index, @ForAll @IntRange(max = 5) int kind) {
        List<AuditRecord> chain = chain(List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j"));
        AuditHead head = chain.getLast().head();
        AuditRecord original = chain.get(index);
        switch (kind) {
            case 0 -> chain.remove(index);
            case 1 -> chain.add(index, original);
            case 2 ->
                chain.set(
                        index,
                        new AuditRecord(
                                original.number(),
                                original.previous(),
                                original.line().replace("respond", "forged"),
                                original.hash()));
            // An entry with a recomputed hash breaks the link of the next entry, or the head.
            case 3 ->
                chain.set(
                        index,
                        AuditChain.next(
                                new AuditHead(original.number() - 1, original.previous()),
                                AuditEntry.decision(NOW, "forged", null, "forged", Map.of())));
            case 4 ->
                chain.set(
                        index,
                        new AuditRecord(original.number(), "0".repeat(63) + "1", original.line(), original.hash()));
            default -> chain.subList(index, chain.size()).clear();
        }
        AuditVerdict.Broken broken = assertInstanceOf(AuditVerdict.Broken.class, verdict(chain, head));
        assertTrue(
                broken.number() >= index + 1 && broken.number() <= index + 2,
                broken + "; the tampered entry is " + (index + 1));
    }

    @Test
    void a_rewritten_chain_is_detected_by_a_separately_stored_head() {
        AuditHead earlier = chain(List.of("a", "b")).getLast().head();
        List<AuditRecord> longer = chain(List.of("a", "b", "c"));
        AuditHead end = longer.getLast().head();
        assertEquals(new AuditVerdict.Intact(end), AuditChain.verify(longer.iterator(), end, Optional.of(earlier)));
        List<AuditRecord> forged = chain(List.of("a", "x", "c"));
        assertEquals(
                new AuditVerdict.Broken(2, "it differs from the expected entry"),
                AuditChain.verify(forged.iterator(), forged.getLast().head(), Optional.of(earlier)));
        List<AuditRecord> shorter = chain(List.of("a"));
        assertEquals(
                new AuditVerdict.Broken(2, "the chain was truncated; it had 2 entries before"),
                AuditChain.verify(shorter.iterator(), shorter.getLast().head(), Optional.of(earlier)));
    }

    @Test
    void long_entries_are_truncated_and_never_rejected() {
        String longText = "x".repeat(100_000);
        Map<String, String> details = new TreeMap<>();
        for (int i = 0; i < 100; i++) {
            details.put("key " + i, longText);
        }
        AuditEntry entry = AuditEntry.call(NOW, longText, null, longText, details);
        assertEquals(AuditEntry.MAX_TEXT, entry.summary().length());
        assertEquals(AuditEntry.MAX_DETAILS, entry.details().size());
    }

    @Test
    void the_in_memory_log_returns_the_newest_entries_of_an_incident() {
        InMemoryAuditLog log = new InMemoryAuditLog();
        for (int i = 0; i < 10; i++) {
            log.append(AuditEntry.decision(NOW, "respond", i % 2 == 0 ? "even" : "odd", "number " + i, Map.of()));
        }
        List<Long> numbers =
                log.entriesFor("even", 3).stream().map(AuditRecord::number).toList();
        assertEquals(List.of(5L, 7L, 9L), numbers);
        assertEquals(10, log.head().number());
        assertEquals(10, log.entries().size());
    }
}
