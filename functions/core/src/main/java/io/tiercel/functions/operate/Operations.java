package io.tiercel.functions.operate;

import io.tiercel.functions.notification.silence.Silence;
import io.tiercel.rules.alert.Priority;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The descriptions of all operations. */
public final class Operations {
    static final String LIST_INCIDENTS = "list-incidents";
    static final String SHOW_INCIDENT = "show-incident";
    static final String ACKNOWLEDGE = "acknowledge-incident";
    static final String ASSIGN = "assign-incident";
    static final String COMMENT = "comment-incident";
    static final String APPROVE = "approve-response";
    static final String RELEASE = "release-response";
    static final String CLOSE = "close-incident";
    static final String LIST_SILENCES = "list-silences";
    static final String CREATE_SILENCE = "create-silence";
    static final String END_SILENCE = "end-silence";
    static final String LIST_HELD = "list-held";
    static final String SHOW_KILL_SWITCH = "show-kill-switch";
    static final String SET_KILL_SWITCH = "set-kill-switch";
    static final String STATISTICS = "statistics";
    static final String LIST_NODES = "list-nodes";
    static final String LIST_RULES = "list-rules";
    static final String LIST_AUDIT = "list-audit";
    static final String SHOW_OPERATOR = "show-operator";

    /** The state of {@code list-incidents} without one. */
    static final String ACTIVE = "active";

    static final int MAX_REASON = 300;
    private static final int MAX_CURSOR = 500;
    private static final int MAX_VERSION = 64;
    private static final int MAX_LABEL = 253;
    private static final int DEFAULT_LIMIT = 50;

    private static final Parameter ID = Parameter.incidentId("id", "The id of the incident, or its beginning.")
            .need();
    private static final Parameter VERSION = Parameter.text(
                    "version", MAX_VERSION, "The version of the incident that the operator saw.")
            .need();
    private static final Parameter REASON = Parameter.text("reason", MAX_REASON, "Why, for the audit log.");
    private static final Parameter CURSOR =
            Parameter.text("cursor", MAX_CURSOR, "The value of next of the page before.");
    private static final Parameter LIMIT = Parameter.integer(
            "limit", 1, IncidentPages.MAX_LIMIT, DEFAULT_LIMIT, "The maximum number of items of the page.");

    /** All operations. */
    public static final List<Operation> ALL = List.of(
            read(
                    LIST_INCIDENTS,
                    "/incidents",
                    "IncidentPage",
                    "Lists incidents.",
                    Parameter.choice(
                            "state",
                            List.of(ACTIVE, "open", "escalated", "closed", "all"),
                            ACTIVE,
                            "The state of the incidents; active ones are open or escalated."),
                    Parameter.text("rule", 500, "The exact name of the rule."),
                    Parameter.choice("priority", priorities(), null, "The least urgent priority."),
                    Parameter.text("host", MAX_LABEL, "The exact name of the node."),
                    Parameter.text("namespace", MAX_LABEL, "The exact name of the Kubernetes namespace."),
                    Parameter.time("since", "Only incidents with an event at this time or later."),
                    Parameter.time("until", "Only incidents whose last event is at this time or earlier."),
                    Parameter.text(
                            "text",
                            IncidentFilter.MAX_TEXT,
                            "A part of the rule, target, program, workload, host or image."),
                    Parameter.bool("acknowledged", "Whether the current episode is acknowledged."),
                    Parameter.choice(
                            "sort",
                            Arrays.stream(IncidentSort.values())
                                    .map(IncidentSort::label)
                                    .toList(),
                            IncidentSort.LAST_SEEN.label(),
                            "The order."),
                    CURSOR,
                    LIMIT),
            read(SHOW_INCIDENT, "/incidents/{id}", "Incident", "Shows an incident with all details.", ID),
            change(ACKNOWLEDGE, "acknowledge", "Acknowledges the current episode of an incident.", ID, VERSION),
            change(
                    ASSIGN,
                    "assign",
                    "Assigns an incident to a person.",
                    ID,
                    VERSION,
                    Parameter.text("to", IncidentNotes.MAX_NAME, "The person; empty to remove the assignment.")
                            .orEmpty()),
            change(
                    COMMENT,
                    "comment",
                    "Adds a comment to an incident.",
                    ID,
                    Parameter.text("text", IncidentNotes.MAX_COMMENT, "The comment.")
                            .need()),
            change(
                    APPROVE,
                    "approve",
                    "Approves the response plan of an incident.",
                    ID,
                    VERSION,
                    Parameter.text("plan", MAX_VERSION, "The id of the plan that the operator saw.")
                            .need(),
                    REASON),
            change(RELEASE, "release", "Undoes the response to an incident.", ID, VERSION, REASON),
            change(CLOSE, "close", "Closes an incident.", ID, VERSION, REASON),
            read(
                    LIST_SILENCES,
                    "/silences",
                    "SilencePage",
                    "Lists silences.",
                    Parameter.choice(
                            "state",
                            List.of(ACTIVE, "ended", "all"),
                            ACTIVE,
                            "The state; ended silences are listed while they are stored."),
                    CURSOR,
                    LIMIT),
            new Operation(
                    CREATE_SILENCE,
                    "POST",
                    "/silences",
                    OperatorRole.RESPONDER,
                    List.of(
                            Parameter.text(
                                            "condition",
                                            Silence.MAX_CONDITION,
                                            "The condition in the syntax of rules, with alert fields, enrich.* and"
                                                    + " incident.*.")
                                    .need(),
                            Parameter.text("reason", Silence.MAX_REASON, "Why.").need(),
                            Parameter.time("until", "The end; either until or for is required."),
                            Parameter.duration("for", "The duration; either until or for is required."),
                            Parameter.bool("all", "Whether the condition may match incidents of every cause.")),
                    "SilenceChange",
                    "Creates a silence."),
            new Operation(
                    END_SILENCE,
                    "POST",
                    "/silences/{id}/end",
                    OperatorRole.RESPONDER,
                    List.of(Parameter.text("id", Silence.MAX_ID, "The id of the silence.")
                            .need()),
                    "SilenceChange",
                    "Ends a silence."),
            read(LIST_HELD, "/held", "HeldPage", "Lists parts of targets that responses hold.", CURSOR, LIMIT),
            read(SHOW_KILL_SWITCH, "/kill-switch", "KillSwitch", "Shows whether all responses are stopped."),
            new Operation(
                    SET_KILL_SWITCH,
                    "PUT",
                    "/kill-switch",
                    OperatorRole.RESPONDER,
                    List.of(
                            Parameter.bool("on", "Whether all responses are stopped.")
                                    .need(),
                            REASON.need()),
                    "KillSwitch",
                    "Stops all responses, or permits them again."),
            read(STATISTICS, "/statistics", "Statistics", "Counts incidents, alerts and nodes."),
            read(
                    LIST_NODES,
                    "/nodes",
                    "NodePage",
                    "Lists nodes with sensors.",
                    Parameter.choice(
                            "state",
                            List.of("reporting", "silent", "stopped", "unverified"),
                            null,
                            "The state of the nodes."),
                    CURSOR,
                    LIMIT),
            read(
                    LIST_RULES,
                    "/rules",
                    "RuleList",
                    "Lists rules with incidents, the one with most alerts first.",
                    Parameter.time("since", "Only incidents with an event at this time or later.")),
            read(
                    LIST_AUDIT,
                    "/audit",
                    "AuditPage",
                    "Lists entries of the audit log, newest first.",
                    Parameter.incidentId("incident", "The id of an incident, or its beginning."),
                    Parameter.text("by", IncidentNotes.MAX_OPERATOR, "The exact name of the operator or function."),
                    CURSOR,
                    LIMIT),
            read(SHOW_OPERATOR, "/operator", "Operator", "Shows the name and the role of the caller."));

    private Operations() {}

    /** Returns the operation with a name. */
    public static Optional<Operation> find(String name) {
        return ALL.stream().filter(operation -> operation.name().equals(name)).findFirst();
    }

    private static List<String> priorities() {
        return Arrays.stream(Priority.values())
                .map(priority -> priority.label().toLowerCase(Locale.ROOT))
                .toList();
    }

    private static Operation read(String name, String path, String answer, String summary, Parameter... parameters) {
        return new Operation(name, "GET", path, OperatorRole.VIEWER, List.of(parameters), answer, summary);
    }

    private static Operation change(String name, String action, String summary, Parameter... parameters) {
        return new Operation(
                name,
                "POST",
                "/incidents/{id}/" + action,
                OperatorRole.RESPONDER,
                List.of(parameters),
                "IncidentChange",
                summary);
    }
}
