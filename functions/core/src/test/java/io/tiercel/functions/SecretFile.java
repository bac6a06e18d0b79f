package io.tiercel.functions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Writes secrets to files of mode 0600. Files with other modes are refused. */
public final class SecretFile {
    private SecretFile() {}

    /** Writes a secret, and returns the file. */
    public static Path write(Path file, String secret) throws IOException {
        Files.writeString(file, secret);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
