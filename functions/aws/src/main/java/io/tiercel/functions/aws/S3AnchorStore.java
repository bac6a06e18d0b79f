package io.tiercel.functions.aws;

import io.tiercel.functions.audit.anchor.AnchorStore;
import io.tiercel.functions.incident.StoreUnavailable;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Anchors in an S3 bucket with Object Lock, one object each: {@code PREFIX/INVERSE-SEQUENCE.json}, eight digits each. The inverse
 * is 99,999,999 minus the sequence number. It sorts the newest anchor first, so that one request finds it.
 */
final class S3AnchorStore implements AnchorStore {
    private static final Pattern LOCATION = Pattern.compile("s3://([a-z0-9.-]{3,63})(?:/(.*))?");
    private static final Pattern KEY = Pattern.compile("([0-9]{8})-([0-9]{8})\\.json");
    private static final int LISTED = 10;
    private static final int FORBIDDEN = 403;
    private static final int PRECONDITION_FAILED = 412;
    private static final int CONFLICT = 409;

    private final Supplier<S3Client> clients;
    private final String location;
    private @Nullable S3Client client;

    /**
     * Creates a store, which creates its client when it is used.
     *
     * @param location {@code s3://BUCKET/PREFIX}; with any other text, all methods fail with a message that names the setting
     */
    S3AnchorStore(Supplier<S3Client> clients, String location) {
        this.clients = clients;
        this.location = location;
    }

    private synchronized S3Client client() {
        S3Client current = client;
        if (current == null) {
            current = clients.get();
            client = current;
        }
        return current;
    }

    private Matcher location() {
        Matcher parsed = LOCATION.matcher(location);
        if (!parsed.matches()) {
            String message =
                    "TIERCEL_AUDIT_ANCHORS is not s3://BUCKET/PREFIX, so the audit log is neither anchored nor verified";
            throw new StoreUnavailable(message, new IllegalArgumentException(message));
        }
        return parsed;
    }

    private String bucket() {
        return location().group(1);
    }

    private String prefix() {
        String prefix = location().group(2);
        return prefix == null || prefix.isEmpty() ? "" : prefix.endsWith("/") ? prefix : prefix + "/";
    }

    private String key(long sequence) {
        return prefix() + "%08d-%08d.json".formatted(MAX_SEQUENCE + 1 - sequence, sequence);
    }

    /** Returns the sequence number of an anchor's key; an empty result for other objects. */
    private static OptionalLong sequence(String key) {
        Matcher name = KEY.matcher(key.substring(key.lastIndexOf('/') + 1));
        if (!name.matches()) {
            return OptionalLong.empty();
        }
        long sequence = Long.parseLong(name.group(2));
        boolean anchor = sequence >= 1 && Long.parseLong(name.group(1)) == MAX_SEQUENCE + 1 - sequence;
        return anchor ? OptionalLong.of(sequence) : OptionalLong.empty();
    }

    @Override
    public long newest() {
        String prefix = prefix();
        String bucket = bucket();
        try {
            return client()
                    .listObjectsV2Paginator(
                            list -> list.bucket(bucket).prefix(prefix).maxKeys(LISTED))
                    .contents()
                    .stream()
                    .map(S3Object::key)
                    .map(S3AnchorStore::sequence)
                    .flatMapToLong(OptionalLong::stream)
                    .findFirst()
                    .orElse(0L);
        } catch (SdkException e) {
            throw failed("list", e);
        }
    }

    @Override
    public Optional<String> read(long sequence) {
        String bucket = bucket();
        String key = key(sequence);
        try {
            var object = client().getObjectAsBytes(get -> get.bucket(bucket).key(key));
            return Optional.of(object.asByteArrayUnsafe().length > MAX_BYTES ? "" : object.asUtf8String());
        } catch (NoSuchKeyException e) {
            return Optional.empty();
        } catch (S3Exception e) {
            // S3 answers so for a missing object if the permission to list has a condition on the prefix.
            if (e.statusCode() == FORBIDDEN && !exists(bucket, key)) {
                return Optional.empty();
            }
            throw failed("read", e);
        } catch (SdkException e) {
            throw failed("read", e);
        }
    }

    private boolean exists(String bucket, String key) {
        try {
            return client()
                    .listObjectsV2(list -> list.bucket(bucket).prefix(key).maxKeys(1))
                    .contents()
                    .stream()
                    .anyMatch(object -> object.key().equals(key));
        } catch (SdkException e) {
            throw failed("list", e);
        }
    }

    @Override
    public boolean add(long sequence, String document) {
        String bucket = bucket();
        String key = key(sequence);
        try {
            client().putObject(
                            put -> put.bucket(bucket)
                                    .key(key)
                                    .contentType("application/json")
                                    .ifNoneMatch("*"),
                            RequestBody.fromString(document));
            return true;
        } catch (S3Exception e) {
            if (e.statusCode() == PRECONDITION_FAILED || e.statusCode() == CONFLICT) {
                return false;
            }
            throw failed("write", e);
        } catch (SdkException e) {
            throw failed("write", e);
        }
    }

    private static StoreUnavailable failed(String operation, SdkException e) {
        return new StoreUnavailable(
                "S3: could not " + operation + " the anchors of the audit log: " + e.getMessage(), e);
    }
}
