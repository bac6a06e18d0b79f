package io.tiercel.functions.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tiercel.functions.json.Json;
import io.tiercel.rules.text.Sha256;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A hash chain of audit entries, as in Haber and Stornetta, How to Time-Stamp a Digital Document (1991). Each incident has a chain
 * of its own, and each function has one for entries without an incident. Changing, removing or inserting an entry requires
 * rewriting all later entries of its chain. A copy of the last hash that is stored elsewhere detects that. The id of the chain is
 * hashed too, so an entry cannot move to another chain. Lines are ASCII, so that no store and no character set can change a hashed
 * byte.
 */
public final class AuditChain {
    /** Number of buckets that divide the chains, so that an anchor needs to read and store only what has changed. */
    public static final int BUCKETS = 256;

    /** Maximum length of a line in characters, so that an entry fits into an item of any store. */
    static final int MAX_LINE = 150_000;

    /** Maximum length of each detail of an entry whose line would be longer than {@link #MAX_LINE}. */
    private static final int SHORT_DETAIL = 256;

    private static final Pattern PLAIN_ID = Pattern.compile("[0-9A-Za-z_.:][0-9A-Za-z_.:-]{0,127}");
    private static final Pattern FUNCTION = Pattern.compile("[a-z]{1,32}");

    private AuditChain() {}

    /** Returns the id of the chain of an entry: that of its incident, or {@code -FUNCTION} if it concerns none. */
    public static String idOf(AuditEntry entry) {
        String incidentId = entry.incidentId();
        if (incidentId != null) {
            return idOfIncident(incidentId);
        }
        return FUNCTION.matcher(entry.actor()).matches() ? "-" + entry.actor() : "-operators";
    }

    /** Returns the id of an incident's chain: the id of the incident. Unusual ids are hashed, because stores use ids as keys. */
    public static String idOfIncident(String incidentId) {
        return PLAIN_ID.matcher(incidentId).matches() ? incidentId : "~" + Sha256.hex(incidentId);
    }

    /** Returns the bucket of a chain, from 0 to 255: the first byte of the SHA-256 of its id. */
    public static int bucketOf(String chain) {
        return Integer.parseInt(new Sha256().update(chain).hexPrefix(1), 16);
    }

    /** Returns the name of a bucket in stores: two hexadecimal digits. */
    public static String bucketName(int bucket) {
        return "%02x".formatted(bucket);
    }

    /** Returns the record of the entry that follows {@code head} in its chain. */
    public static AuditRecord next(AuditHead head, AuditEntry entry) {
        String chain = idOf(entry);
        long number = head.number() + 1;
        String line = line(chain, number, entry);
        if (line.length() > MAX_LINE) {
            line = line(chain, number, entry.shortened(SHORT_DETAIL));
        }
        return new AuditRecord(chain, number, head.hash(), line, hash(head.hash(), line));
    }

    /**
     * Checks that a stored record follows the previous one.
     *
     * @param chain the chain that has the record
     * @param previous the position before it
     * @return the first mismatch; empty if there is none
     */
    public static Optional<String> mismatch(String chain, AuditHead previous, AuditRecord record) {
        long number = previous.number() + 1;
        if (record.number() > number) {
            return Optional.of(missing(number, record.number() - 1));
        }
        if (record.number() < number) {
            return Optional.of("entry " + record.number() + " was added");
        }
        if (!record.previous().equals(previous.hash())) {
            return Optional.of("its link does not match the previous entry");
        }
        if (!record.hash().equals(hash(record.previous(), record.line()))) {
            return Optional.of("its text does not match its hash");
        }
        if (!record.chain().equals(chain) || !record.line().startsWith(start(chain, number))) {
            return Optional.of("it belongs to another chain or has another number");
        }
        return Optional.empty();
    }

    /** Returns a text about entries that are missing. */
    public static String missing(long first, long last) {
        return first == last ? "entry " + first + " is missing" : "entries " + first + " to " + last + " are missing";
    }

    private static String line(String chain, long number, AuditEntry entry) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("chain", chain);
        line.put("number", number);
        line.put("time", entry.time().toString());
        line.put("actor", entry.actor());
        line.put("kind", entry.kind().name().toLowerCase(Locale.ROOT));
        line.put("incident", entry.incidentId());
        line.put("summary", entry.summary());
        ObjectNode details = line.putObject("details");
        entry.details().forEach(details::put);
        return ascii(line);
    }

    private static String ascii(@Nullable Object value) {
        try {
            return Json.ASCII.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the entry has no JSON form", e);
        }
    }

    /**
     * Returns the start of the line of an entry. Verification compares it instead of parsing the line, because JSON parsers
     * differ in the names that they accept: Jackson 2.22 rejects a name with an unpaired surrogate.
     */
    private static String start(String chain, long number) {
        return "{\"chain\":" + ascii(TextNode.valueOf(chain)) + ",\"number\":" + number + ",";
    }

    private static String hash(String previous, String line) {
        return new Sha256().update(previous + "\n").update(line).hex();
    }
}
