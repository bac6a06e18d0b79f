package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.text;

import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The table of the audit log, with its keys and attributes.
 *
 * @param client the DynamoDB client
 * @param name name of the table; empty in functions that do not use it
 */
public record AuditTable(DynamoDbClient client, String name) {
    static final String BY_BUCKET = "by-bucket";

    /** Contains only entries, see {@link AuditTime}. */
    static final String BY_TIME = "by-time";

    static final String HEAD_KEY = "head";

    static final String BUCKET = "bucket";
    static final String NUMBER = "number";
    static final String HEAD = "head";

    static final String PREVIOUS = "previous";
    static final String LINE = "line";
    static final String HASH = "hash";
    static final String PERIOD = "period";
    static final String TIME = "time";

    /** @throws IllegalStateException if the name is not set */
    @Override
    public String name() {
        if (name.isEmpty()) {
            throw new IllegalStateException(
                    "TIERCEL_AUDIT_TABLE is not set; set it to the name of the audit table (infra/terraform does this)");
        }
        return name;
    }

    private static final String PREFIX = "chain#";

    static AttributeValue pk(String chain) {
        return text(PREFIX + chain);
    }

    static String chain(String pk) {
        return pk.startsWith(PREFIX) ? pk.substring(PREFIX.length()) : pk;
    }

    static Map<String, AttributeValue> headKey(String chain) {
        return Map.of(IncidentTable.PK, pk(chain), IncidentTable.SK, text(HEAD_KEY));
    }

    static Map<String, AttributeValue> entryKey(String chain, long number) {
        return Map.of(IncidentTable.PK, pk(chain), IncidentTable.SK, text(sk(number)));
    }

    static String sk(long number) {
        return "%019d".formatted(number);
    }
}
