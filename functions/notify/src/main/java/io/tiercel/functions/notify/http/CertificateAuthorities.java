package io.tiercel.functions.notify.http;

import io.tiercel.functions.notification.file.ChannelSection;
import io.tiercel.http.TlsFiles;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** The setting {@code ca}: a file of PEM certificates that a channel trusts instead of those of the Java runtime. */
public final class CertificateAuthorities {
    private CertificateAuthorities() {}

    /** Reads the setting, which is optional. The file is read with the first request. */
    public static TlsFiles read(ChannelSection section) {
        return section.optionalText("ca")
                .map(file -> {
                    try {
                        return new TlsFiles(Path.of(file), null, null);
                    } catch (InvalidPathException e) {
                        throw section.error("ca", "this is not the path of a file", "write the path of a PEM file");
                    }
                })
                .orElseGet(TlsFiles::none);
    }
}
