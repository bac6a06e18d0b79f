package io.tiercel.functions.respond.action;

import static io.tiercel.functions.respond.action.ParameterSpec.bool;
import static io.tiercel.functions.respond.action.ParameterSpec.choice;
import static io.tiercel.functions.respond.action.ParameterSpec.integer;
import static io.tiercel.functions.respond.action.ParameterSpec.string;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The actions that a policy may request. The policy reader, its JSON Schema and the order of the documentation follow this
 * table. The {@link ActionHandler} of a kind carries it out.
 */
public enum ActionKind {
    ISOLATE_POD(
            "k8s:isolate-pod",
            Target.Kind.POD,
            Undo.YES,
            "Isolate the pod: deny all its traffic and take it out of its Services",
            cutTracked()),
    DELETE_POD(
            "k8s:delete-pod",
            Target.Kind.POD,
            Undo.NO,
            "Delete the pod",
            integer("grace_seconds", 0, 3600, 0, "grace period in seconds before its containers are killed")),
    LABEL_POD(
            "k8s:label",
            Target.Kind.POD,
            Undo.YES,
            "Set a label of the pod",
            string("key", "[a-z0-9A-Z](?:[a-z0-9A-Z._/-]{0,250}[a-z0-9A-Z])?", "tiercel.io/suspect", "label key"),
            string("value", "(?:[a-z0-9A-Z](?:[a-z0-9A-Z._-]{0,61}[a-z0-9A-Z])?)?", "true", "label value")),
    CORDON_NODE("k8s:cordon", Target.Kind.NODE, Undo.YES, "Cordon the node: schedule no new pods on it"),
    SCALE_WORKLOAD(
            "k8s:scale",
            Target.Kind.POD,
            Undo.YES,
            "Scale the Deployment or StatefulSet of the pod",
            integer("replicas", 0, 10_000, 0, "desired number of replicas"),
            approval()),
    ISOLATE_INSTANCE(
            "ec2:isolate",
            Target.Kind.INSTANCE,
            Undo.YES,
            "Move every network interface of the instance into the quarantine security group of its VPC",
            cutTracked()),
    PRESERVE_INSTANCE(
            "ec2:preserve",
            Target.Kind.INSTANCE,
            Undo.YES,
            "Preserve the instance, its volumes and snapshots of them as evidence",
            bool("snapshots", true, "take a snapshot of every volume"),
            choice(
                    "scaling_group",
                    List.of("detach", "protect", "leave"),
                    "detach",
                    "detach the instance from its Auto Scaling group, protect it from scale-in, or leave it")),
    STOP_INSTANCE("ec2:stop", Target.Kind.INSTANCE, Undo.YES, "Stop the instance"),
    LOCK_DOWN_IMDS("ec2:imds-lockdown", Target.Kind.INSTANCE, Undo.YES, "Disable the instance metadata service"),
    REVOKE_SESSIONS(
            "iam:revoke-sessions",
            Target.Kind.INSTANCE,
            Undo.YES,
            "Deny every request of the role's sessions",
            choice(
                    "scope",
                    List.of("instance", "pod", "instance-role", "pod-role"),
                    "instance",
                    "sessions to deny: those from the instance, those of the pod (EKS Pod Identity), or all earlier"
                            + " sessions of the role of either, which always requires approval")),
    INVOKE_FUNCTION(
            "lambda:invoke",
            Target.Kind.RECEIVER,
            Undo.NO,
            "Invoke a Lambda function with the incident",
            string("function", "[a-zA-Z0-9:_-]{1,170}", null, "name or ARN of the function")),
    CALL_WEBHOOK(
            "webhook",
            Target.Kind.RECEIVER,
            Undo.NO,
            "Post the incident to a URL, with a signature",
            string(
                    "url",
                    "(?:https://|http://(?:localhost|127\\.0\\.0\\.1|\\[::1\\])(?=[:/]))[^\\s\"<>]{1,2000}",
                    null,
                    "https URL, or http URL of this machine"),
            string("secret", "[a-zA-Z0-9:/_.+=@-]{1,512}", null, "name of the secret that signs the request")),
    NOTIFY("notify", Target.Kind.CHANNELS, Undo.NO, "Notify people through the notification channels");

    private static ParameterSpec approval() {
        return choice(
                "approval",
                List.of("always", "by-mode"),
                "always",
                "whether scaling, which affects all pods of the workload, always requires approval, or only as the mode of"
                        + " the policy says");
    }

    private static ParameterSpec cutTracked() {
        return choice(
                "cut_tracked",
                List.of("auto", "always", "never"),
                "auto",
                "whether network interfaces pass through a security group that allows all traffic, which ends the"
                        + " tracking of open connections; auto: only those that already allow all inbound traffic");
    }

    private enum Undo {
        YES,
        NO
    }

    private final String label;
    private final Target.Kind targetKind;
    private final boolean reversible;
    private final String description;
    private final List<ParameterSpec> parameters;

    ActionKind(String label, Target.Kind targetKind, Undo undo, String description, ParameterSpec... parameters) {
        this.label = label;
        this.targetKind = targetKind;
        this.reversible = undo == Undo.YES;
        this.description = description;
        this.parameters = List.of(parameters);
    }

    /** Returns the kind with a label; empty if there is none. */
    public static Optional<ActionKind> parse(String label) {
        return Arrays.stream(values())
                .filter(action -> action.label.equals(label))
                .findFirst();
    }

    /** Returns all labels, for messages. */
    public static String labels() {
        return Arrays.stream(values()).map(ActionKind::label).collect(Collectors.joining(", "));
    }

    /** Returns the name in policies, such as {@code k8s:isolate-pod}. */
    public String label() {
        return label;
    }

    /** Returns the kind of target that this action needs with the given parameters. */
    public Target.Kind targetKind(ActionParameters params) {
        return this == REVOKE_SESSIONS && params.string("scope").startsWith("pod") ? Target.Kind.POD : targetKind;
    }

    /** Returns whether the action can be undone. */
    public boolean reversible() {
        return reversible;
    }

    /**
     * Returns whether an interrupted attempt may be repeated. Actions that change state check first what is there. A call to
     * a receiver may not be repeated, because it is unknown whether the receiver got it.
     */
    public boolean idempotent() {
        return targetKind != Target.Kind.RECEIVER;
    }

    /** Returns whether each step has an effect of its own, such as a call or a snapshot, even if others hold the target in the same way. */
    public boolean repeatsEffect() {
        return targetKind == Target.Kind.RECEIVER || this == PRESERVE_INSTANCE;
    }

    /** Returns whether the action requires approval in every mode, because it reaches beyond the affected target. */
    public boolean requiresApproval(ActionParameters params) {
        return switch (this) {
            case REVOKE_SESSIONS -> params.string("scope").endsWith("-role");
            case SCALE_WORKLOAD -> !params.string("approval").equals("by-mode");
            default -> false;
        };
    }

    /**
     * Returns the rank in the order in which the steps of a plan run; lower runs earlier. First come actions that cut the attacker
     * off, then those that preserve evidence, then those that destroy evidence or capacity, then labels and receivers.
     */
    public int urgency() {
        return switch (this) {
            case ISOLATE_POD -> 0;
            case ISOLATE_INSTANCE -> 1;
            case REVOKE_SESSIONS -> 2;
            case LOCK_DOWN_IMDS -> 3;
            case CORDON_NODE -> 4;
            case PRESERVE_INSTANCE -> 5;
            case SCALE_WORKLOAD -> 6;
            case STOP_INSTANCE -> 7;
            case DELETE_POD -> 8;
            case LABEL_POD -> 9;
            case INVOKE_FUNCTION -> 10;
            case CALL_WEBHOOK -> 11;
            case NOTIFY -> 12;
        };
    }

    /** Returns a description in the imperative. */
    public String description() {
        return description;
    }

    /** Returns the parameters that a policy may set. */
    public List<ParameterSpec> parameters() {
        return parameters;
    }
}
