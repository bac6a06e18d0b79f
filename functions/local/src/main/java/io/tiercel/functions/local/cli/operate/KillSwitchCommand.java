package io.tiercel.functions.local.cli.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.local.cli.CommandFailure;
import io.tiercel.functions.local.cli.CommandLines;
import io.tiercel.functions.local.cli.ExitStatus;
import io.tiercel.functions.local.terminal.Terminal;
import io.tiercel.functions.local.terminal.Terminal.Style;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code kill-switch}: shows or sets the switch that stops all responses. */
@Command(
        name = "tiercel kill-switch",
        description = "Shows the kill switch, or sets it. While it is on, no response is carried out.")
public final class KillSwitchCommand implements Callable<Integer> {
    private final OperatorContext context;

    @Mixin
    private final OperatorOptions options = new OperatorOptions();

    @Mixin
    private final IncidentChange.Confirmation confirmation = new IncidentChange.Confirmation();

    @Parameters(arity = "0..1", paramLabel = "on|off", description = "The new state.")
    private @Nullable String state;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; required for a change.")
    private @Nullable String reason;

    public KillSwitchCommand(OperatorContext context) {
        this.context = context;
    }

    /** Runs the command and returns its exit status. */
    public int run(List<String> arguments) {
        return CommandLines.run(this, context.terminal(), arguments);
    }

    @Override
    public Integer call() {
        if (state != null && !state.equals("on") && !state.equals("off")) {
            throw new CommandFailure(ExitStatus.USAGE, "the state is on or off, not \"" + state + "\"");
        }
        if (state != null && (reason == null || reason.isBlank())) {
            throw new CommandFailure(ExitStatus.USAGE, "a change requires --reason");
        }
        try (OperatorSession session = options.open(context)) {
            JsonNode now = session.call("show-kill-switch", OperatorSession.arguments());
            if (state != null) {
                now = set(session, state.equals("on"));
            }
            if (session.json()) {
                session.printJson(now);
            } else {
                print(session.terminal(), now);
            }
        }
        return ExitStatus.OK.number();
    }

    private JsonNode set(OperatorSession session, boolean on) {
        String effect = on
                ? "No response will be carried out until the switch is off."
                : "Responses that policies allow will be carried out again.";
        if (!confirmation.askAbout(session, effect, "Switch " + state + "?")) {
            throw new CommandFailure(ExitStatus.FAILED, "nothing was changed");
        }
        ObjectNode arguments = OperatorSession.arguments().put("on", on).put("reason", reason);
        return session.call("set-kill-switch", arguments);
    }

    private static void print(Terminal terminal, JsonNode killSwitch) {
        boolean on = killSwitch.path("on").asBoolean();
        String by = Texts.text(killSwitch, "by");
        String at = Texts.text(killSwitch, "at");
        String why = Texts.text(killSwitch, "reason");
        terminal.out()
                .println((on ? terminal.styled("on", Style.URGENT) + ": no response is carried out" : "off")
                        + (by.isEmpty() ? "" : "; set by " + by)
                        + (at.isEmpty() ? "" : ", " + Texts.seconds(at))
                        + (why.isEmpty() ? "" : ": " + why));
    }
}
