package io.tiercel.functions.local.cli.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.local.cli.CommandFailure;
import io.tiercel.functions.local.cli.ExitStatus;
import io.tiercel.rules.alert.Priority;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code incidents silence}: withholds messages about one incident, or about those that match a condition. */
@Command(
        name = "silence",
        description = "Withholds messages about an incident for some time, until it becomes worse than it is now.")
public final class SilenceIncident implements Callable<Integer> {
    /** An id is part of a condition, so it must not contain anything else. */
    private static final Pattern ID = Pattern.compile("[0-9a-f]{6,128}");

    private final OperatorContext context;

    @Mixin
    private final OperatorOptions options = new OperatorOptions();

    @Parameters(
            arity = "0..1",
            paramLabel = "ID",
            description = "Id of the incident, or at least its first 6 characters.")
    private @Nullable String id;

    @Option(
            names = "--when",
            paramLabel = "CONDITION",
            description =
                    "Condition of the rule language instead of an incident, such as 'incident.rule = \"Log cleared\"'.")
    private @Nullable String when;

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why.")
    private String reason = "";

    @Option(names = "--for", paramLabel = "DURATION", description = "How long, such as 30m, 8h or 3d; at most 30d.")
    private @Nullable String duration;

    @Option(names = "--until", paramLabel = "TIME", description = "When it ends, such as 2026-12-31T18:00:00Z.")
    private @Nullable String until;

    public SilenceIncident(OperatorContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        if ((id == null) == (when == null)) {
            throw new CommandFailure(ExitStatus.USAGE, "name either an incident or a condition with --when");
        }
        if ((duration == null) == (until == null)) {
            throw new CommandFailure(ExitStatus.USAGE, "say how long with either --for or --until");
        }
        try (OperatorSession session = options.open(context)) {
            ObjectNode arguments =
                    OperatorSession.arguments("condition", condition(session)).put("reason", reason);
            if (duration != null) {
                arguments.put("for", duration);
            } else {
                arguments.put("until", until);
            }
            JsonNode created = session.call("create-silence", arguments);
            if (session.json()) {
                session.printJson(created);
            } else {
                JsonNode silence = created.path("silence");
                session.terminal()
                        .out()
                        .println(Texts.text(silence, "id") + ": silenced until "
                                + Texts.seconds(Texts.text(silence, "until")));
            }
        }
        return ExitStatus.OK.number();
    }

    private String condition(OperatorSession session) {
        if (id == null) {
            return String.valueOf(when);
        }
        JsonNode incident = session.call("show-incident", OperatorSession.arguments("id", id));
        String full = incident.path("id").asText();
        if (!ID.matcher(full).matches()) {
            throw new CommandFailure(ExitStatus.FAILED, "the functions sent an id that a condition cannot contain");
        }
        return "incident.id = \"" + full + "\"" + limits(incident);
    }

    /** Ends the silence when the incident becomes more urgent, escalates, or has a plan that nobody has seen. */
    private static String limits(JsonNode incident) {
        int urgency = Priority.parse(incident.path("priority").asText())
                .orElse(Priority.DEBUG)
                .ordinal();
        return " and incident.urgency >= " + urgency
                + (incident.path("state").asText().equals("escalated") ? "" : " and not incident.state = escalated")
                + (incident.path("response").asText().equals("waiting")
                        ? ""
                        : " and not incident.response = \"awaiting approval\"");
    }
}
