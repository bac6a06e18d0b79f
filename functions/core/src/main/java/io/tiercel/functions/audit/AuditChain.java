package io.tiercel.functions.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;

/**
 * Chains entries by their hashes, as in Haber and Stornetta, How to Time-Stamp a Digital Document (1991): whoever changes,
 * removes or inserts an entry has to write all later ones anew, and the hash of the last one, kept elsewhere, tells. Lines
 * are ASCII, so that no store and no character set can change a byte of what was hashed.
 */
public final class AuditChain {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private AuditChain() {}

    /** The entry as the one after {@code head}. */
    public static AuditRecord next(AuditHead head, AuditEntry entry) {
        long number = head.number() + 1;
        String line = line(number, entry);
        return new AuditRecord(number, head.hash(), line, hash(head.hash(), line));
    }

    /**
     * Goes along a chain from its first entry.
     *
     * @param records the entries in order
     * @param claimed the end that the store says the chain has
     * @param expected an end that it had earlier, kept elsewhere: that alone shows a chain that was written anew
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
                                : "entry " + record.number() + " is there twice");
            }
            if (!record.previous().equals(head.hash())) {
                return new AuditVerdict.Broken(number, "it does not follow the entry before, which was changed");
            }
            if (!record.hash().equals(hash(record.previous(), record.line())) || numberIn(record.line()) != number) {
                return new AuditVerdict.Broken(number, "its text is not the one that was sealed");
            }
            head = record.head();
            if (expected.isPresent()
                    && expected.get().number() == number
                    && !expected.get().equals(head)) {
                return new AuditVerdict.Broken(number, "it is another one than was there earlier");
            }
        }
        if (expected.isPresent() && expected.get().number() > head.number()) {
            return new AuditVerdict.Broken(
                    head.number() + 1, "the chain had " + expected.get().number() + " entries earlier");
        }
        if (claimed.number() > head.number()) {
            return new AuditVerdict.Broken(
                    head.number() + 1, "entries " + (head.number() + 1) + " to " + claimed.number() + " are missing");
        }
        if (!claimed.equals(head)) {
            return new AuditVerdict.Broken(
                    head.number(), "the chain does not end where it was left, at " + claimed.number());
        }
        return new AuditVerdict.Intact(head);
    }

    private static String line(long number, AuditEntry entry) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("number", number);
        line.put("at", entry.at().toString());
        line.put("actor", entry.actor());
        line.put("kind", entry.kind().name().toLowerCase(Locale.ROOT));
        line.put("incident", entry.incidentId());
        line.put("what", entry.what());
        ObjectNode details = line.putObject("details");
        entry.details().forEach(details::put);
        try {
            return JSON.writeValueAsString(line);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts can be written as JSON", e);
        }
    }

    private static long numberIn(String line) {
        try {
            JsonNode number = JSON.readTree(line).path("number");
            return number.canConvertToLong() ? number.longValue() : 0;
        } catch (JsonProcessingException e) {
            return 0;
        }
    }

    private static String hash(String previous, String line) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update((previous + "\n").getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sha.digest(line.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
