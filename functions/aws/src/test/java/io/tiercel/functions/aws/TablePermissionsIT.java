package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.aws.dynamodb.RecordedFunctions;
import io.tiercel.functions.aws.permissions.IamPolicy;
import io.tiercel.functions.aws.permissions.TableCall;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares the permissions in infra/terraform with the calls of the functions: every recorded call is allowed, every statement is
 * needed, and no function may do what only another one does.
 */
@Tag("packaged")
class TablePermissionsIT {
    private static final Map<String, String> NO_ACCOUNT =
            Map.of("AWS_REGION", "eu-west-1", "AWS_ACCESS_KEY_ID", "test", "AWS_SECRET_ACCESS_KEY", "test");
    private static final String NAME = "tiercel-complete";
    private static final String TABLES = "arn:aws:dynamodb:eu-west-1:123456789012:table/";
    private static final Set<String> FUNCTIONS =
            Set.of("enrich", "deduplicate", "respond", "notify", "sweep", "interact", "operate", "operate-read");
    private static final Set<String> WRITES = Set.of("dynamodb:PutItem", "dynamodb:UpdateItem");

    @TempDir
    static Path folder;

    private static final Map<String, JsonNode> DOCUMENTS = new TreeMap<>();
    private static Map<String, List<TableCall>> calls = Map.of();

    @BeforeAll
    static void renderPoliciesAndRunFunctions() throws Exception {
        Skip.unless(
                System.getenv("TF_CLI_CONFIG_FILE") != null,
                "needs an emulated provider hashicorp/aws, configured by TF_CLI_CONFIG_FILE");
        TerraformCopy example = TerraformCopy.withPlaceholders(folder).initialized("examples/complete");
        example.apply(NO_ACCOUNT);
        for (JsonNode resource :
                TerraformCopy.resources(example.state(NO_ACCOUNT).at("/values/root_module"))) {
            JsonNode values = resource.path("values");
            String role = values.path("role").asText().replace(NAME + "-", "");
            if (resource.path("type").asText().equals("aws_iam_role_policy")
                    && values.path("name").asText().equals(role)
                    && FUNCTIONS.contains(role)) {
                DOCUMENTS.put(
                        role, TerraformCopy.JSON.readTree(values.path("policy").asText()));
            }
        }
        assertEquals(FUNCTIONS, DOCUMENTS.keySet());
        try (Moto moto = Moto.startOrSkip()) {
            calls = RecordedFunctions.run(moto, NAME + "-incidents", NAME + "-audit");
        }
    }

    @AfterAll
    static void removeLinks() throws Exception {
        TerraformCopy.removeLinks(folder);
    }

    private static JsonNode document(String function) {
        return Objects.requireNonNull(DOCUMENTS.get(function), function);
    }

    private static boolean allows(String function, TableCall call) {
        return IamPolicy.parse(document(function)).allows(call, TABLES + call.table());
    }

    @Test
    void everyCallIsAllowed() {
        List<String> denied = new ArrayList<>();
        calls.forEach((function, recorded) -> recorded.stream()
                .distinct()
                .filter(call -> !allows(function, call))
                .forEach(call -> denied.add(function + ": " + call)));
        assertEquals(List.of(), denied);
    }

    @Test
    void everyFunctionRan() {
        assertEquals(
                Set.of("deduplicate", "respond", "notify", "sweep", "interact", "operate", "operate-read"),
                calls.keySet());
        calls.forEach((function, recorded) -> assertTrue(recorded.size() > 5, function + ": " + recorded));
        assertTrue(
                calls.getOrDefault("respond", List.of()).stream()
                        .anyMatch(call -> call.leadingKeys().toString().contains("state#hold/")),
                "no step was held");
    }

    /** A statement that no call needs is a permission too many. */
    @Test
    void everyStatementIsNeeded() {
        List<String> unused = new ArrayList<>();
        DOCUMENTS.forEach((function, document) -> document.path("Statement").forEach(statement -> {
            List<TableCall> recorded = calls.getOrDefault(function, List.of());
            JsonNode alone = TerraformCopy.JSON
                    .createObjectNode()
                    .set("Statement", TerraformCopy.JSON.createArrayNode().add(statement));
            boolean table = statement.path("Action").toString().contains("dynamodb:");
            if (table
                    && recorded.stream()
                            .noneMatch(call -> IamPolicy.parse(alone).allows(call, TABLES + call.table()))) {
                unused.add(function + ": " + statement.path("Sid").asText());
            }
        }));
        assertEquals(List.of(), unused);
    }

    @Test
    void enrichHasNoAccessAndNoFunctionDeletes() {
        assertFalse(document("enrich").toString().contains("dynamodb:"), "enrich has access to a table");
        Set<String> actions = new TreeSet<>();
        DOCUMENTS
                .values()
                .forEach(document -> document.findValues("Action").forEach(action -> {
                    if (action.isTextual()) {
                        actions.add(action.asText());
                    }
                    action.forEach(text -> actions.add(text.asText()));
                }));
        actions.removeIf(action -> !action.startsWith("dynamodb:"));
        assertEquals(
                Set.of(
                        "dynamodb:BatchGetItem",
                        "dynamodb:GetItem",
                        "dynamodb:PutItem",
                        "dynamodb:Query",
                        "dynamodb:Scan",
                        "dynamodb:UpdateItem"),
                actions);
    }

    /** For each kind of item, the functions that write it. */
    @Test
    void otherFunctionsMayNotWriteAnItem() {
        Map<String, Set<String>> writers = new TreeMap<>();
        calls.values()
                .forEach(recorded -> recorded.stream()
                        .filter(call -> WRITES.contains(call.action()))
                        .distinct()
                        .forEach(call -> FUNCTIONS.stream()
                                .filter(function -> allows(function, call))
                                .forEach(function -> writers.computeIfAbsent(kind(call), kind -> new TreeSet<>())
                                        .add(function))));
        Set<String> appenders = Set.of("deduplicate", "interact", "operate", "respond", "sweep");
        Map<String, Set<String>> expected = new TreeMap<>(Map.of(
                "Put alert#", Set.of("deduplicate"),
                "Put counted#", Set.of("deduplicate"),
                "Put health", Set.of("deduplicate"),
                "Put incident#", Set.of("deduplicate"),
                "Update incident#", Set.of("deduplicate", "interact", "operate", "sweep"),
                "Put slots#", Set.of("deduplicate", "interact", "operate", "sweep"),
                "Put comments#", Set.of("operate"),
                "Put chain#", appenders,
                "Update chain#", appenders,
                "Put used_token#", Set.of("interact")));
        for (String kind : List.of(
                "Put notification#",
                "Put group#",
                "Update group#",
                "Update group-of#",
                "Put state#channel-start/",
                "Put state#channel-pace/",
                "Put state#channel-window/")) {
            expected.put(kind, Set.of("notify"));
        }
        expected.put("Put state#incident-closing", Set.of("sweep"));
        expected.put("Put state#notification-repair", Set.of("notify"));
        expected.put("Put state#kill-switch", Set.of("operate"));
        expected.put("Put state#silences", Set.of("interact", "operate", "sweep"));
        expected.put("Put state#silence-use/", Set.of("interact", "notify", "operate", "sweep"));
        Map<String, Set<String>> state = Map.of(
                "target/", Set.of("deduplicate"),
                "targets/", Set.of("deduplicate"),
                "plan/", Set.of("respond"),
                "step/", Set.of("respond"),
                "hold/", Set.of("respond"),
                "lease/", Set.of("respond"),
                "cap/", Set.of("respond"),
                "commands/", Set.of("interact", "operate", "respond"),
                "audit/", Set.of("sweep"),
                "fleet/", Set.of("deduplicate", "sweep"));
        state.forEach((prefix, functions) -> expected.put("Put state#" + prefix, functions));
        writers.keySet().removeIf(kind -> kind.startsWith("Put state#circuit-breaker"));
        assertEquals(expected, writers);
    }

    private static String kind(TableCall call) {
        String key = call.leadingKeys().iterator().next();
        String prefix = key.startsWith("state#")
                ? key.substring(0, key.indexOf('/') + 1)
                : key.substring(0, key.indexOf('#') + 1);
        return call.action().replace("dynamodb:", "").replace("Item", " ") + (prefix.isEmpty() ? key : prefix);
    }

    @Test
    void noPolicyAllowsTampering() {
        List<TableCall> attacks = List.of(
                // An audit entry that expires, that changes, that is deleted, and one that a scan without a key finds.
                call("PutItem", "audit", "chain#i", "pk", "sk", "previous", "line", "hash", "expires"),
                call("UpdateItem", "audit", "chain#i", "pk", "sk", "line"),
                call("DeleteItem", "audit", "chain#i", "pk", "sk"),
                call("DeleteItem", "incidents", "incident#i", "pk", "sk"),
                // Keys and attributes that nobody writes.
                call("PutItem", "incidents", "unknown#i", "pk", "sk"),
                call("UpdateItem", "incidents", "incident#i", "pk", "sk", "unknown"),
                call("UpdateItem", "incidents", "state#plan/i", "pk", "sk", "document"),
                call("PutItem", "incidents", "state#audit", "pk", "sk", "version", "document"),
                new TableCall("dynamodb:Scan", NAME + "-incidents", "", Set.of(), Set.of()),
                new TableCall("dynamodb:PutItem", NAME + "-incidents", "", Set.of(), Set.of("pk", "sk")),
                new TableCall("dynamodb:UpdateItem", NAME + "-incidents", "", Set.of("incident#i"), Set.of()));
        for (String function : FUNCTIONS) {
            assertEquals(
                    List.of(),
                    attacks.stream().filter(attack -> allows(function, attack)).toList(),
                    function);
        }
    }

    /** The code of both functions is the same, so only its role keeps operate-read from writing. */
    @Test
    void operateReadOnlyReads() {
        List<TableCall> writes = calls.values().stream()
                .flatMap(List::stream)
                .filter(call -> WRITES.contains(call.action()))
                .distinct()
                .toList();
        assertEquals(
                List.of(),
                writes.stream().filter(call -> allows("operate-read", call)).toList());
        assertEquals(
                List.of(),
                calls.getOrDefault("operate-read", List.of()).stream()
                        .filter(call -> WRITES.contains(call.action()))
                        .toList());
    }

    private static TableCall call(String action, String table, String key, String... attributes) {
        return new TableCall("dynamodb:" + action, NAME + "-" + table, "", Set.of(key), Set.of(attributes));
    }
}
