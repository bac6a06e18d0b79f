package io.tiercel.image;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What points to a blob of an OCI layout. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
record OciDescriptor(
        String mediaType,
        String digest,
        long size,
        @Nullable OciPlatform platform,
        @Nullable Map<String, String> annotations) {
    static final String INDEX = "application/vnd.oci.image.index.v1+json";
    static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    private static final String SHA256 = "sha256:";
    private static final Pattern DIGEST = Pattern.compile(SHA256 + "[0-9a-f]{64}");

    static OciDescriptor of(String mediaType, byte[] blob) {
        return new OciDescriptor(mediaType, SHA256 + Digests.of(blob), blob.length, null, null);
    }

    OciDescriptor with(@Nullable OciPlatform itsPlatform, @Nullable Map<String, String> itsAnnotations) {
        return new OciDescriptor(mediaType, digest, size, itsPlatform, itsAnnotations);
    }

    /** The hexadecimal digits, by which the blob's file is named. */
    String hash() {
        if (!DIGEST.matcher(digest).matches()) {
            throw new ImageException("a digest is sha256: and 64 hexadecimal digits, not \"" + digest + "\"");
        }
        return digest.substring(SHA256.length());
    }
}
