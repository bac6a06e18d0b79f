package io.tiercel.functions.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.audit.AuditChain;
import io.tiercel.functions.audit.AuditEntry;
import io.tiercel.functions.audit.AuditHead;
import io.tiercel.functions.audit.AuditRecord;
import io.tiercel.functions.audit.AuditSource.StoredEntry;
import io.tiercel.functions.audit.AuditVerdict;
import io.tiercel.functions.audit.ChainHead;
import io.tiercel.functions.audit.anchor.AnchorWriter;
import io.tiercel.functions.audit.anchor.InMemoryAnchorStore;
import io.tiercel.functions.audit.verify.AuditVerification;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changes of the stored audit log and of its anchors, which verification must find. Chain {@code 0a} has five entries. */
public abstract class AuditTamperingContract extends StoreContract {
    private static final String HASH = "f".repeat(64);

    private final InMemoryAnchorStore anchors = new InMemoryAnchorStore();
    private AuditHead marker = AuditHead.EMPTY;
    private AuditTampering tampering;

    @BeforeEach
    void fillLog() {
        append("0a", 5);
        append("0b", 2);
        anchor();
        tampering = stores.auditTampering();
    }

    private void append(String incident, int count) {
        for (int i = 1; i <= count; i++) {
            stores.audit().append(AuditEntry.call(NOW, "respond", incident, "call " + i, Map.of("reply", "ok")));
        }
    }

    private AnchorWriter.Result anchor() {
        AnchorWriter.Result result = new AnchorWriter(stores.auditSource(), anchors).write(NOW, () -> false);
        marker = new AuditHead(anchors.newest(), result.hash());
        return result;
    }

    private List<AuditRecord> chain() {
        return stores.auditSource().entries("0a", 0, 10).stream()
                .map(StoredEntry::record)
                .toList();
    }

    private AuditVerdict verdict(String expectedRoot) {
        return new AuditVerification(
                        stores.auditSource(), anchors, null, marker, expectedRoot.isEmpty() ? null : expectedRoot)
                .run(() -> false)
                .verdict();
    }

    private List<String> findings() {
        return assertInstanceOf(AuditVerdict.Broken.class, verdict("")).findings();
    }

    private void assertFinding(String expected) {
        assertTrue(findings().contains(expected), () -> "expected: " + expected + "\nfound: " + findings());
    }

    private void replace(int number, String previous, String line, String hash) {
        tampering.putEntry(new AuditRecord("0a", number, previous, line, hash));
    }

    /** Rewrites the chain from an entry on with correct hashes. */
    private void rewriteFrom(int number, int last) {
        AuditHead head = number == 1 ? AuditHead.EMPTY : chain().get(number - 2).head();
        for (int i = number; i <= last; i++) {
            AuditRecord forged = AuditChain.next(head, AuditEntry.call(NOW, "respond", "0a", "forged " + i, Map.of()));
            tampering.putEntry(forged);
            head = forged.head();
        }
        putHead(head);
    }

    private void putHead(AuditHead head) {
        tampering.putHead(new ChainHead("0a", head), AuditChain.bucketName(AuditChain.bucketOf("0a")));
    }

    @Test
    void the_log_is_intact_before_the_change_and_after_more_entries() {
        append("0a", 1);
        append("0c", 1);
        AuditVerdict.Intact intact = assertInstanceOf(AuditVerdict.Intact.class, verdict(""));
        assertEquals(List.of(3L, 9L, 1L), List.of(intact.chains(), intact.entries(), intact.anchors()));
    }

    @Test
    void a_changed_column_of_an_entry_is_found() {
        AuditRecord entry = chain().get(2);
        replace(3, entry.previous(), entry.line().replace("call 3", "call 9"), entry.hash());
        assertFinding("chain 0a, entry 3: its text does not match its hash");
        replace(3, HASH, entry.line(), entry.hash());
        assertFinding("chain 0a, entry 3: its link does not match the previous entry");
        replace(3, entry.previous(), entry.line(), HASH);
        assertFinding("chain 0a, entry 3: its text does not match its hash");
        replace(3, entry.previous(), entry.line(), entry.hash());
        assertInstanceOf(AuditVerdict.Intact.class, verdict(""));
    }

    @Test
    void a_changed_column_of_a_head_is_found() {
        AuditHead end = chain().getLast().head();
        putHead(new AuditHead(5, HASH));
        assertFinding("chain 0a, entry 5: it does not match the stored head");
        putHead(new AuditHead(7, end.hash()));
        assertFinding("chain 0a, entry 6: entries 6 to 7 are missing at the end of the chain");
        putHead(chain().get(3).head());
        assertFinding("chain 0a, entry 5: it is behind the stored head, entry 4; it was added, or the head set back");
        tampering.putHead(new ChainHead("0a", end), "zz");
        assertFinding("chain 0a: the bucket of its head was changed, which hides it from anchors");
        assertTrue(
                anchor().findings()
                        .contains("chain 0a: its head is not in the index, but anchor 1 has 5 entries of it"),
                "the anchor misses the chain");
    }

    @Test
    void a_removed_entry_is_found() {
        tampering.removeEntry("0a", 3);
        assertFinding("chain 0a, entry 3: entry 3 is missing");
        tampering.removeEntry("0a", 2);
        tampering.removeEntry("0a", 4);
        assertFinding("chain 0a, entry 2: entries 2 to 4 are missing");
        tampering.removeEntry("0a", 1);
        assertFinding("chain 0a, entry 1: entries 1 to 4 are missing");
    }

    @Test
    void a_removed_last_entry_is_found() {
        tampering.removeEntry("0a", 5);
        assertFinding("chain 0a, entry 5: entry 5 is missing at the end of the chain");
        assertFinding("chain 0a, entry 5: it is missing, but exists in anchor 1");
    }

    @Test
    void a_truncated_chain_with_its_head_set_back_is_found() {
        AuditHead earlier = chain().get(1).head();
        for (int i = 3; i <= 5; i++) {
            tampering.removeEntry("0a", i);
        }
        putHead(earlier);
        String finding = "chain 0a, entry 5: it is missing, but exists in anchor 1; the chain now ends at entry 2";
        assertEquals(List.of(finding), findings());
        assertEquals(List.of(finding), anchor().findings());
        assertEquals(List.of(finding), findings(), "the next anchor does not hide it");
    }

    @Test
    void a_missing_chain_is_found() {
        for (int i = 1; i <= 5; i++) {
            tampering.removeEntry("0a", i);
        }
        tampering.removeHead("0a");
        String finding = "chain 0a: the whole chain is missing; it had 5 entries in anchor 1";
        assertEquals(List.of(finding), findings());
        assertEquals(List.of(finding), anchor().findings());
        assertEquals(List.of(finding), findings(), "the next anchor does not hide it");
    }

    @Test
    void a_missing_head_is_found() {
        tampering.removeHead("0a");
        assertEquals(List.of("chain 0a: its head is missing"), findings());
        append("0d", 1);
        tampering.removeHead("0d");
        assertFinding("chain 0d: its head is missing");
    }

    @Test
    void a_rewritten_chain_is_found() {
        rewriteFrom(2, 5);
        String finding = "chain 0a, entry 5: it differs from anchor 1; the chain was rewritten";
        assertEquals(List.of(finding), findings());
        rewriteFrom(2, 8);
        assertEquals(List.of(finding), findings());
        assertEquals(List.of(finding), anchor().findings());
        assertEquals(List.of(finding), findings(), "the next anchor does not hide it");
    }

    @Test
    void an_added_entry_is_found() {
        AuditRecord last = chain().getLast();
        AuditRecord added = AuditChain.next(last.head(), AuditEntry.call(NOW, "respond", "0a", "forged", Map.of()));
        tampering.putEntry(added);
        assertFinding("chain 0a, entry 6: it is behind the stored head, entry 5; it was added, or the head set back");
        tampering.removeEntry("0a", 6);
        tampering.putEntry(new AuditRecord("0a", 0, added.previous(), added.line(), added.hash()));
        assertFinding("chain 0a, entry 1: entry 0 was added");
        tampering.removeEntry("0a", 0);
        tampering.putEntry(new AuditRecord("0e", 1, added.previous(), added.line(), added.hash()));
        assertFinding("chain 0e, entry 1: its link does not match the previous entry");
    }

    @Test
    void an_entry_that_moved_to_another_chain_is_found() {
        for (AuditRecord entry : chain()) {
            tampering.putEntry(new AuditRecord("0f", entry.number(), entry.previous(), entry.line(), entry.hash()));
            tampering.removeEntry("0a", entry.number());
        }
        AuditHead end = chain().isEmpty() ? new AuditHead(5, HASH) : AuditHead.EMPTY;
        tampering.putHead(new ChainHead("0f", end), AuditChain.bucketName(AuditChain.bucketOf("0f")));
        tampering.removeHead("0a");
        List<String> found = findings();
        assertTrue(
                found.contains("chain 0f, entry 1: it belongs to another chain or has another number"),
                found.toString());
        assertTrue(
                found.contains("chain 0a: the whole chain is missing; it had 5 entries in anchor 1"), found.toString());
    }

    @Test
    void a_database_that_was_set_back_is_found() {
        AuditHead earlier = chain().getLast().head();
        append("0a", 3);
        append("0c", 1);
        anchor();
        for (int i = 6; i <= 8; i++) {
            tampering.removeEntry("0a", i);
        }
        putHead(earlier);
        tampering.removeEntry("0c", 1);
        tampering.removeHead("0c");
        marker = new AuditHead(1, "0".repeat(64));
        List<String> found = findings();
        assertTrue(
                found.contains(
                        "chain 0a, entry 8: it is missing, but exists in anchor 2; the chain now ends at entry 5"),
                found.toString());
        assertTrue(
                found.contains("chain 0c: the whole chain is missing; it had 1 entry in anchor 2"), found.toString());
    }

    @Test
    void a_changed_anchor_is_found() {
        append("0a", 1);
        anchor();
        String first = anchors.read(1).orElseThrow();
        String second = anchors.read(2).orElseThrow();
        anchors.documents().put(1L, first.replace("\"entries\":7", "\"entries\":8"));
        assertFinding("anchor 2: its link does not match the previous anchor, which was changed");
        anchors.documents().put(1L, first);
        anchors.documents().put(2L, second.replace("\"entries\":8", "\"entries\":9"));
        assertFinding("anchor 2 was changed after it was written");
        String hash = chain().getLast().hash();
        anchors.documents().put(2L, second.replace(hash, HASH));
        assertFinding("anchor 2: the root of bucket " + AuditChain.bucketName(AuditChain.bucketOf("0a"))
                + " does not match its heads");
        assertFinding("chain 0a, entry 6: it differs from anchor 2; the chain was rewritten");
        anchors.documents().put(2L, "{}");
        assertFinding("anchor 2 is not readable: a value is missing or out of range");
        assertTrue(anchor().findings().contains("anchor 2 is not readable: a value is missing or out of range"));
        anchors.documents().put(2L, second);
        assertFinding("anchor 3: its link does not match the previous anchor, which was changed");
    }

    @Test
    void a_removed_anchor_is_found() {
        append("0a", 1);
        anchor();
        append("0a", 1);
        anchor();
        String third = String.valueOf(anchors.documents().remove(3L));
        assertEquals(List.of("anchor 3 is missing"), findings());
        anchors.documents().remove(2L);
        assertEquals(List.of("anchors 2 to 3 are missing"), findings());
        anchors.documents().put(3L, third);
        assertFinding("anchor 2 is missing");
        anchors.documents().clear();
        assertEquals(List.of("anchors 1 to 3 are missing"), findings());
    }

    @Test
    void a_root_that_was_stored_elsewhere_must_be_in_an_anchor() {
        String root = Optional.ofNullable(anchor().anchor()).orElseThrow().root();
        append("0a", 1);
        anchor();
        assertInstanceOf(AuditVerdict.Intact.class, verdict(root));
        anchors.documents().clear();
        marker = AuditHead.EMPTY;
        rewriteFrom(1, 6);
        anchor();
        assertEquals(
                List.of("no anchor has the expected root " + root),
                assertInstanceOf(AuditVerdict.Broken.class, verdict(root)).findings());
    }
}
