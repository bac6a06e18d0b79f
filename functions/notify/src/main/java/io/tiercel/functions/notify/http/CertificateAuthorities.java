package io.tiercel.functions.notify.http;

import io.tiercel.functions.notification.file.ChannelSection;
import io.tiercel.http.TlsFiles;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** The setting {@code ca}, {@code file:PATH}: PEM certificates that a channel trusts instead of those of the Java runtime. */
public final class CertificateAuthorities {
    private static final String SCHEME = "file:";

    private CertificateAuthorities() {}

    /** Reads the setting, which is optional. The file is read with the first request. */
    public static TlsFiles read(ChannelSection section) {
        return section.optionalText("ca")
                .map(reference -> new TlsFiles(path(section, reference), null, null))
                .orElseGet(TlsFiles::none);
    }

    private static Path path(ChannelSection section, String reference) {
        if (reference.startsWith(SCHEME)) {
            try {
                return Path.of(reference.substring(SCHEME.length()));
            } catch (InvalidPathException e) {
                // Reported below.
            }
        }
        throw section.error("ca", "this is not a reference to a file", "write file:PATH of a PEM file");
    }
}
