package io.tiercel.functions.local;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.tiercel.functions.config.ExternalSystem;
import io.tiercel.functions.local.cli.AuditCommand;
import io.tiercel.functions.local.cli.CommandLines;
import io.tiercel.functions.local.cli.CompletionCommand;
import io.tiercel.functions.local.cli.IncidentsCommand;
import io.tiercel.functions.local.cli.ResponsesCommand;
import io.tiercel.functions.local.cli.SilencesCommand;
import io.tiercel.functions.local.cli.operate.ConsoleCommand;
import io.tiercel.functions.local.cli.operate.KillSwitchCommand;
import io.tiercel.functions.local.cli.operate.NodesCommand;
import io.tiercel.functions.local.cli.operate.NotificationsCommand;
import io.tiercel.functions.local.cli.operate.OperatorContext;
import io.tiercel.functions.local.cli.operate.TokenCommand;
import io.tiercel.functions.local.config.ServerConfig;
import io.tiercel.functions.local.config.ServerSettings;
import io.tiercel.functions.local.config.TlsConfig;
import io.tiercel.functions.local.http.IntakeToken;
import io.tiercel.functions.local.http.OperatorTokens;
import io.tiercel.functions.local.limit.ConnectionGuard;
import io.tiercel.functions.local.sqlite.DataDirectory;
import io.tiercel.functions.local.sqlite.DataDirectoryUnavailableException;
import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.functions.respond.policy.ReloadingPolicies;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The command line of the functions: the server, and the commands {@code audit}, {@code completion}, {@code console},
 * {@code incidents}, {@code kill-switch}, {@code nodes}, {@code notifications},
 * {@code responses}, {@code silences} and {@code token}. The server checks its settings before it starts, so that each problem is
 * reported in one line.
 */
@QuarkusMain
@Command(
        name = "tiercel functions",
        description = "Runs the functions' server on this machine.",
        footerHeading = "%nEnvironment variables:%n",
        footer = {
            "  TIERCEL_TOKEN, TIERCEL_TOKEN_FILE  bearer token of operators (default: DIR/token, generated)",
            "  TIERCEL_VIEWER_TOKEN[_FILE]        bearer token of operators who only read (default: DIR/token-viewer,"
                    + " generated)",
            "  TIERCEL_INTAKE_TOKEN[_FILE]        token that senders of alerts need if they are not verified (default:"
                    + " they need none)",
            "  TIERCEL_NOTIFICATIONS              file with notification channels and routes",
            "  TIERCEL_SLACK_WEBHOOK[_FILE]       address of a Slack incoming webhook",
            "  TIERCEL_ENRICHMENT                 file with network lists, databases and labels",
            "  TIERCEL_ENRICH_SOURCES             aws, kubernetes or aws,kubernetes: systems that enrichment queries",
            "  TIERCEL_INCIDENTS                  file with incident rules",
            "  TIERCEL_PRIVACY                    file with fields to redact and retention",
            "  TIERCEL_RESPONSES                  file with response policies",
            "  TIERCEL_ACTIONS                    aws, kubernetes or aws,kubernetes: systems that responses may change",
            "  TIERCEL_CLUSTER                    label of the cluster",
            "  TIERCEL_EKS_CLUSTER                name of the EKS cluster, for iam:revoke-sessions with EKS Pod"
                    + " Identity",
            "  TIERCEL_IDENTITY_ISSUER, TIERCEL_IDENTITY_KEYS, TIERCEL_IDENTITY_REQUIRED, ...",
            "                                     verification of the senders of alerts, see docs/identity.md",
            "  TIERCEL_TLS_CERTIFICATE, TIERCEL_TLS_KEY, TIERCEL_TLS_AUTHORITY",
            "                                     PEM files for mutual TLS instead of plain HTTP"
        })
public final class TiercelServer implements Callable<Integer> {
    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "Address to listen on (TIERCEL_HOST; default: 127.0.0.1, reachable from this machine only).")
    private @Nullable String host;

    @Option(names = "--port", paramLabel = "PORT", description = "Port to listen on (TIERCEL_PORT; default: 8466).")
    private @Nullable String port;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Directory for alerts and incidents (TIERCEL_DATA; default: .tiercel/functions).")
    private @Nullable String data;

    @Option(names = "--help", usageHelp = true, description = "Shows this help.")
    private boolean help;

    private static final Duration SPACE_INTERVAL = Duration.ofMillis(500);

    private static final int MAX_CAUSES = 20;

    TiercelServer() {}

    /** Runs the command. The server runs until it is stopped; the exit status is 1 if it cannot start. */
    public static void main(String... arguments) {
        String command = arguments.length == 0 ? "" : arguments[0];
        List<String> rest = Arrays.asList(arguments).subList(Math.min(1, arguments.length), arguments.length);
        int status = switch (command) {
            case "audit" ->
                new AuditCommand(System.out, System.err)
                        .run(rest, Path.of(ServerSettings.load().data()));
            case "incidents" ->
                new IncidentsCommand(OperatorContext.system(
                                Path.of(ServerSettings.load().data())))
                        .run(rest);
            case "kill-switch" ->
                new KillSwitchCommand(OperatorContext.system(
                                Path.of(ServerSettings.load().data())))
                        .run(rest);
            case "nodes" ->
                new NodesCommand(OperatorContext.system(
                                Path.of(ServerSettings.load().data())))
                        .run(rest);
            case "notifications" ->
                new NotificationsCommand(OperatorContext.system(
                                Path.of(ServerSettings.load().data())))
                        .run(rest);
            case "console" ->
                new ConsoleCommand(OperatorContext.system(
                                Path.of(ServerSettings.load().data())))
                        .run(rest);
            case "completion" ->
                new CompletionCommand(OperatorContext.system(
                                Path.of(ServerSettings.load().data())))
                        .run(rest);
            case "token" ->
                new TokenCommand(OperatorContext.system(
                                Path.of(ServerSettings.load().data())))
                        .run(rest);
            case "silences" ->
                new SilencesCommand(System.out, System.err, InstantSource.system())
                        .run(rest, Path.of(ServerSettings.load().data()));
            case "responses" -> new ResponsesCommand(System.out, System.err).run(rest);
            default ->
                CommandLines.create(new TiercelServer(), System.out, System.err).execute(arguments);
        };
        Runtime.getRuntime().exit(status);
    }

    @Override
    public Integer call() {
        set("tiercel.host", host);
        set("tiercel.port", port);
        set("tiercel.data", data);
        try {
            ServerSettings settings = ServerSettings.load();
            ServerConfig config = ServerConfig.read(settings);
            TlsConfig.read(settings).ifPresent(tls -> tls.apply(config.port()));
            DataDirectory.claim(config.dataDirectory()).close();
            checkPort(config.host(), config.port());
            awaitSpace(config.dataDirectory());
            checkFiles(config);
            checkRegion(config);
        } catch (IllegalArgumentException | DataDirectoryUnavailableException e) {
            return fail(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            return fail("interrupted");
        }
        ConnectionGuard.enable();
        Quarkus.run(null, TiercelServer::stopped);
        return 0;
    }

    /** Waits while the disk is full. Like a running server, one that starts continues by itself when space returns. */
    private static void awaitSpace(Path data) throws InterruptedException {
        boolean reported = false;
        while (DataDirectory.diskFull(data)) {
            if (!reported) {
                System.err.println(
                        "tiercel functions: disk full: the server starts when there is space for its data directory "
                                + data.toAbsolutePath());
                reported = true;
            }
            Thread.sleep(SPACE_INTERVAL);
        }
    }

    /** Quarkus would report an invalid policy file or token only as "Failed to start quarkus". */
    private static void checkFiles(ServerConfig config) {
        ReloadingPolicies.of(config.responses(), InstantSource.system());
        IntakeToken.of(
                config.intakeToken(), OperatorTokens.of(config.token(), config.viewerToken(), config.dataDirectory()));
    }

    /** The SDK would end the start of the server with a message that names no setting of it. */
    private static void checkRegion(ServerConfig config) {
        boolean actions = config.actions().contains(ExternalSystem.AWS);
        if ((actions
                        || ExternalSystem.parse("TIERCEL_ENRICH_SOURCES", config.enrichSources())
                                .contains(ExternalSystem.AWS))
                && !AwsConnection.environmentHasRegion()) {
            throw new IllegalArgumentException((actions ? "TIERCEL_ACTIONS" : "TIERCEL_ENRICH_SOURCES")
                    + " contains aws, but the environment has no AWS region; set AWS_REGION");
        }
    }

    private static void set(String property, @Nullable String value) {
        if (value != null) {
            System.setProperty(property, value);
        }
    }

    private static void checkPort(InetAddress host, int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(host, port));
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot listen on port " + port + " of " + host.getHostAddress() + " ("
                    + e.getMessage() + "); if another server uses it, choose another port with --port");
        }
    }

    private static void stopped(int status, @Nullable Throwable failure) {
        Runtime.getRuntime().exit(failure == null ? status : fail("the server could not start: " + cause(failure)));
    }

    /** Returns the message of the first cause: those of the framework name no file and no address. */
    private static String cause(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; depth < MAX_CAUSES && cause.getCause() != null; depth++) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    private static int fail(String message) {
        System.err.println("tiercel functions: " + message);
        return 1;
    }
}
