package io.tiercel.sensor.app;

import io.tiercel.http.TlsFiles;
import io.tiercel.rules.file.SecretFiles;
import io.tiercel.sensor.config.Config;
import io.tiercel.sensor.config.ConfigException;
import io.tiercel.sensor.config.Setting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The settings of TLS and authorization for an HTTP receiver. */
final class HttpCredentials {
    private static final int MAX_BYTES = 16_384;

    private HttpCredentials() {}

    /** Reads the TLS settings and checks the files. */
    static TlsFiles tls(Config config, Setting ca, Setting certificate, Setting key) throws ConfigException {
        Path certificateFile = config.file(certificate);
        Path keyFile = config.file(key);
        if ((certificateFile == null) != (keyFile == null)) {
            throw config.problem(
                    certificateFile == null ? key : certificate,
                    "a client certificate and its key must be set together");
        }
        TlsFiles tls = new TlsFiles(config.file(ca), certificateFile, keyFile);
        try {
            if (keyFile != null) {
                SecretFiles.check(keyFile);
            }
            tls.check();
        } catch (IOException e) {
            throw config.problem(certificateFile == null ? ca : certificate, problem(e));
        }
        return tls;
    }

    /** Returns the Authorization header, if a setting or the file that a setting names contains it. */
    static Map<String, String> headers(Config config, Setting inline, Setting inFile) throws ConfigException {
        Path file = config.file(inFile);
        if (file == null) {
            return config.has(inline) ? header(config, inline, config.text(inline)) : Map.of();
        }
        if (config.has(inline)) {
            throw config.problem(
                    inFile, "set either this or " + inline.path() + ", which " + config.origin(inline) + " sets");
        }
        try {
            SecretFiles.check(file);
            if (Files.size(file) > MAX_BYTES) {
                throw config.problem(
                        inFile, file + " is too large for a secret: the maximum is " + MAX_BYTES + " bytes");
            }
            return header(
                    config,
                    inFile,
                    Files.readString(file, StandardCharsets.UTF_8).strip());
        } catch (IOException e) {
            throw config.problem(inFile, problem(e));
        }
    }

    private static String problem(IOException e) {
        return e instanceof FileSystemException file
                ? "cannot read " + file.getFile() + ": " + e.getClass().getSimpleName()
                : String.valueOf(e.getMessage());
    }

    /** Checks the secret. Error messages never contain it. */
    private static Map<String, String> header(Config config, Setting key, String secret) throws ConfigException {
        if (secret.isEmpty() || !secret.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
            throw config.problem(key, "the value must be one line of printable ASCII");
        }
        return Map.of("Authorization", secret);
    }
}
