package io.tiercel.functions.respond.overlap;

import io.tiercel.functions.respond.action.ActionKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Several incidents with overlapping targets, and what happens to them.
 *
 * @param incidents the incidents
 * @param openGroups whether the security groups before isolation allow all traffic from anywhere
 * @param moves the events, in order
 */
record Scenario(List<Incident> incidents, boolean openGroups, List<Move> moves) {
    /**
     * An incident with a policy of its own.
     *
     * @param pods the affected pods: indexes into {@link OverlapWorld#PODS}
     * @param automatic whether the mode of the policy is {@code auto} instead of {@code approve}
     * @param minutes the time limit; null for none
     * @param restoreDrift whether release restores what others have changed
     * @param actions the requested actions
     */
    record Incident(
            List<Integer> pods,
            boolean automatic,
            @Nullable Integer minutes,
            boolean restoreDrift,
            List<Action> actions) {
        /** Returns the parameters of an action of this incident. */
        Map<String, String> params(ActionKind kind) {
            Optional<Action> found =
                    actions.stream().filter(action -> action.kind() == kind).findFirst();
            return found.orElseThrow().params();
        }
    }

    /** A requested action with the parameters that a policy sets. */
    record Action(ActionKind kind, Map<String, String> params) {
        private String yaml() {
            return params.isEmpty()
                    ? kind.label()
                    : kind.label() + ": "
                            + params.entrySet().stream()
                                    .map(param -> param.getKey() + ": \"" + param.getValue() + "\"")
                                    .sorted()
                                    .collect(Collectors.joining(", ", "{", "}"));
        }

        @Override
        public String toString() {
            return yaml();
        }
    }

    /** Returns the id of an incident. */
    static String id(int incident) {
        return "incident-" + incident;
    }

    /** Returns the policy file: one policy for each incident, which the number of its alerts selects. */
    String policies() {
        return IntStream.range(0, incidents.size()).mapToObj(this::policy).collect(Collectors.joining());
    }

    private String policy(int number) {
        Incident incident = incidents.get(number);
        StringBuilder yaml = new StringBuilder("- policy: P" + number + "\n  desc: D\n");
        yaml.append("  match: {condition: incident.count = ")
                .append(alerts(number))
                .append("}\n");
        yaml.append("  mode: ")
                .append(incident.automatic() ? "auto" : "approve")
                .append("\n");
        yaml.append("  cap: {max: 100}\n");
        if (incident.minutes() != null) {
            yaml.append("  time_limit: ").append(incident.minutes()).append("m\n");
        }
        if (incident.restoreDrift()) {
            yaml.append("  on_drift: restore\n");
        }
        yaml.append("  actions:\n");
        incident.actions().forEach(action -> yaml.append("  - ").append(action).append("\n"));
        return yaml.toString();
    }

    /** Returns the number of alerts of an incident. */
    static long alerts(int incident) {
        return incident + 1L;
    }
}
