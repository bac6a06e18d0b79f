package io.tiercel.functions.aws.dynamodb;

import static io.tiercel.functions.aws.dynamodb.IncidentTable.PK;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.SK;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.number;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.present;
import static io.tiercel.functions.aws.dynamodb.IncidentTable.text;

import io.tiercel.functions.notification.GroupSummary;
import io.tiercel.functions.notification.GroupSummary.Dimension;
import io.tiercel.functions.notification.group.GroupHeader;
import io.tiercel.functions.notification.group.GroupMember;
import io.tiercel.functions.notification.group.GroupStore;
import io.tiercel.functions.notification.group.MemberTotals;
import io.tiercel.rules.alert.Priority;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/**
 * Groups of incidents in DynamoDB: {@code group#ID} with a header and one item for each member, and {@code group-of#ID} with one
 * item for each assignment. A join writes three small items. All of them expire as the incidents do, counted from their last change.
 */
public final class DynamoDbGroupStore implements GroupStore {
    private static final String HEADER = "group";
    private static final String MEMBER = "incident#";
    /** Not the partition of the incident, which a function that may assign groups must not change. */
    private static final String ASSIGNMENT = "group-of#";

    private static final Priority[] PRIORITIES = Priority.values();

    private final IncidentTable table;

    public DynamoDbGroupStore(IncidentTable table) {
        this.table = table;
    }

    private static String pk(String groupId) {
        return "group#" + groupId;
    }

    private static Map<String, AttributeValue> headerKey(String groupId) {
        return Map.of(PK, text(pk(groupId)), SK, text(HEADER));
    }

    private static Map<String, AttributeValue> memberKey(String groupId, String incidentId) {
        return Map.of(PK, text(pk(groupId)), SK, text(MEMBER + incidentId));
    }

    private static Map<String, AttributeValue> assignmentKey(String channel, String incidentId, String occasion) {
        return Map.of(PK, text(ASSIGNMENT + incidentId), SK, text(channel + "#" + occasion));
    }

    /** Items of groups are in no transaction, but DynamoDB may still report a conflict. Throttled requests are repeated by the SDK. */
    private static <T> T call(String operation, Supplier<T> request) {
        for (int attempt = 0; ; attempt++) {
            try {
                return request.get();
            } catch (TransactionConflictException e) {
                IncidentTable.backOff(operation, attempt, e);
            } catch (SdkException e) {
                throw IncidentTable.unavailable(operation, e);
            }
        }
    }

    private AttributeValue expires() {
        return table.expiresIn(table.retention().incidents());
    }

    @Override
    public void create(GroupHeader header) {
        Map<String, AttributeValue> item = new HashMap<>(headerKey(header.id()));
        item.put("channel", text(header.channel()));
        item.put("dimension", text(header.dimension().name()));
        item.put("value", text(header.value()));
        item.put("since", number(header.since().toEpochMilli()));
        item.put("size", number(0));
        item.put(IncidentTable.EXPIRES, expires());
        call("create a group", () -> {
            try {
                return table.client()
                        .putItem(put ->
                                put.tableName(table.name()).item(item).conditionExpression("attribute_not_exists(pk)"));
            } catch (ConditionalCheckFailedException e) {
                return item;
            }
        });
    }

    private Map<String, AttributeValue> header(String groupId) {
        return call(
                "read a group",
                () -> table.client()
                        .getItem(get -> get.tableName(table.name())
                                .key(headerKey(groupId))
                                .consistentRead(true))
                        .item());
    }

    @Override
    public Optional<GroupHeader> find(String groupId) {
        Map<String, AttributeValue> item = header(groupId);
        // An update that counts members of an expired group would leave a header without a channel.
        return item.containsKey("channel")
                ? Optional.of(new GroupHeader(
                        groupId,
                        text(item, "channel"),
                        Dimension.valueOf(text(item, "dimension")),
                        text(item, "value"),
                        Instant.ofEpochMilli(number(item, "since"))))
                : Optional.empty();
    }

    @Override
    public long size(String groupId) {
        Map<String, AttributeValue> item = header(groupId);
        return item.containsKey("size") ? number(item, "size") : 0;
    }

    /** {@inheritDoc} The assignment comes first: after a crash in between, the next call joins the same group. */
    @Override
    public String join(String channel, String occasion, GroupMember member) {
        String joined = assign(channel, member.incidentId(), occasion, member.groupId());
        put(member.in(joined));
        return joined;
    }

    private String assign(String channel, String incidentId, String occasion, String groupId) {
        return call("assign a group", () -> {
            UpdateItemResponse response = table.client()
                    .updateItem(update -> update.tableName(table.name())
                            .key(assignmentKey(channel, incidentId, occasion))
                            .updateExpression("SET #group = if_not_exists(#group, :group), #expires = :expires")
                            .expressionAttributeNames(Map.of("#group", "group", "#expires", IncidentTable.EXPIRES))
                            .expressionAttributeValues(Map.of(":group", text(groupId), ":expires", expires()))
                            .returnValues(ReturnValue.ALL_NEW));
            return text(response.attributes(), "group");
        });
    }

    @Override
    public Optional<String> assignment(String channel, String incidentId, String occasion) {
        Map<String, AttributeValue> item = call(
                "read the group of an incident",
                () -> table.client()
                        .getItem(get -> get.tableName(table.name())
                                .key(assignmentKey(channel, incidentId, occasion))
                                .consistentRead(true))
                        .item());
        return item.isEmpty() ? Optional.empty() : Optional.of(text(item, "group"));
    }

    @Override
    public boolean put(GroupMember member) {
        Map<String, String> names = new HashMap<>();
        for (String name : new String[] {
            "rule",
            "workload",
            "target",
            "priority",
            "verified",
            "count",
            "is_open",
            "joined_at",
            "write",
            IncidentTable.EXPIRES
        }) {
            names.put("#" + name, name);
        }
        AttributeValue write = text(UUID.randomUUID().toString());
        Map<String, AttributeValue> values = new HashMap<>(Map.of(
                ":rule", text(member.rule()),
                ":workload", text(member.workload()),
                ":target", text(member.target()),
                ":priority", number(member.priority().ordinal()),
                ":verified", AttributeValue.fromBool(member.verified()),
                ":count", number(member.count()),
                ":is_open", number(member.open() ? 1 : 0),
                ":joined_at", number(member.joinedAt().toEpochMilli()),
                ":expires", expires()));
        values.put(":write", write);
        return call("store a member of a group", () -> {
            try {
                UpdateItemResponse response = table.client()
                        .updateItem(update -> update.tableName(table.name())
                                .key(memberKey(member.groupId(), member.incidentId()))
                                .updateExpression("SET #rule = :rule, #workload = :workload, #target = :target,"
                                        + " #priority = :priority, #verified = :verified, #count = :count, #is_open = :is_open,"
                                        + " #joined_at = if_not_exists(#joined_at, :joined_at), #expires = :expires,"
                                        + " #write = :write")
                                .conditionExpression(
                                        "attribute_not_exists(pk) OR #count < :count OR (#count = :count AND"
                                                + " (#is_open > :is_open OR (#is_open = :is_open AND (#priority <> :priority OR"
                                                + " #verified <> :verified))))")
                                .expressionAttributeNames(names)
                                .expressionAttributeValues(values)
                                .returnValues(ReturnValue.ALL_OLD)
                                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD));
                if (!response.hasAttributes() || response.attributes().isEmpty()) {
                    grown(member.groupId());
                }
                return true;
            } catch (ConditionalCheckFailedException e) {
                // The SDK repeats a request whose response was lost. Then this call has written the item.
                return e.hasItem() && write.equals(e.item().get("write"));
            }
        });
    }

    /** Not in one transaction with the member, which would cost four times as much: the size is only a limit. */
    private void grown(String groupId) {
        call(
                "count a member of a group",
                () -> table.client()
                        .updateItem(update -> update.tableName(table.name())
                                .key(headerKey(groupId))
                                .updateExpression("SET #expires = :expires ADD #size :one")
                                .expressionAttributeNames(Map.of("#size", "size", "#expires", IncidentTable.EXPIRES))
                                .expressionAttributeValues(Map.of(":one", number(1), ":expires", expires()))));
    }

    @Override
    public Optional<GroupSummary> summary(String groupId) {
        return find(groupId).flatMap(header -> {
            MemberTotals totals = new MemberTotals();
            call("read the members of a group", () -> {
                table.client()
                        .queryPaginator(query -> query.tableName(table.name())
                                .keyConditionExpression("pk = :pk AND begins_with(sk, :member)")
                                .expressionAttributeValues(Map.of(":pk", text(pk(groupId)), ":member", text(MEMBER)))
                                .consistentRead(true))
                        .items()
                        .forEach(item -> totals.add(member(groupId, item)));
                return totals;
            });
            return totals.summary(header);
        });
    }

    private static GroupMember member(String groupId, Map<String, AttributeValue> item) {
        return new GroupMember(
                groupId,
                text(item, SK).substring(MEMBER.length()),
                text(item, "rule"),
                text(item, "workload"),
                text(item, "target"),
                PRIORITIES[(int) number(item, "priority")],
                Boolean.TRUE.equals(present(item, "verified").bool()),
                number(item, "count"),
                number(item, "is_open") == 1,
                Instant.ofEpochMilli(number(item, "joined_at")));
    }
}
