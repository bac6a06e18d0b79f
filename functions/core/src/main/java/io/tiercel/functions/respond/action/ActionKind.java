package io.tiercel.functions.respond.action;

import static io.tiercel.functions.respond.action.ParameterSpec.choice;
import static io.tiercel.functions.respond.action.ParameterSpec.flag;
import static io.tiercel.functions.respond.action.ParameterSpec.number;
import static io.tiercel.functions.respond.action.ParameterSpec.text;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a policy may ask for. This table drives the reader of policies, their JSON Schema and the order of the documentation;
 * how an action is carried out is for the {@link ActionHandler} of its kind.
 */
public enum ActionKind {
    ISOLATE_POD("k8s:isolate-pod", On.POD, Undo.YES, "Cut the pod off: deny both ways, out of its Services"),
    DELETE_POD(
            "k8s:delete-pod",
            On.POD,
            Undo.NO,
            "Delete the pod",
            number("grace_seconds", 0, 3600, 0, "seconds that its programs have to end")),
    LABEL_POD(
            "k8s:label",
            On.POD,
            Undo.YES,
            "Set a label of the pod",
            text("key", "[a-z0-9A-Z](?:[a-z0-9A-Z._/-]{0,250}[a-z0-9A-Z])?", "tiercel.io/suspect", "the label's name"),
            text("value", "(?:[a-z0-9A-Z](?:[a-z0-9A-Z._-]{0,61}[a-z0-9A-Z])?)?", "true", "the label's value")),
    CORDON_NODE("k8s:cordon", On.NODE, Undo.YES, "Let no new pods onto the node"),
    SCALE_WORKLOAD(
            "k8s:scale",
            On.POD,
            Undo.YES,
            "Scale the Deployment or StatefulSet that the pod belongs to",
            number("replicas", 0, 10_000, 0, "how many replicas it shall have")),
    ISOLATE_INSTANCE(
            "ec2:isolate",
            On.INSTANCE,
            Undo.YES,
            "Put every network interface of the instance into the quarantine group of its VPC",
            flag(
                    "cut_tracked",
                    true,
                    "go through an all-open group first, which ends the tracking of open connections")),
    PRESERVE_INSTANCE(
            "ec2:preserve",
            On.INSTANCE,
            Undo.YES,
            "Keep the instance, its volumes and snapshots of them as evidence",
            flag("snapshots", true, "snapshot every volume"),
            choice(
                    "scaling_group",
                    List.of("detach", "protect", "leave"),
                    "detach",
                    "what to do about the Auto Scaling group")),
    STOP_INSTANCE("ec2:stop", On.INSTANCE, Undo.YES, "Stop the instance"),
    LOCK_IMDS("ec2:imds-lockdown", On.INSTANCE, Undo.YES, "Switch the instance metadata service off"),
    REVOKE_SESSIONS(
            "iam:revoke-sessions",
            On.SCOPE,
            Undo.YES,
            "Deny everything to the sessions of the role",
            choice(
                    "scope",
                    List.of("instance", "pod", "instance-role", "pod-role"),
                    "instance",
                    "whose sessions: the instance's own, the pod's own (Pod Identity), or all older ones of the role of"
                            + " either, which always waits for approval")),
    INVOKE_FUNCTION(
            "lambda:invoke",
            On.RECEIVER,
            Undo.NO,
            "Invoke a Lambda function with the incident",
            text("function", "[a-zA-Z0-9:_-]{1,170}", null, "name or ARN of the function")),
    CALL_WEBHOOK(
            "webhook",
            On.RECEIVER,
            Undo.NO,
            "Post the incident to a URL, signed",
            text("url", "https?://[^\\s\"<>]{1,2000}", null, "where to"),
            text("secret", "[a-zA-Z0-9:/_.+=@-]{1,512}", null, "name of the secret that the body is signed with")),
    NOTIFY("notify", On.CHANNELS, Undo.NO, "Tell every channel");

    /** What a kind of action acts on. */
    public enum On {
        POD,
        NODE,
        INSTANCE,
        /** What the parameter {@code scope} says. */
        SCOPE,
        RECEIVER,
        CHANNELS
    }

    private enum Undo {
        YES,
        NO
    }

    private final String label;
    private final On on;
    private final boolean reversible;
    private final String description;
    private final List<ParameterSpec> parameters;

    ActionKind(String label, On on, Undo undo, String description, ParameterSpec... parameters) {
        this.label = label;
        this.on = on;
        this.reversible = undo == Undo.YES;
        this.description = description;
        this.parameters = List.of(parameters);
    }

    /** The kind that policies call so. */
    public static Optional<ActionKind> parse(String label) {
        return Arrays.stream(values())
                .filter(action -> action.label.equals(label))
                .findFirst();
    }

    /** All names, for messages. */
    public static String labels() {
        return Arrays.stream(values()).map(ActionKind::label).collect(Collectors.joining(", "));
    }

    /** The name in policies, e.g. {@code k8s:isolate-pod}. */
    public String label() {
        return label;
    }

    /** What it acts on. */
    public On on() {
        return on;
    }

    /** What it acts on with these parameters; {@link On#SCOPE} is resolved. */
    public On on(ActionParameters params) {
        return on != On.SCOPE ? on : params.text("scope").startsWith("pod") ? On.POD : On.INSTANCE;
    }

    /** Whether it can be undone. */
    public boolean reversible() {
        return reversible;
    }

    /**
     * Whether an interrupted attempt may simply go on: what acts on state looks first at what is there. What calls somebody
     * may not, since nobody can tell whether the call arrived.
     */
    public boolean resumable() {
        return on != On.RECEIVER;
    }

    /** Whether it waits for a person whatever the policy says, since it reaches further than what was attacked. */
    public boolean alwaysApproved(ActionParameters params) {
        return this == REVOKE_SESSIONS && params.text("scope").endsWith("-role");
    }

    /** What it does, as an imperative. */
    public String description() {
        return description;
    }

    /** What may be said about it. */
    public List<ParameterSpec> parameters() {
        return parameters;
    }
}
