package io.tiercel.functions.local.cli.operate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.client.HttpOptions;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.local.cli.CommandFailure;
import io.tiercel.functions.local.cli.CommandLines;
import io.tiercel.functions.local.cli.ExitStatus;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code notifications}: tests the channels of a server, and sends again what they have lost. */
@Command(
        name = "tiercel notifications",
        description = "Tests the channels of the notification file, and sends again what they have lost.",
        synopsisSubcommandLabel = "COMMAND")
public final class NotificationsCommand implements Runnable {
    /** Longer than the server works for a request. */
    private static final Duration TIMEOUT = Duration.ofSeconds(45);

    private static final int MAX_ANSWER = 16_384;

    private final OperatorContext context;

    @Spec
    private @Nullable CommandSpec spec;

    @CommandLine.Option(names = "--help", usageHelp = true, description = "Shows this help.")
    private boolean help;

    public NotificationsCommand(OperatorContext context) {
        this.context = context;
    }

    /** Runs the command and returns its exit status. */
    public int run(List<String> arguments) {
        return commandLine().execute(arguments.toArray(String[]::new));
    }

    /** Creates the command line with all subcommands. */
    public CommandLine commandLine() {
        return CommandLines.create(
                this, context.terminal().out(), context.terminal().err(), new SendTest(), new Resend());
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "specify a command");
        }
    }

    /** Sends a test message. */
    @Command(
            name = "send-test",
            description = "Sends a Critical test message to a channel, and its resolution. A pager rings.")
    private final class SendTest implements Callable<Integer> {
        @Mixin
        private final OperatorOptions options = new OperatorOptions();

        @Parameters(paramLabel = "CHANNEL", description = "Name of the channel.")
        private String channel = "";

        @Override
        public Integer call() {
            JsonNode receipt = request(options, "test", channel);
            String error = Texts.text(receipt, "error");
            if (!error.isEmpty()) {
                throw new CommandFailure(
                        ExitStatus.FAILED, "channel " + channel + " did not accept the test: " + error);
            }
            context.terminal().out().println("channel " + channel + " accepted the test and its resolution");
            return ExitStatus.OK.number();
        }
    }

    /** Sends lost messages again. */
    @Command(
            name = "resend",
            description = "Sends again what a channel has lost: messages about open incidents that were given up.")
    private final class Resend implements Callable<Integer> {
        @Mixin
        private final OperatorOptions options = new OperatorOptions();

        @Parameters(paramLabel = "CHANNEL", description = "Name of the channel.")
        private String channel = "";

        @Override
        public Integer call() {
            long resent = request(options, "resend", channel).path("resent").asLong();
            context.terminal()
                    .out()
                    .println(resent + (resent == 1 ? " message is" : " messages are") + " sent again to channel "
                            + channel);
            return ExitStatus.OK.number();
        }
    }

    private JsonNode request(OperatorOptions options, String request, String channel) {
        if (options.aws()) {
            throw new CommandFailure(
                    ExitStatus.USAGE,
                    "on AWS, invoke the function notify with {\"" + request + "\":\"" + channel + "\"}");
        }
        HttpOptions server = options.server(context);
        try (HttpClient http = HttpClient.newBuilder()
                .connectTimeout(TIMEOUT)
                .sslContext(server.tls().context())
                .build()) {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(server.server().resolve("/notify"))
                            .timeout(TIMEOUT)
                            .header("Authorization", "Bearer " + server.token())
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    Json.write(OperatorSession.arguments(request, channel))))
                            .build(),
                    HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofString(), MAX_ANSWER));
            return receipt(server, response);
        } catch (JsonProcessingException e) {
            throw new CommandFailure(ExitStatus.FAILED, server.server() + " did not answer with JSON");
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitStatus.UNREACHABLE, "cannot connect to " + server.server() + "; is the server running?");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitStatus.FAILED, "interrupted");
        }
    }

    private static JsonNode receipt(HttpOptions server, HttpResponse<String> response) throws JsonProcessingException {
        return switch (response.statusCode()) {
            case 200 -> Json.MAPPER.readTree(response.body());
            case 400 ->
                throw new CommandFailure(ExitStatus.USAGE, Texts.text(Json.MAPPER.readTree(response.body()), "detail"));
            case 401, 403 ->
                throw new CommandFailure(
                        ExitStatus.NOT_AUTHORIZED,
                        server.server() + " does not accept the token; name its file with --token-file");
            case 429, 503 ->
                throw new CommandFailure(ExitStatus.UNREACHABLE, server.server() + " is too busy; try again later");
            default ->
                throw new CommandFailure(
                        ExitStatus.FAILED, server.server() + " answered with status " + response.statusCode());
        };
    }
}
