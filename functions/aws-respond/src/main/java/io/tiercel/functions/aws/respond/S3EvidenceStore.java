package io.tiercel.functions.aws.respond;

import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.ec2.EvidenceStore;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** An evidence store in an S3 bucket. */
final class S3EvidenceStore implements EvidenceStore {
    private static final String SCHEME = "s3://";

    private final S3Client s3;
    private final String bucket;
    private final String prefix;

    private S3EvidenceStore(S3Client s3, String bucket, String prefix) {
        this.s3 = s3;
        this.bucket = bucket;
        this.prefix = prefix;
    }

    /**
     * Creates a store.
     *
     * @param location {@code s3://BUCKET/PREFIX}. With any other text, each manifest fails with a message that names the setting
     */
    static EvidenceStore at(String location, AwsConnection connection) {
        if (!location.startsWith(SCHEME)) {
            return (name, document) -> {
                throw ActionException.permanent(
                        "no location for evidence manifests; set TIERCEL_EVIDENCE to s3://BUCKET/PREFIX");
            };
        }
        String path = location.substring(SCHEME.length());
        int slash = path.indexOf('/');
        String prefix = slash < 0 ? "" : path.substring(slash + 1);
        return new S3EvidenceStore(
                // The bucket in the path works for names with dots, too.
                connection.client(S3Client.builder().forcePathStyle(true)),
                slash < 0 ? path : path.substring(0, slash),
                prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/");
    }

    @Override
    public String put(String name, String document) {
        String key = prefix + name;
        AwsConnection.call(
                "PutObject",
                () -> s3.putObject(
                        put -> put.bucket(bucket).key(key).contentType("application/json"),
                        RequestBody.fromString(document)));
        return "s3://" + bucket + "/" + key;
    }
}
