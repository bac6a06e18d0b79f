package io.tiercel.functions.local.cli.operate;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.local.cli.ExitStatus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code incidents show}. */
@Command(name = "show", description = "Shows an incident: processes, timeline, response, and what to do next.")
public final class ShowIncident implements Callable<Integer> {
    private final OperatorContext context;

    @Mixin
    private final OperatorOptions options = new OperatorOptions();

    @Parameters(paramLabel = "ID", description = "Id of the incident, or at least its first 6 characters.")
    private String id = "";

    @Option(names = "--all", description = "Shows the whole timeline.")
    private boolean all;

    public ShowIncident(OperatorContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        try (OperatorSession session = options.open(context)) {
            JsonNode incident = session.call("show-incident", OperatorSession.arguments("id", id));
            if (session.json()) {
                session.printJson(incident);
            } else {
                new IncidentPage(session, incident).print(all);
            }
        }
        return ExitStatus.OK.number();
    }
}
