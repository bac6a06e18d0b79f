package io.tiercel.functions.cloud;

import io.tiercel.functions.respond.ec2.EvidenceStore;
import java.net.URI;
import java.util.Map;
import software.amazon.awssdk.http.SdkHttpMethod;

/** An evidence store in an S3 bucket. */
public final class S3EvidenceStore implements EvidenceStore {
    private final SignedHttpClient http;
    private final String bucket;
    private final String prefix;

    /**
     * Creates a store.
     *
     * @param prefix the beginning of all keys; may be empty
     */
    public S3EvidenceStore(SignedHttpClient http, String bucket, String prefix) {
        this.http = http;
        this.bucket = bucket;
        this.prefix = prefix;
    }

    @Override
    public String put(String name, String document) {
        String key = prefix + name;
        URI uri = http.regionalEndpoint("s3").resolve("/" + bucket + "/" + key);
        http.call(
                "s3",
                false,
                SdkHttpMethod.PUT,
                uri,
                Map.of("Content-Type", "application/json"),
                document,
                SignedHttpClient.failureByStatus("PutObject"));
        return "s3://" + bucket + "/" + key;
    }
}
