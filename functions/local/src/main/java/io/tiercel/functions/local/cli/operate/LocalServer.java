package io.tiercel.functions.local.cli.operate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.local.cli.CommandFailure;
import io.tiercel.functions.local.cli.ExitStatus;
import io.tiercel.rules.file.SecretFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Finds the server of this machine and the tokens of operators: in its data directory, and in the environment. */
public final class LocalServer {
    /** The file of the data directory with the address of the running server. */
    public static final String ADDRESS_FILE = "server.json";

    private static final int MAX_BYTES = 8192;
    private static final String TOKEN = "token";
    private static final String VIEWER_TOKEN = "token-viewer";

    private LocalServer() {}

    /**
     * Returns a data directory that a person named.
     *
     * @throws CommandFailure if it does not exist: a misspelt name would lead to the default address and to no token
     */
    static Path named(Path data) {
        if (!Files.isDirectory(data)) {
            throw new CommandFailure(ExitStatus.USAGE, "--data: there is no directory " + data.toAbsolutePath());
        }
        return data;
    }

    /** Returns the address of the server; the default address if the data directory names none. */
    static URI address(Path data, Map<String, String> environment) {
        Path file = data.resolve(ADDRESS_FILE);
        String fallback = "http://127.0.0.1:" + environment.getOrDefault("TIERCEL_PORT", "8466");
        try {
            JsonNode document = Files.isReadable(file) ? Json.MAPPER.readTree(content(file)) : null;
            return URI.create(
                    document == null ? fallback : document.path("address").asText(fallback));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return URI.create("http://127.0.0.1:8466");
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.USAGE, "cannot read " + file + ": " + e.getMessage());
        }
    }

    /** Returns the token of the environment, that of responders first; empty if none is set. */
    static String environmentToken(Map<String, String> environment) {
        String responder = configuredToken(environment, false);
        return responder.isEmpty() ? configuredToken(environment, true) : responder;
    }

    /**
     * Returns the token of a role that the environment sets: the content of {@code TIERCEL_TOKEN_FILE} or {@code TIERCEL_TOKEN},
     * or those with {@code VIEWER}; empty if it is not set.
     */
    static String configuredToken(Map<String, String> environment, boolean viewer) {
        String variable = viewer ? "TIERCEL_VIEWER_TOKEN" : "TIERCEL_TOKEN";
        String file = environment.getOrDefault(variable + "_FILE", "");
        return file.isEmpty() ? environment.getOrDefault(variable, "") : token(Path.of(file));
    }

    /** Returns the token of the data directory that this user may read, that of responders first; empty if there is none. */
    static String dataToken(Path data) {
        for (String name : new String[] {TOKEN, VIEWER_TOKEN}) {
            Path file = data.resolve(name);
            if (Files.isReadable(file)) {
                return token(file);
            }
        }
        return "";
    }

    /** Returns the file with the token of a role in the data directory. */
    static Path tokenFile(Path data, boolean viewer) {
        return data.resolve(viewer ? VIEWER_TOKEN : TOKEN);
    }

    /**
     * Reads a file with a token.
     *
     * @throws CommandFailure if it cannot be read, is empty, or other users can read it
     */
    static String token(Path file) {
        try {
            SecretFiles.check(file);
            String token = content(file).strip();
            if (token.isEmpty()) {
                throw new CommandFailure(ExitStatus.USAGE, "the token file " + file + " is empty");
            }
            return token;
        } catch (IOException e) {
            String reason = String.valueOf(e.getMessage());
            throw new CommandFailure(
                    ExitStatus.USAGE,
                    "cannot use the token file " + file
                            + (reason.equals(file.toString())
                                    ? " (" + e.getClass().getSimpleName() + ")"
                                    : ": " + reason));
        }
    }

    private static String content(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
        }
    }
}
