package io.tiercel.functions.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.json.Json;
import io.tiercel.rules.text.Sha256;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;

/**
 * A hash chain of audit entries, as in Haber and Stornetta, How to Time-Stamp a Digital Document (1991). Changing, removing or
 * inserting an entry requires rewriting all later entries. A copy of the last hash that is stored elsewhere detects that. Lines
 * are ASCII, so that no store and no character set can change a hashed byte.
 */
public final class AuditChain {
    private AuditChain() {}

    /** Returns the record of the entry that follows {@code head}. */
    public static AuditRecord next(AuditHead head, AuditEntry entry) {
        long number = head.number() + 1;
        String line = line(number, entry);
        return new AuditRecord(number, head.hash(), line, hash(head.hash(), line));
    }

    /**
     * Verifies a chain from its first entry.
     *
     * @param records the records in order
     * @param claimed the head that the store reports
     * @param expected an earlier head that was stored elsewhere; only this detects a chain that was rewritten completely
     */
    public static AuditVerdict verify(Iterator<AuditRecord> records, AuditHead claimed, Optional<AuditHead> expected) {
        AuditHead head = AuditHead.EMPTY;
        while (records.hasNext()) {
            AuditRecord record = records.next();
            long number = head.number() + 1;
            if (record.number() != number) {
                return new AuditVerdict.Broken(
                        number,
                        record.number() > number
                                ? "entries " + number + " to " + (record.number() - 1) + " are missing"
                                : "entry " + record.number() + " is duplicated");
            }
            if (!record.previous().equals(head.hash())) {
                return new AuditVerdict.Broken(number, "its link does not match the previous entry, which was changed");
            }
            if (!record.hash().equals(hash(record.previous(), record.line()))
                    || !record.line().startsWith(start(number))) {
                return new AuditVerdict.Broken(number, "its text does not match its hash");
            }
            head = record.head();
            if (expected.isPresent()
                    && expected.get().number() == number
                    && !expected.get().equals(head)) {
                return new AuditVerdict.Broken(number, "it differs from the expected entry");
            }
        }
        if (expected.isPresent() && expected.get().number() > head.number()) {
            return new AuditVerdict.Broken(
                    head.number() + 1,
                    "the chain was truncated; it had " + expected.get().number() + " entries before");
        }
        if (claimed.number() > head.number()) {
            return new AuditVerdict.Broken(
                    head.number() + 1, "entries " + (head.number() + 1) + " to " + claimed.number() + " are missing");
        }
        if (!claimed.equals(head)) {
            return new AuditVerdict.Broken(
                    head.number(), "the chain does not end at the stored head, entry " + claimed.number());
        }
        return new AuditVerdict.Intact(head);
    }

    private static String line(long number, AuditEntry entry) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("number", number);
        line.put("time", entry.time().toString());
        line.put("actor", entry.actor());
        line.put("kind", entry.kind().name().toLowerCase(Locale.ROOT));
        line.put("incident", entry.incidentId());
        line.put("summary", entry.summary());
        ObjectNode details = line.putObject("details");
        entry.details().forEach(details::put);
        try {
            return Json.ASCII.writeValueAsString(line);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the entry has no JSON form", e);
        }
    }

    /**
     * Returns the start of the line of an entry. Verification compares it instead of parsing the line, because JSON parsers
     * differ in the names that they accept: Jackson 2.22 rejects a name with an unpaired surrogate.
     */
    private static String start(long number) {
        return "{\"number\":" + number + ",";
    }

    private static String hash(String previous, String line) {
        return new Sha256().update(previous + "\n").update(line).hex();
    }
}
