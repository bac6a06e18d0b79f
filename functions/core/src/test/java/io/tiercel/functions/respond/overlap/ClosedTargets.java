package io.tiercel.functions.respond.overlap;

import io.tiercel.functions.respond.PlanStep;
import io.tiercel.functions.respond.StepState;
import io.tiercel.functions.respond.action.ActionKind;
import io.tiercel.functions.respond.ec2.AutoScalingApi.Membership;
import io.tiercel.functions.respond.ec2.Ec2Api.Instance;
import io.tiercel.functions.respond.ec2.Ec2Api.NetworkInterface;
import io.tiercel.functions.respond.ec2.Ec2Api.Protection;
import io.tiercel.functions.respond.ec2.Ec2Api.Volume;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Pod;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Selector;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What each action promises while it is in force. */
final class ClosedTargets {
    private static final String SUSPECT = "tiercel.io/suspect";
    private static final String OUR_POLICIES = "tiercel-isolate-";

    private final OverlapWorld world;

    ClosedTargets(OverlapWorld world) {
        this.world = world;
    }

    /**
     * Returns why the target of a step in force is more open than the step wants; empty if it is not.
     *
     * @param open the interfaces that are recorded as open
     */
    String problem(String incident, PlanStep step, Set<String> open) {
        ActionKind kind = ActionKind.parse(step.action()).orElseThrow();
        String target = Objects.requireNonNull(step.target());
        String name = target.substring(target.indexOf(' ') + 1);
        Map<String, String> params = world.scenario
                .incidents()
                .get(Integer.parseInt(incident.substring(incident.indexOf('-') + 1)))
                .params(kind);
        boolean complete = step.state() == StepState.APPLIED;
        return switch (kind) {
            case ISOLATE_POD -> podProblem(world.kubernetes.pods.get(name), open);
            case LABEL_POD -> complete ? labelProblem(world.kubernetes.pods.get(name), params) : "";
            case CORDON_NODE ->
                Objects.requireNonNull(world.kubernetes.nodes.get(name)).unschedulable() ? "" : "schedulable";
            case SCALE_WORKLOAD ->
                Objects.requireNonNull(world.kubernetes.workloads.get("cart")).replicas()
                                <= Integer.parseInt(params.getOrDefault("replicas", "0"))
                        ? ""
                        : "too many replicas";
            case ISOLATE_INSTANCE ->
                interfacesOf(name).map(found -> problem(found, open)).reduce("", String::concat);
            case PRESERVE_INSTANCE -> complete ? preservationProblem(name, params) : "";
            case STOP_INSTANCE -> instance(name).state().equals("stopped") ? "" : "running";
            case LOCK_DOWN_IMDS -> instance(name).metadata().endpoint().equals("disabled") ? "" : "enabled";
            case REVOKE_SESSIONS ->
                world.roles.policies.keySet().stream().anyMatch(policy -> policy.startsWith("tiercel-"))
                        ? ""
                        : "sessions are not denied";
            case DELETE_POD, INVOKE_FUNCTION, CALL_WEBHOOK, NOTIFY -> "";
        };
    }

    private Instance instance(String id) {
        return Objects.requireNonNull(world.ec2.instances.get(id));
    }

    private Stream<NetworkInterface> interfacesOf(String instance) {
        return world.ec2.interfaces.values().stream()
                .filter(found -> instance.equals(
                        world.ec2.attachments.getOrDefault(world.ec2.trunks.getOrDefault(found.id(), found.id()), "")));
    }

    boolean isQuarantined(NetworkInterface found) {
        return world.onlyGroup(found).equals(world.ec2.groups.get(found.vpc() + "/tiercel-quarantine"));
    }

    private String problem(NetworkInterface found, Set<String> open) {
        return isQuarantined(found) || open.contains(found.id()) ? "" : found.id() + " is not in quarantine; ";
    }

    private String podProblem(@Nullable Pod pod, Set<String> open) {
        if (pod == null) {
            return "";
        }
        boolean denied = false;
        StringBuilder problems = new StringBuilder();
        for (Selector selector : all()) {
            boolean ours = selector.name().startsWith(OUR_POLICIES);
            boolean selects =
                    pod.labels().entrySet().containsAll(selector.labels().entrySet());
            denied |= ours && selects;
            if (!ours && selects) {
                problems.append(selector.name()).append(" selects the pod; ");
            }
        }
        if (WorldSetup.BRANCH_ADDRESS.equals(pod.address())) {
            problems.append(problem(Objects.requireNonNull(world.ec2.interfaces.get(WorldSetup.BRANCH)), open));
        }
        return denied ? problems.toString() : problems + "no policy denies the traffic of the pod";
    }

    private List<Selector> all() {
        return Stream.concat(world.kubernetes.services.stream(), world.kubernetes.policies.values().stream())
                .toList();
    }

    /** A label that a Service selects is not set while a step isolates the pod, or begins or ends to do so. */
    private static String labelProblem(@Nullable Pod pod, Map<String, String> params) {
        String key = params.getOrDefault("key", SUSPECT);
        return pod == null || pod.labels().containsKey(key) || !key.equals(SUSPECT) ? "" : "the label is missing";
    }

    private String preservationProblem(String id, Map<String, String> params) {
        StringBuilder problems = new StringBuilder();
        for (Protection protection : Protection.values()) {
            if (!world.ec2.protections.contains(id + protection)) {
                problems.append("no protection from ").append(protection).append("; ");
            }
        }
        if (instance(id).volumes().stream().anyMatch(Volume::deleteOnTermination)) {
            problems.append("a volume is deleted on termination; ");
        }
        Membership membership = world.scalingGroups.memberships.get(id);
        String wanted = params.getOrDefault("scaling_group", "detach");
        if (membership != null
                && (wanted.equals("detach") || wanted.equals("protect") && !membership.protectedFromScaleIn())) {
            problems.append("still in the scaling group; ");
        }
        if (!world.targetGroups.ports.getOrDefault(id, Set.of()).isEmpty()) {
            problems.append("still in the target group; ");
        }
        return problems.toString();
    }
}
