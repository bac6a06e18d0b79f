package io.tiercel.functions.local.cli.operate;

import io.tiercel.functions.client.HttpOperatorClient;
import io.tiercel.functions.client.HttpOptions;
import io.tiercel.functions.client.LambdaOperatorClient;
import io.tiercel.functions.client.OperatorClient;
import io.tiercel.functions.local.cli.CommandFailure;
import io.tiercel.functions.local.cli.ExitStatus;
import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.http.TlsFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;

/** The options that choose the functions to talk to, and the form of the output. */
final class OperatorOptions {
    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "Server to call (default: the server of this machine, found through its data directory).")
    private @Nullable String server;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data directory of the server of this machine (TIERCEL_DATA; default: .tiercel/functions).")
    private @Nullable Path data;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "File with the bearer token (TIERCEL_TOKEN_FILE; default: the token in the data directory).")
    private @Nullable Path tokenFile;

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description = "PEM file with the authorities that may sign the server's certificate.")
    private @Nullable Path caFile;

    @Option(names = "--client-cert", paramLabel = "FILE", description = "PEM file with your client certificate.")
    private @Nullable Path clientCert;

    @Option(names = "--client-key", paramLabel = "FILE", description = "PEM file with its private key, PKCS #8.")
    private @Nullable Path clientKey;

    @Option(names = "--aws", description = "Calls the functions on AWS with your own AWS credentials.")
    private boolean aws;

    @Option(
            names = "--function",
            paramLabel = "NAME",
            description = "Function for changes, with --aws (default: tiercel-operate). NAME-read is for reading.")
    private @Nullable String function;

    @Option(
            names = "--region",
            paramLabel = "REGION",
            description = "AWS region, with --aws (default: that of your AWS configuration).")
    private @Nullable String region;

    @Option(
            names = "--operator",
            paramLabel = "NAME",
            description = "Your name for the audit log of a server (default: your user name).")
    private @Nullable String operator;

    @Option(names = "--json", description = "Prints JSON for scripts.")
    private boolean json;

    @Option(names = "--no-color", description = "Prints no colors (NO_COLOR).")
    private boolean noColor;

    @Option(names = "--help", usageHelp = true, description = "Shows this help.")
    private boolean help;

    /**
     * Opens a session.
     *
     * @throws CommandFailure if the options are invalid or contradict each other
     */
    OperatorSession open(OperatorContext context) {
        OperatorContext used = new OperatorContext(
                noColor ? context.terminal().withoutColor() : context.terminal(),
                data(context),
                context.environment(),
                context.clock());
        try {
            return new OperatorSession(used, client(used), json, connection());
        } catch (IllegalArgumentException | IOException e) {
            throw new CommandFailure(ExitStatus.USAGE, String.valueOf(e.getMessage()));
        } catch (SdkClientException e) {
            throw new CommandFailure(ExitStatus.USAGE, "the AWS region is not set; name one with --region");
        }
    }

    /** Returns whether the functions run on AWS. */
    boolean aws() {
        return aws;
    }

    /** Returns the address of the server and the token for it, for requests outside the operations. */
    HttpOptions server(OperatorContext context) {
        OperatorContext used =
                new OperatorContext(context.terminal(), data(context), context.environment(), context.clock());
        String name = operator == null ? System.getProperty("user.name", "") : operator;
        return new HttpOptions(
                server == null ? LocalServer.address(used.data(), used.environment()) : URI.create(server),
                token(used),
                new TlsFiles(caFile, clientCert, clientKey),
                name);
    }

    private Path data(OperatorContext context) {
        return data == null ? context.data() : LocalServer.named(data);
    }

    private OperatorClient client(OperatorContext context) throws IOException {
        if (aws) {
            if (server != null || tokenFile != null || caFile != null || clientCert != null || data != null) {
                throw new IllegalArgumentException(
                        "--aws cannot be combined with --server, --data, --token-file, --ca-file and --client-cert");
            }
            AwsConnection connection = AwsConnection.fromEnvironment(
                    LambdaOperatorClient.timeouts(), region == null ? null : Region.of(region), null);
            return new LambdaOperatorClient(
                    connection, function == null ? LambdaOperatorClient.DEFAULT_FUNCTION : function);
        }
        if (function != null || region != null) {
            throw new IllegalArgumentException("--function and --region require --aws");
        }
        return new HttpOperatorClient(server(context));
    }

    /** The token of the data directory goes to the server of this machine only. */
    private String token(OperatorContext context) {
        if (tokenFile != null) {
            return LocalServer.token(tokenFile);
        }
        String token = LocalServer.environmentToken(context.environment());
        return token.isEmpty() && server == null ? LocalServer.dataToken(context.data()) : token;
    }

    /** Returns the options that repeat this connection, for the commands that a page suggests. */
    private String connection() {
        StringBuilder options = new StringBuilder();
        append(options, "--server", server);
        append(options, "--data", data);
        append(options, "--token-file", tokenFile);
        append(options, "--ca-file", caFile);
        append(options, "--client-cert", clientCert);
        append(options, "--client-key", clientKey);
        options.append(aws ? " --aws" : "");
        append(options, "--function", function);
        append(options, "--region", region);
        return options.toString();
    }

    private static void append(StringBuilder options, String name, @Nullable Object value) {
        if (value != null) {
            String text = value.toString();
            boolean plain = text.matches("[A-Za-z0-9_./:@%+=,-]+");
            options.append(' ').append(name).append(' ').append(plain ? text : "'" + text.replace("'", "'\\''") + "'");
        }
    }
}
