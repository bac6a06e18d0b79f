package io.tiercel.image;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;

/** Points to a blob of an OCI layout (OCI image-spec, descriptor.md). */
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
        return new OciDescriptor(mediaType, SHA256 + DigestUtils.sha256Hex(blob), blob.length, null, null);
    }

    OciDescriptor with(@Nullable OciPlatform newPlatform, @Nullable Map<String, String> newAnnotations) {
        return new OciDescriptor(mediaType, digest, size, newPlatform, newAnnotations);
    }

    /** Returns the digest's hexadecimal digits, which are the blob's file name. */
    String hash() {
        if (!DIGEST.matcher(digest).matches()) {
            throw new ImageException(
                    "expected a digest of the form sha256: and 64 hexadecimal digits, found \"" + digest + "\"");
        }
        return digest.substring(SHA256.length());
    }
}
