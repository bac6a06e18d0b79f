package io.tiercel.functions.replay;

import io.tiercel.functions.respond.policy.Condition;
import io.tiercel.functions.respond.policy.Exclusions;
import io.tiercel.functions.respond.policy.Policies;
import io.tiercel.functions.respond.policy.ResponsePolicy;
import io.tiercel.functions.respond.policy.ResponsePolicy.Match;
import io.tiercel.functions.respond.policy.ResponsePolicy.PolicyAction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Policies in words: what they are taken to mean, with everything that they leave to the standard. */
public final class PolicyExplanation {
    private PolicyExplanation() {}

    /** The policies of a file, in lines. */
    public static List<String> of(Policies policies) {
        List<String> lines = new ArrayList<>();
        lines.add("all policies together: at most " + policies.cap().max() + " places in "
                + text(policies.cap().within()) + " without a person");
        for (ResponsePolicy policy : policies.policies()) {
            lines.add("");
            lines.add(policy.name() + " (" + policy.mode().label() + "): " + policy.description());
            lines.add("  when      " + text(policy.match()));
            for (PolicyAction asked : policy.actions()) {
                lines.add("  does      " + asked.kind().label() + " "
                        + asked.params().values() + ": "
                        + asked.kind().description()
                        + (asked.kind().requiresApproval(asked.params()) ? "; always waits for approval" : "")
                        + (asked.kind().reversible() ? "" : "; cannot be undone"));
            }
            lines.add("  never     " + text(policy.exclusions()));
            lines.add("  at most   " + policy.cap().max() + " places in "
                    + text(policy.cap().within())
                    + (policy.cap().per() == null
                            ? ""
                            : " for each " + policy.cap().per()) + " without a person");
            lines.add("  undone    "
                    + (policy.timeLimit() == null ? "when somebody releases it" : "after " + text(policy.timeLimit())));
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

    private static void add(List<String> parts, String what, Set<String> any) {
        if (!any.isEmpty()) {
            parts.add(what + " is " + String.join(" or ", any));
        }
    }

    private static String text(Exclusions exclusions) {
        List<String> parts = new ArrayList<>();
        exclusions.conditions().stream().map(Condition::text).forEach(parts::add);
        exclusions.tags().forEach((key, value) -> parts.add("instances with tag " + key + "=" + value));
        exclusions.labels().forEach((key, value) -> parts.add("pods and nodes with label " + key + "=" + value));
        exclusions.namespaces().forEach(namespace -> parts.add("pods in namespace " + namespace));
        exclusions.roles().forEach(role -> parts.add("role " + role));
        return parts.isEmpty() ? "nothing is excluded" : String.join("; ", parts);
    }

    private static String text(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
