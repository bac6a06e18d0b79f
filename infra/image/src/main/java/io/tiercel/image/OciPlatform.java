package io.tiercel.image;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The platform of an image, as in the OCI image index. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record OciPlatform(String architecture, String os, @Nullable String variant) {
    /** In an image folder for another architecture than that of the machine that made it. */
    private static final String FILE = "platform";

    /** Returns the platform of this machine. */
    static OciPlatform current() {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> new OciPlatform("amd64", "linux", null);
            case "aarch64" -> new OciPlatform("arm64", "linux", "v8");
            default ->
                throw new ImageException(
                        "images can be made for amd64 and arm64, not for " + System.getProperty("os.arch"));
        };
    }

    /** Returns the platform of an image folder: the one that it names, or that of this machine. */
    static OciPlatform of(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return current();
        }
        String platform = Files.readString(file).strip();
        return switch (platform) {
            case "linux/amd64" -> new OciPlatform("amd64", "linux", null);
            case "linux/arm64" -> new OciPlatform("arm64", "linux", "v8");
            default -> throw new ImageException(file + " names an unknown platform: " + platform);
        };
    }

    @Override
    public String toString() {
        return os + "/" + architecture + (variant == null ? "" : "/" + variant);
    }
}
