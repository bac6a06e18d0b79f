package io.tiercel.functions.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.AuditLog;
import io.tiercel.functions.audit.AuditRecord;
import io.tiercel.functions.audit.AuditSource;
import io.tiercel.functions.audit.AuditVerdict;
import io.tiercel.functions.audit.ChainHead;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The contract of {@link AuditLog} and {@link AuditSource}. */
public abstract class AuditLogContract extends StoreContract {
    private static final int WRITERS = 8;

    private void append(String incident, int count) {
        for (int i = 1; i <= count; i++) {
            stores.audit().append(AuditEntry.decision(NOW, "respond", incident, "decision " + i, Map.of()));
        }
    }

    @Test
    void an_empty_log_is_intact() {
        assertEquals(new AuditVerdict.Intact(0, 0, 0, ""), stores.verifyAudit());
        assertEquals(List.of(), stores.audit().entriesFor("0a", 5));
        assertEquals(Optional.empty(), stores.auditSource().head("0a"));
    }

    @Test
    void each_incident_and_each_function_has_a_chain_of_its_own() {
        append("0a", 3);
        append("0b", 2);
        stores.audit().append(AuditEntry.decision(NOW, "sweep", null, "no incident", Map.of()));
        assertEquals(new AuditVerdict.Intact(3, 6, 0, ""), stores.verifyAudit());
        List<AuditRecord> newest = stores.audit().entriesFor("0a", 2);
        assertEquals(List.of(2L, 3L), newest.stream().map(AuditRecord::number).toList());
        assertEquals(
                newest.getLast().head(),
                stores.auditSource().head("0a").orElseThrow().position().head());
        assertEquals(1, stores.auditSource().entries("-sweep", 0, 10).size());
        assertEquals(2, stores.auditSource().entries("0a", 1, 10).size());
        assertEquals(1, stores.auditSource().entries("0a", 1, 1).size());
    }

    @Test
    void writers_of_one_incident_append_to_one_chain() throws Exception {
        writeConcurrently(WRITERS * 10, 1);
        assertEquals(new AuditVerdict.Intact(1, WRITERS * 10, 0, ""), stores.verifyAudit());
        assertEquals(
                LongStream.rangeClosed(WRITERS * 10 - 4, WRITERS * 10).boxed().toList(),
                stores.audit().entriesFor("0", 5).stream()
                        .map(AuditRecord::number)
                        .toList());
    }

    @Test
    void writers_of_many_incidents_do_not_meet() throws Exception {
        writeConcurrently(300, 100);
        assertEquals(new AuditVerdict.Intact(100, 300, 0, ""), stores.verifyAudit());
        assertEquals(3, stores.audit().entriesFor("42", 5).size());
    }

    private void writeConcurrently(int entries, int incidents) throws Exception {
        List<AuditLog> processes = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            processes.add(stores.auditOfAnotherProcess());
        }
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (int i = 0; i < entries; i++) {
            AuditEntry entry = AuditEntry.decision(NOW, "respond", "" + i % incidents, "decision " + i, Map.of());
            AuditLog log = processes.get(i % WRITERS);
            tasks.add(() -> {
                log.append(entry);
                return true;
            });
        }
        runConcurrently(tasks);
    }

    @Test
    void any_text_is_stored_unchanged() {
        for (String text : List.of("\ud800", "\u0000€", "\ud83d\ude00", "'\"\\")) {
            stores.audit().append(AuditEntry.decision(NOW, "respond", "0a", text, Map.of(text, text)));
        }
        stores = stores.reopen();
        assertEquals(new AuditVerdict.Intact(1, 4, 0, ""), stores.verifyAudit());
    }

    @Test
    void incident_ids_with_any_characters_get_a_chain() {
        for (String incident : List.of("", "a b", "#head", "-respond", "x".repeat(5_000), "\ud800", "a\nb")) {
            append(incident, 2);
            assertEquals(2, stores.audit().entriesFor(incident, 5).size(), incident);
        }
        assertEquals(new AuditVerdict.Intact(7, 14, 0, ""), stores.verifyAudit());
    }

    @Test
    void the_longest_entry_is_stored() {
        String text = "\ud83d\ude00".repeat(AuditEntry.MAX_TEXT);
        Map<String, String> details = new TreeMap<>();
        for (int i = 0; i < AuditEntry.MAX_DETAILS; i++) {
            details.put(i + text, text);
        }
        stores.audit().append(AuditEntry.call(NOW, text, "0a", text, details));
        assertEquals(new AuditVerdict.Intact(1, 1, 0, ""), stores.verifyAudit());
        assertTrue(stores.audit().entriesFor("0a", 1).getFirst().line().length() > 50_000);
    }

    @Test
    void every_chain_is_listed_and_every_head_is_in_its_bucket() {
        int chains = stores.slow() ? 40 : 400;
        Set<String> expected = new HashSet<>();
        for (int i = 0; i < chains; i++) {
            append("incident" + i, 1);
            expected.add("incident" + i);
        }
        Set<String> listed = new HashSet<>();
        String cursor = null;
        do {
            AuditSource.Page page = stores.auditSource().chains(cursor, 7);
            listed.addAll(page.chains());
            cursor = page.next();
        } while (cursor != null);
        assertEquals(expected, listed);
        List<ChainHead> heads = new ArrayList<>();
        for (int bucket = 0; bucket < 256; bucket++) {
            List<ChainHead> page = stores.auditSource().heads(bucket, "", 2);
            while (!page.isEmpty()) {
                heads.addAll(page);
                String after = page.getLast().chain();
                page = stores.auditSource().heads(bucket, after, 2);
                assertTrue(page.isEmpty() || after.compareTo(page.getFirst().chain()) < 0);
            }
        }
        assertEquals(chains, heads.size());
        List<Optional<String>> hashes =
                stores.auditSource().hashes(heads.subList(0, Math.min(heads.size(), AuditSource.MAX_POSITIONS)));
        for (int i = 0; i < hashes.size(); i++) {
            assertEquals(heads.get(i).head().hash(), hashes.get(i).orElseThrow());
        }
    }
}
