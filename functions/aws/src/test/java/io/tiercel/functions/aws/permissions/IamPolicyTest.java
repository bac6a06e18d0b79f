package io.tiercel.functions.aws.permissions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What IAM sees of a request, and the traps of its condition operators. */
@Tag("unit")
class IamPolicyTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/incidents";

    private static JsonNode json(String text) throws Exception {
        return JSON.readTree(text.replace('\'', '"'));
    }

    private static IamPolicy policy(String statements) throws Exception {
        return IamPolicy.parse(json("{'Statement': [" + statements + "]}"));
    }

    private static String allow(String action, String condition) {
        return "{'Effect': 'Allow', 'Action': '%s', 'Resource': '%s', 'Condition': %s}"
                .formatted(action, ARN, condition);
    }

    private static TableCall call(String action, Set<String> keys, Set<String> attributes) {
        return new TableCall(action, "incidents", "", keys, attributes);
    }

    @Test
    void anUpdateNamesTheAttributesOfItsExpressionsAndItsKey() throws Exception {
        assertEquals(
                List.of(call(
                        "dynamodb:UpdateItem",
                        Set.of("incident#i"),
                        Set.of("pk", "sk", "notifications", "count", "first", "closed_at", "gone"))),
                TableCall.of("UpdateItem", json("""
                    {'TableName': 'incidents', 'Key': {'pk': {'S': 'incident#i'}, 'sk': {'S': 'incident'}},
                     'UpdateExpression': 'SET #notifications.#channel = :record ADD #count :one REMOVE #closed_at, gone[0]',
                     'ConditionExpression':
                       'attribute_exists(pk) AND (NOT #notifications.#channel.#revision = :before OR #first > :than_first)',
                     'ExpressionAttributeNames': {'#notifications': 'notifications', '#channel': 'soc', '#count': 'count',
                       '#closed_at': 'closed_at', '#revision': 'revision', '#first': 'first'}}""")));
    }

    @Test
    void aTransactionConsistsOfSingleOperations() throws Exception {
        assertEquals(
                List.of(
                        call("dynamodb:PutItem", Set.of("alert#a"), Set.of("pk", "sk", "incident")),
                        call("dynamodb:ConditionCheckItem", Set.of("incident#i"), Set.of("pk", "sk", "state"))),
                TableCall.of("TransactWriteItems", json("""
                    {'TransactItems': [
                      {'Put': {'TableName': 'incidents', 'ConditionExpression': 'attribute_not_exists(pk)',
                        'Item': {'pk': {'S': 'alert#a'}, 'sk': {'S': 'alert'}, 'incident': {'S': 'i'}}}},
                      {'ConditionCheck': {'TableName': 'incidents', 'Key': {'pk': {'S': 'incident#i'}, 'sk': {'S': 'incident'}},
                        'ConditionExpression': 'state = :open'}}]}""")));
    }

    @Test
    void readsNameKeysAndIndexes() throws Exception {
        assertEquals(
                List.of(new TableCall("dynamodb:Query", "incidents", "by-last-seen", Set.of("due-retry"), Set.of())),
                TableCall.of("Query", json("""
                    {'TableName': 'incidents', 'IndexName': 'by-last-seen', 'KeyConditionExpression': '#shard = :shard AND #last <= :now',
                     'ExpressionAttributeNames': {'#shard': 'shard', '#last': 'last'},
                     'ExpressionAttributeValues': {':shard': {'S': 'due-retry'}, ':now': {'N': '1'}}}""")));
        assertEquals(
                List.of(call("dynamodb:BatchGetItem", Set.of("state#a", "state#b"), Set.of())),
                TableCall.of("BatchGetItem", json("""
                    {'RequestItems': {'incidents': {'Keys': [
                      {'pk': {'S': 'state#a'}, 'sk': {'S': 'state'}}, {'pk': {'S': 'state#b'}, 'sk': {'S': 'state'}}]}}}""")));
        assertEquals(
                List.of(call("dynamodb:GetItem", Set.of("state#a"), Set.of())),
                TableCall.of("GetItem", json("{'TableName': 'incidents', 'Key': {'pk': {'S': 'state#a'}}}")));
        assertThrows(AssertionError.class, () -> TableCall.of("ExecuteStatement", json("{}")));
    }

    @Test
    void aConditionOnAllValuesHoldsForNoValue() throws Exception {
        String keys = "'ForAllValues:StringLike': {'dynamodb:LeadingKeys': ['state#plan/*']}";
        IamPolicy trap = policy(allow("dynamodb:*", "{" + keys + "}"));
        IamPolicy safe = policy(allow("dynamodb:*", "{" + keys + ", 'Null': {'dynamodb:LeadingKeys': 'false'}}"));
        TableCall scan = call("dynamodb:Scan", Set.of(), Set.of());
        assertTrue(trap.allows(scan, ARN));
        assertFalse(safe.allows(scan, ARN));
        assertTrue(safe.allows(call("dynamodb:GetItem", Set.of("state#plan/i"), Set.of()), ARN));
        assertFalse(safe.allows(call("dynamodb:GetItem", Set.of("state#plans/i"), Set.of()), ARN));
        assertFalse(safe.allows(call("dynamodb:BatchGetItem", Set.of("state#plan/i", "state#hold/i"), Set.of()), ARN));
    }

    @Test
    void resourcesAndDenialsCount() throws Exception {
        IamPolicy policy = policy(allow("dynamodb:PutItem", "{}")
                + ", {'Effect': 'Deny', 'Action': 'dynamodb:Put*', 'Resource': '*', 'Condition': "
                + "{'ForAllValues:StringEquals': {'dynamodb:Attributes': ['pk']}}}");
        assertTrue(policy.allows(call("dynamodb:PutItem", Set.of("a"), Set.of("pk", "sk")), ARN));
        assertFalse(policy.allows(call("dynamodb:PutItem", Set.of("a"), Set.of("pk")), ARN));
        assertFalse(policy.allows(call("dynamodb:PutItem", Set.of("a"), Set.of("pk", "sk")), ARN + "2"));
        assertFalse(policy.allows(call("dynamodb:GetItem", Set.of("a"), Set.of()), ARN));
        assertFalse(policy.allows(
                new TableCall("dynamodb:PutItem", "incidents", "by-last-seen", Set.of("a"), Set.of("pk", "sk")), ARN));
    }

    @Test
    void anUnknownConditionIsAnError() throws Exception {
        IamPolicy policy = policy(allow("dynamodb:GetItem", "{'DateGreaterThan': {'aws:CurrentTime': '2026-01-01'}}"));
        assertThrows(AssertionError.class, () -> policy.allows(call("dynamodb:GetItem", Set.of("a"), Set.of()), ARN));
    }
}
