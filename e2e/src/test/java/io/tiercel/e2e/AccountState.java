package io.tiercel.e2e;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The state of an AWS account.
 *
 * @param description complete descriptions of everything that actions may change
 */
record AccountState(JsonNode description) {
    /** Returns the security groups of an instance's network interfaces, by interface. */
    Map<String, Set<String>> groups(String instance) {
        Map<String, Set<String>> groups = new TreeMap<>();
        for (JsonNode networkInterface : description.path("interfaces")) {
            if (networkInterface.at("/Attachment/InstanceId").asText().equals(instance)) {
                Set<String> ids = new HashSet<>();
                networkInterface
                        .path("Groups")
                        .forEach(group -> ids.add(group.path("GroupId").asText()));
                groups.put(networkInterface.path("NetworkInterfaceId").asText(), ids);
            }
        }
        return groups;
    }

    /** Returns the id of a security group. */
    String groupId(String name) {
        for (JsonNode group : description.path("groups")) {
            if (group.path("GroupName").asText().equals(name)) {
                return group.path("GroupId").asText();
            }
        }
        throw new AssertionError("no security group " + name);
    }

    /** Returns a role with all its policies. */
    JsonNode role(String name) {
        return description.path("roles").path(name);
    }

    /** Returns the state without a security group, which must have no rules. */
    AccountState withoutEmptyGroup(String name) {
        String id = groupId(name);
        for (JsonNode rule : description.path("rules")) {
            assertNotEquals(id, rule.path("GroupId").asText(), rule.toString());
        }
        JsonNode copy = description.deepCopy();
        for (Iterator<JsonNode> groups = copy.path("groups").elements(); groups.hasNext(); ) {
            if (groups.next().path("GroupId").asText().equals(id)) {
                groups.remove();
            }
        }
        return new AccountState(copy);
    }
}
