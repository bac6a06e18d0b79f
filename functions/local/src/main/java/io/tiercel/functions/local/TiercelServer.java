package io.tiercel.functions.local;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.tiercel.functions.local.cli.AuditCommand;
import io.tiercel.functions.local.config.ServerConfig;
import io.tiercel.functions.local.config.TlsConfig;
import io.tiercel.functions.local.sqlite.DataDirectory;
import io.tiercel.functions.local.sqlite.DataDirectoryUnavailableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Arrays;
import java.util.Iterator;
import org.eclipse.microprofile.config.ConfigProvider;

/** The server's command line. What would keep it from starting is looked for first, so that it can be said in one line. */
@QuarkusMain
public final class TiercelServer {
    private static final String USAGE = """
        usage: functions [--host HOST] [--port PORT] [--data DIR]
          --host HOST  address to listen on (TIERCEL_HOST; default 127.0.0.1, where only this machine reaches it)
          --port PORT  port on it (TIERCEL_PORT; default 8466)
          --data DIR   folder for alerts and incidents (TIERCEL_DATA; default .tiercel/functions)
        Slack: TIERCEL_SLACK_WEBHOOK or TIERCEL_SLACK_WEBHOOK_FILE. Other channels and routes: TIERCEL_NOTIFICATIONS.
        What is known of addresses, accounts and clusters: TIERCEL_ENRICHMENT, TIERCEL_ENRICH_SOURCES. Label of the cluster: TIERCEL_CLUSTER.
        How alerts become incidents: TIERCEL_INCIDENTS, a file.
        Mutual TLS instead of plain HTTP: TIERCEL_TLS_CERTIFICATE, TIERCEL_TLS_KEY, TIERCEL_TLS_AUTHORITY (who signs callers), PEM files.
        What those show who change anything: TIERCEL_TOKEN or TIERCEL_TOKEN_FILE (default: DIR/token, made at random).\
        """;

    private TiercelServer() {}

    /** Runs until it is told to stop; exit status 1 where it cannot start, 2 for wrong arguments. */
    public static void main(String... arguments) {
        try {
            if (arguments.length > 0 && arguments[0].equals("--help")) {
                System.out.println(USAGE);
                return;
            }
            if (arguments.length > 0 && arguments[0].equals("audit")) {
                Runtime.getRuntime()
                        .exit(new AuditCommand(System.out, System.err)
                                .run(
                                        Arrays.asList(arguments).subList(1, arguments.length),
                                        ServerConfig.dataFolder(ConfigProvider.getConfig())));
            }
            take(Arrays.asList(arguments).iterator());
            ServerConfig settings = ServerConfig.read(ConfigProvider.getConfig());
            TlsConfig.read(ConfigProvider.getConfig()).ifPresent(tls -> tls.apply(settings.port()));
            DataDirectory.claim(settings.dataFolder()).close();
            checkPort(settings.host(), settings.port());
            Quarkus.run(null, TiercelServer::stopped);
        } catch (UsageWrong e) {
            end(2, String.valueOf(e.getMessage()) + "\n" + USAGE);
        } catch (IllegalArgumentException | DataDirectoryUnavailableException | PortInUse e) {
            end(1, String.valueOf(e.getMessage()));
        }
    }

    private static void take(Iterator<String> arguments) throws UsageWrong {
        while (arguments.hasNext()) {
            String option = arguments.next();
            String property = switch (option) {
                case "--host" -> "tiercel.host";
                case "--port" -> "tiercel.port";
                case "--data" -> "tiercel.data";
                default -> throw new UsageWrong("unknown argument " + option);
            };
            if (!arguments.hasNext()) {
                throw new UsageWrong(option + " needs a value");
            }
            System.setProperty(property, arguments.next());
        }
    }

    private static void checkPort(InetAddress host, int port) throws PortInUse {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(host, port));
        } catch (IOException e) {
            throw new PortInUse("port " + port + " on " + host.getHostAddress() + " cannot be had (" + e.getMessage()
                    + "); is another server running? Give this one another with --port");
        }
    }

    private static void stopped(int status, Throwable failure) {
        if (failure != null) {
            end(1, "the server could not start: " + failure.getMessage());
        }
        Runtime.getRuntime().exit(status);
    }

    private static void end(int status, String message) {
        System.err.println("tiercel functions: " + message);
        Runtime.getRuntime().exit(status);
    }

    private static final class UsageWrong extends Exception {
        private static final long serialVersionUID = 1L;

        UsageWrong(String message) {
            super(message);
        }
    }

    private static final class PortInUse extends Exception {
        private static final long serialVersionUID = 1L;

        PortInUse(String message) {
            super(message);
        }
    }
}
