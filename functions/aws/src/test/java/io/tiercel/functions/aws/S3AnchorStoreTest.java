package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.audit.anchor.AnchorStore;
import io.tiercel.functions.contract.AnchorStoreContract;
import io.tiercel.functions.incident.StoreUnavailable;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Exception;

@Tag("packaged")
class S3AnchorStoreTest extends AnchorStoreContract {
    private static final AtomicInteger BUCKETS = new AtomicInteger();

    private static Moto moto;
    private static S3Client client;

    @BeforeAll
    static void startMoto() throws Exception {
        moto = Moto.startOrSkip();
        client = moto.configure(S3Client.builder()
                        .httpClient(UrlConnectionHttpClient.create())
                        .forcePathStyle(true))
                .build();
    }

    @AfterAll
    static void stopMoto() throws Exception {
        if (moto != null) {
            client.close();
            moto.close();
        }
    }

    private String bucket = "";

    @Override
    protected AnchorStore open() {
        bucket = "anchors-" + BUCKETS.incrementAndGet();
        client.createBucket(create -> create.bucket(bucket)
                .objectLockEnabledForBucket(true)
                .createBucketConfiguration(location -> location.locationConstraint("eu-west-1")));
        return new S3AnchorStore(() -> client, "s3://" + bucket + "/audit/anchors");
    }

    @Test
    void objects_sort_the_newest_anchor_first_and_others_are_ignored() {
        AnchorStore store = open();
        for (String name : List.of(
                "audit/anchors/00000000-99999998.json",
                "audit/anchors/0",
                "audit/zz",
                "audit/anchors/00000001-00000001.json")) {
            client.putObject(put -> put.bucket(bucket).key(name), RequestBody.fromString("x"));
        }
        assertEquals(0, store.newest());
        for (int i = 1; i <= 30; i++) {
            assertTrue(store.add(i, "anchor " + i));
        }
        assertEquals(30, store.newest());
        assertEquals(
                "audit/anchors/99999969-00000030.json",
                client.listObjectsV2(list -> list.bucket(bucket).prefix("audit/anchors/9"))
                        .contents()
                        .getFirst()
                        .key());
    }

    /** S3 does not tell that an object is missing if the permission to list has a condition on the prefix. */
    @Test
    void a_forbidden_object_that_is_not_listed_is_missing() {
        assertTrue(open().add(1, "first"));
        S3Client forbidding = new S3Client() {
            @Override
            public <T> T getObject(GetObjectRequest request, ResponseTransformer<GetObjectResponse, T> transformer) {
                throw S3Exception.builder()
                        .statusCode(403)
                        .message("Access Denied")
                        .build();
            }

            @Override
            public ListObjectsV2Response listObjectsV2(ListObjectsV2Request request) {
                return client.listObjectsV2(request);
            }

            @Override
            public String serviceName() {
                return client.serviceName();
            }

            @Override
            public void close() {}
        };
        AnchorStore store = new S3AnchorStore(() -> forbidding, "s3://" + bucket + "/audit/anchors");
        assertThrows(StoreUnavailable.class, () -> store.read(1));
        assertEquals(Optional.empty(), store.read(2));
    }

    @Test
    void a_missing_bucket_or_setting_is_an_unavailable_store() {
        AnchorStore none = new S3AnchorStore(() -> client, "s3://no-such-bucket/x");
        assertThrows(StoreUnavailable.class, none::newest);
        assertThrows(StoreUnavailable.class, () -> none.add(1, "x"));
        for (String location : List.of("", "anchors", "s3:///x")) {
            StoreUnavailable unset =
                    assertThrows(StoreUnavailable.class, () -> new S3AnchorStore(() -> client, location).newest());
            assertTrue(String.valueOf(unset.getMessage()).contains("TIERCEL_AUDIT_ANCHORS"), unset.getMessage());
        }
    }
}
