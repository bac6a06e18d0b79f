package io.tiercel.functions.local.cli.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.local.cli.CommandFailure;
import io.tiercel.functions.local.cli.ExitStatus;
import io.tiercel.functions.local.terminal.Terminal;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * A command that changes an incident. It reads the incident first and sends the version that it has shown, so that the functions
 * refuse a change that is based on outdated facts.
 */
abstract class IncidentChange implements Callable<Integer> {
    private final OperatorContext context;
    private final String operation;

    @Mixin
    private final OperatorOptions options = new OperatorOptions();

    @Parameters(index = "0", paramLabel = "ID", description = "Id of the incident, or at least its first 6 characters.")
    private String id = "";

    @Option(
            names = "--if-version",
            paramLabel = "VERSION",
            description = "Refuses the change unless the incident has this version; \"show --json\" prints it.")
    private @Nullable String version;

    IncidentChange(OperatorContext context, String operation) {
        this.context = context;
        this.operation = operation;
    }

    /** Adds the arguments beside the id and the version. */
    abstract void complete(ObjectNode arguments, JsonNode incident);

    /** Asks the person, if the command does so. Returns whether to continue. */
    boolean confirmed(OperatorSession session, JsonNode incident) {
        return true;
    }

    @Override
    public Integer call() {
        try (OperatorSession session = options.open(context)) {
            JsonNode incident = session.call("show-incident", OperatorSession.arguments("id", id));
            if (!confirmed(session, incident)) {
                throw new CommandFailure(ExitStatus.FAILED, "nothing was changed");
            }
            ObjectNode arguments = OperatorSession.arguments(
                            "id", incident.path("id").asText(id))
                    .put("version", version == null ? incident.path("version").asText() : version);
            complete(arguments, incident);
            JsonNode changed = session.call(operation, arguments);
            if (session.json()) {
                session.printJson(changed);
            } else {
                session.terminal()
                        .out()
                        .println(Texts.text(incident, "shortId") + ": " + Texts.text(changed, "outcome", "done"));
            }
        }
        return ExitStatus.OK.number();
    }

    /** The option that confirms a change without a question. */
    static final class Confirmation {
        @Option(
                names = {"-y", "--yes"},
                description = "Does not ask for confirmation. Required if standard input is not a terminal.")
        private boolean yes;

        /**
         * Prints target and effect and asks.
         *
         * @param effect prints what the change does
         * @throws CommandFailure if nobody can answer
         */
        boolean ask(OperatorSession session, JsonNode incident, String question, Runnable effect) {
            if (yes) {
                return true;
            }
            Terminal terminal = session.terminal();
            requirePerson(terminal);
            String place = Texts.place(incident);
            terminal.err()
                    .println("Incident " + Texts.text(incident, "shortId") + "  " + Texts.text(incident, "priority")
                            + "  " + Texts.text(incident, "rule") + (place.isEmpty() ? "" : "  [" + place + "]"));
            effect.run();
            return terminal.confirm(question);
        }

        /**
         * Prints an effect and asks.
         *
         * @throws CommandFailure if nobody can answer
         */
        boolean askAbout(OperatorSession session, String effect, String question) {
            if (yes) {
                return true;
            }
            requirePerson(session.terminal());
            session.terminal().err().println(effect);
            return session.terminal().confirm(question);
        }

        private static void requirePerson(Terminal terminal) {
            if (!terminal.interactive()) {
                throw new CommandFailure(
                        ExitStatus.USAGE, "nobody can confirm this change, as this is not a terminal; use --yes");
            }
        }
    }

    /** The option that gives a reason. */
    static final class Reason {
        @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the audit log.")
        private @Nullable String reason;

        void addTo(ObjectNode arguments) {
            if (reason != null) {
                arguments.put("reason", reason);
            }
        }
    }
}
