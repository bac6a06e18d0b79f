package io.tiercel.sensor.app;

import io.tiercel.sensor.config.Config;
import io.tiercel.sensor.config.ConfigException;
import io.tiercel.sensor.config.Setting;
import io.tiercel.sensor.output.TlsFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What the settings say about how to be known to a web server, and it to us. */
final class HttpCredentials {
    private static final int MAX_BYTES = 16_384;

    private HttpCredentials() {}

    /** Certificates that can be read. */
    static TlsFiles tls(Config config, Setting ca, Setting certificate, Setting key) throws ConfigException {
        Path own = config.file(certificate);
        Path secret = config.file(key);
        if ((own == null) != (secret == null)) {
            throw config.wrong(
                    own == null ? key : certificate,
                    "a client's certificate and its key are given together or not at all");
        }
        TlsFiles tls = new TlsFiles(config.file(ca), own, secret);
        try {
            tls.check();
        } catch (IOException e) {
            throw config.wrong(own == null ? ca : certificate, String.valueOf(e.getMessage()));
        }
        return tls;
    }

    /** The header Authorization, if one is given: directly, or in a file. */
    static Map<String, String> headers(Config config, Setting direct, Setting inFile) throws ConfigException {
        Path file = config.file(inFile);
        if (file == null) {
            return config.has(direct) ? header(config, direct, config.text(direct)) : Map.of();
        }
        if (config.has(direct)) {
            throw config.wrong(inFile, "it is given twice, here and by " + config.origin(direct));
        }
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw config.wrong(inFile, file + " is too large for a secret");
            }
            return header(
                    config,
                    inFile,
                    Files.readString(file, StandardCharsets.UTF_8).strip());
        } catch (IOException e) {
            throw config.wrong(inFile, file + " cannot be read: " + e.getClass().getSimpleName());
        }
    }

    /** Says nothing of the secret itself. */
    private static Map<String, String> header(Config config, Setting key, String secret) throws ConfigException {
        if (secret.isEmpty() || !secret.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
            throw config.wrong(key, "it is not one line of ASCII text");
        }
        return Map.of("Authorization", secret);
    }
}
