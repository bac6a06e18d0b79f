package io.tiercel.functions.replay;

import io.tiercel.functions.config.Durations;
import io.tiercel.functions.respond.policy.Condition;
import io.tiercel.functions.respond.policy.Exclusions;
import io.tiercel.functions.respond.policy.Policies;
import io.tiercel.functions.respond.policy.ResponsePolicy;
import io.tiercel.functions.respond.policy.ResponsePolicy.Match;
import io.tiercel.functions.respond.policy.ResponsePolicy.PolicyAction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Describes response policies in plain text, including all default values. */
public final class PolicyExplanation {
    private PolicyExplanation() {}

    /** Returns the description of the policies of a file, line by line. */
    public static List<String> explain(Policies policies) {
        List<String> lines = new ArrayList<>();
        lines.add("all policies together act on at most " + policies.cap().max() + " targets in "
                + text(policies.cap().within()) + " without approval");
        for (ResponsePolicy policy : policies.policies()) {
            lines.add("");
            lines.add(policy.name() + " (" + policy.mode().label() + "): " + policy.description());
            lines.add("  when      " + text(policy.match()));
            for (PolicyAction action : policy.actions()) {
                lines.add("  action    " + action.kind().label() + " "
                        + action.params().values() + ": "
                        + action.kind().description()
                        + (action.kind().requiresApproval(action.params()) ? "; always requires approval" : "")
                        + (action.kind().reversible() ? "" : "; irreversible"));
            }
            lines.add("  exclude   " + text(policy.exclusions()));
            lines.add("  limit     " + policy.cap().max() + " targets in "
                    + text(policy.cap().within())
                    + (policy.cap().per() == null
                            ? ""
                            : " for each " + policy.cap().per()) + " without approval");
            lines.add("  release   "
                    + (policy.timeLimit() == null ? "manually" : "after " + text(policy.timeLimit()))
                    + switch (policy.onDrift()) {
                        case LEAVE -> "; leaves what other clients changed since";
                        case RESTORE -> "; restores what other clients changed since";
                    });
            lines.add("  approval  within " + text(policy.approvalTime()));
        }
        return List.copyOf(lines);
    }

    private static String text(Match match) {
        List<String> parts = new ArrayList<>();
        if (match.priority() != null) {
            parts.add("priority " + match.priority().label() + " or more urgent");
        }
        add(parts, "rule", match.rules());
        add(parts, "tag", match.tags());
        add(parts, "tactic", match.tactics());
        add(parts, "technique", match.techniques());
        if (match.container() != null) {
            parts.add(match.container() ? "in a container" : "outside containers");
        }
        if (match.condition() != null) {
            parts.add(match.condition().text());
        }
        return String.join(" and ", parts);
    }

    private static void add(List<String> parts, String label, Set<String> values) {
        if (!values.isEmpty()) {
            parts.add(label + " is " + String.join(" or ", values));
        }
    }

    private static String text(Exclusions exclusions) {
        List<String> parts = new ArrayList<>();
        exclusions.conditions().stream().map(Condition::text).forEach(parts::add);
        exclusions.tags().forEach((key, value) -> parts.add("instances with tag " + key + "=" + value));
        exclusions.labels().forEach((key, value) -> parts.add("pods and nodes with label " + key + "=" + value));
        exclusions.namespaces().forEach(namespace -> parts.add("pods in namespace " + namespace));
        exclusions.roles().forEach(role -> parts.add("role " + role));
        return parts.isEmpty() ? "nothing" : String.join("; ", parts);
    }

    private static String text(Duration duration) {
        return Durations.format(duration);
    }
}
