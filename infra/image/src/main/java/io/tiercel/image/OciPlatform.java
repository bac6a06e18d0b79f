package io.tiercel.image;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/** The platform of an image, as in the OCI image index. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record OciPlatform(String architecture, String os, @Nullable String variant) {
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

    @Override
    public String toString() {
        return os + "/" + architecture + (variant == null ? "" : "/" + variant);
    }
}
