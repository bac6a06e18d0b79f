package io.tiercel.functions.respond.iam;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.CapturedState;
import io.tiercel.rules.text.TextLimit;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;

/**
 * The principals and service accounts in the trust policy of a role. They show who else loses sessions if the sessions of the
 * whole role are denied.
 *
 * @param principals the values of {@code Principal}, and the service accounts in conditions; sorted
 */
record TrustPolicy(List<String> principals) {
    private static final String SERVICE_ACCOUNT = "system:serviceaccount:";
    private static final int MAX_SHOWN = 8;
    private static final int MAX_CHARACTERS = 100;
    private static final int MAX_DEPTH = 12;

    /** Parses a trust policy. A document that is not valid JSON names nobody. */
    static TrustPolicy parse(String document) {
        TreeSet<String> found = new TreeSet<>();
        try {
            for (JsonNode statement :
                    elements(CapturedState.parse(document, JsonNode.class).path("Statement"))) {
                addTexts(statement.path("Principal"), "", found, MAX_DEPTH);
                addTexts(statement.path("Condition"), SERVICE_ACCOUNT, found, MAX_DEPTH);
            }
        } catch (ActionException e) {
            return new TrustPolicy(List.of());
        }
        return new TrustPolicy(List.copyOf(found));
    }

    private static Iterable<JsonNode> elements(JsonNode node) {
        return node.isArray() ? node : List.of(node);
    }

    /** Adds all texts below a node that start with a prefix. */
    private static void addTexts(JsonNode node, String prefix, TreeSet<String> found, int depth) {
        if (node.isTextual() && node.asText().startsWith(prefix)) {
            found.add(node.asText());
        }
        for (Iterator<JsonNode> children = node.elements(); depth > 0 && children.hasNext(); ) {
            addTexts(children.next(), prefix, found, depth - 1);
        }
    }

    /** Returns whether the policy names a service account, without wildcards. */
    boolean names(String namespace, String serviceAccount) {
        return principals.contains(subject(namespace, serviceAccount));
    }

    private static String subject(String namespace, String serviceAccount) {
        return SERVICE_ACCOUNT + namespace + ":" + serviceAccount;
    }

    /** Returns who can assume the role, as a message for operators. */
    String text() {
        if (principals.isEmpty()) {
            return "who can assume the role is unknown";
        }
        return "the trust policy of the role names "
                + String.join(
                        ", ",
                        principals.stream()
                                .limit(MAX_SHOWN)
                                .map(principal -> TextLimit.cut(principal, MAX_CHARACTERS))
                                .toList())
                + (principals.size() > MAX_SHOWN ? " and " + (principals.size() - MAX_SHOWN) + " more" : "");
    }
}
