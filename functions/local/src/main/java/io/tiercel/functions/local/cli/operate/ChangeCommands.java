package io.tiercel.functions.local.cli.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.local.cli.CommandFailure;
import io.tiercel.functions.local.cli.ExitStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands of {@code incidents} that change one incident. */
public final class ChangeCommands {
    private ChangeCommands() {}

    /** Returns the commands. */
    public static List<Object> all(OperatorContext context) {
        return List.of(
                new Acknowledge(context),
                new Assign(context),
                new Comment(context),
                new Approve(context),
                new Release(context),
                new Close(context));
    }

    @Command(name = "acknowledge", description = "Records that you work on an incident.")
    static final class Acknowledge extends IncidentChange {
        Acknowledge(OperatorContext context) {
            super(context, "acknowledge-incident");
        }

        @Override
        void complete(ObjectNode arguments, JsonNode incident) {}
    }

    @Command(name = "assign", description = "Assigns an incident to a person, or removes the assignment.")
    static final class Assign extends IncidentChange {
        @Parameters(index = "1", arity = "0..1", paramLabel = "PERSON", description = "The person.")
        private @Nullable String person;

        @Option(names = "--nobody", description = "Removes the assignment.")
        private boolean nobody;

        Assign(OperatorContext context) {
            super(context, "assign-incident");
        }

        @Override
        void complete(ObjectNode arguments, JsonNode incident) {
            if ((person == null) != nobody) {
                throw new CommandFailure(ExitStatus.USAGE, "name a person, or use --nobody");
            }
            arguments.put("to", person == null ? "" : person);
        }
    }

    @Command(name = "comment", description = "Adds a comment to an incident.")
    static final class Comment extends IncidentChange {
        @Parameters(
                index = "1..*",
                arity = "1..*",
                paramLabel = "TEXT",
                description = "The comment, up to 2000 characters.")
        private List<String> words = List.of();

        Comment(OperatorContext context) {
            super(context, "comment-incident");
        }

        @Override
        void complete(ObjectNode arguments, JsonNode incident) {
            arguments.remove("version");
            arguments.put("text", String.join(" ", words));
        }
    }

    @Command(name = "approve", description = "Approves the response plan of an incident, which is then carried out.")
    static final class Approve extends IncidentChange {
        @Mixin
        private final Confirmation confirmation = new Confirmation();

        @Mixin
        private final Reason reason = new Reason();

        @Option(
                names = "--plan",
                paramLabel = "ID",
                description = "Refuses the approval unless this is the plan; \"show --json\" prints its id.")
        private @Nullable String plan;

        Approve(OperatorContext context) {
            super(context, "approve-response");
        }

        @Override
        boolean confirmed(OperatorSession session, JsonNode incident) {
            if (!PlanSteps.approvable(incident.path("plan"))) {
                throw new CommandFailure(
                        ExitStatus.REFUSED,
                        "the response of incident " + Texts.text(incident, "shortId") + " is "
                                + Texts.text(incident, "response", "none") + " and does not wait for approval");
            }
            return confirmation.ask(session, incident, "Carry out this response?", () -> {
                session.terminal().err().println("Approving carries out:");
                PlanSteps.printApproval(session.terminal(), incident);
            });
        }

        @Override
        void complete(ObjectNode arguments, JsonNode incident) {
            arguments.put(
                    "plan", plan == null ? incident.path("plan").path("id").asText() : plan);
            reason.addTo(arguments);
        }
    }

    @Command(name = "release", description = "Undoes the response to an incident: restores the state before it.")
    static final class Release extends IncidentChange {
        @Mixin
        private final Confirmation confirmation = new Confirmation();

        @Mixin
        private final Reason reason = new Reason();

        Release(OperatorContext context) {
            super(context, "release-response");
        }

        @Override
        boolean confirmed(OperatorSession session, JsonNode incident) {
            return confirmation.ask(session, incident, "Undo this response?", () -> {
                session.terminal().err().println("Releasing undoes:");
                PlanSteps.printRelease(session.terminal(), incident);
            });
        }

        @Override
        void complete(ObjectNode arguments, JsonNode incident) {
            reason.addTo(arguments);
        }
    }

    @Command(name = "close", description = "Closes an incident. It reopens when its cause recurs.")
    static final class Close extends IncidentChange {
        @Mixin
        private final Confirmation confirmation = new Confirmation();

        @Mixin
        private final Reason reason = new Reason();

        Close(OperatorContext context) {
            super(context, "close-incident");
        }

        @Override
        boolean confirmed(OperatorSession session, JsonNode incident) {
            return confirmation.ask(
                    session,
                    incident,
                    "Close this incident?",
                    () -> session.terminal()
                            .err()
                            .println("Closing resolves its messages. Its response stays as it is: "
                                    + Texts.text(incident, "response", "none")));
        }

        @Override
        void complete(ObjectNode arguments, JsonNode incident) {
            reason.addTo(arguments);
        }
    }
}
