package io.tiercel.functions.local.cli.operate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.client.HttpOptions;
import io.tiercel.functions.console.ConsoleBackend;
import io.tiercel.functions.console.ConsoleServer;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.local.cli.CommandFailure;
import io.tiercel.functions.local.cli.CommandLines;
import io.tiercel.functions.local.cli.ExitStatus;
import io.tiercel.functions.local.terminal.Terminal;
import io.tiercel.functions.operate.Caller;
import io.tiercel.functions.operate.OperatorRole;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code console}: prints a link to the console of a server, or serves the console for the functions on AWS. */
@Command(
        name = "tiercel console",
        description =
                "Prints a link that opens the console of the server in a browser. The link works once, for one minute."
                        + " With --aws, serves the console on this machine for the functions on AWS, until Ctrl-C.")
public final class ConsoleCommand implements Callable<Integer> {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration AWS_POLL = Duration.ofSeconds(10);
    private static final int DEFAULT_PORT = 8467;
    private static final int MAX_ANSWER = 4096;

    private final OperatorContext context;

    @Mixin
    private final OperatorOptions options = new OperatorOptions();

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Port of this machine to serve the console on, with --aws (default: 8467).")
    private @Nullable Integer port;

    public ConsoleCommand(OperatorContext context) {
        this.context = context;
    }

    /** Runs the command and returns its exit status. */
    public int run(List<String> arguments) {
        return CommandLines.run(this, context.terminal(), arguments);
    }

    @Override
    public Integer call() throws InterruptedException {
        if (options.aws()) {
            serve();
        } else if (port != null) {
            throw new CommandFailure(ExitStatus.USAGE, "--port requires --aws");
        } else {
            context.terminal().out().println(link());
        }
        return ExitStatus.OK.number();
    }

    /** Asks the server for a link. */
    private String link() {
        HttpOptions server = options.server(context);
        if (server.server().getScheme().equals("https")) {
            throw new CommandFailure(
                    ExitStatus.REFUSED,
                    "a server with TLS requires a client certificate, which your browser must have: open "
                            + server.server().resolve("/console") + " and log in with a token");
        }
        try (HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(server.server().resolve("/console/links"))
                            .timeout(TIMEOUT)
                            .header("Authorization", "Bearer " + server.token())
                            .header("Tiercel-Operator", server.operator().replaceAll("[^ -~]", "?"))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofString(), MAX_ANSWER));
            return address(server.server(), response);
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitStatus.UNREACHABLE, "cannot connect to " + server.server() + "; is the server running?");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitStatus.FAILED, "interrupted");
        }
    }

    private static String address(URI server, HttpResponse<String> response) throws JsonProcessingException {
        return switch (response.statusCode()) {
            case 200 ->
                server.resolve(Json.MAPPER
                                .readTree(response.body())
                                .path("path")
                                .asText())
                        .toString();
            case 401 ->
                throw new CommandFailure(
                        ExitStatus.NOT_AUTHORIZED,
                        server + " does not accept the token; name its file with --token-file");
            case 429 -> throw new CommandFailure(ExitStatus.UNREACHABLE, "too many wrong tokens; wait one minute");
            default ->
                throw new CommandFailure(
                        ExitStatus.FAILED, server + " has no console; status " + response.statusCode());
        };
    }

    /** Serves the console until the process is stopped. */
    private void serve() throws InterruptedException {
        try (OperatorSession session = options.open(context)) {
            JsonNode operator = session.call("show-operator", OperatorSession.arguments());
            // AWS decides what the operator may change, when the console invokes the function.
            Caller caller = new Caller(operator.path("name").asText("aws"), OperatorRole.RESPONDER);
            ConsoleBackend backend = new ConsoleBackend(
                    (request, _) -> session.client().call(request),
                    Optional.empty(),
                    Optional.empty(),
                    AWS_POLL,
                    "AWS");
            try (ConsoleServer server =
                    ConsoleServer.start(backend, port == null ? DEFAULT_PORT : port, context.clock())) {
                offerLinks(server, caller);
            } catch (IOException e) {
                throw new CommandFailure(ExitStatus.FAILED, String.valueOf(e.getMessage()));
            }
        }
    }

    /** Prints a link, and another one for each line that the operator enters. */
    private void offerLinks(ConsoleServer server, Caller caller) throws IOException, InterruptedException {
        Terminal terminal = context.terminal();
        terminal.err()
                .println("The console runs until Ctrl-C. A link works once, for one minute; Enter prints another one.");
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            do {
                terminal.out().println(server.loginAddress(caller));
                terminal.out().flush();
            } while (lines.readLine() != null);
        }
        new CountDownLatch(1).await();
    }
}
