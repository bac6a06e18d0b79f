package io.tiercel.functions.channels.ocsf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.channels.aws.AwsDelivery;
import io.tiercel.functions.channels.aws.AwsSettings;
import io.tiercel.functions.channels.aws.LazyClient;
import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notify.json.Delivery;
import io.tiercel.functions.notify.json.NotificationJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Function;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A bucket of Amazon S3 that receives one object with one {@link DetectionFinding} per message, in the folders that Security Lake uses:
 * {@code region=/accountId=/eventDay=}. The object is encrypted as the bucket says. The day (UTC) is that
 * since which the message is pending, so a repeated attempt replaces the object of the first one.
 */
final class OcsfS3Channel implements NotificationChannel {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuuMMdd", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final String name;
    private final Destination destination;
    private final LazyClient<Bucket> bucket;

    /**
     * Where the objects go.
     *
     * @param bucket the name of the bucket
     * @param bucketOwner the account that must own it, so that no other account's bucket of this name receives findings; null to accept
     *     any account
     * @param prefix empty, or ends with a slash
     * @param account the account that the findings belong to, 12 digits
     * @param gzip whether objects are compressed
     */
    record Destination(String bucket, @Nullable String bucketOwner, String prefix, String account, boolean gzip) {}

    private record Bucket(S3Client client, String region) implements AutoCloseable {
        @Override
        public void close() {
            client.close();
        }
    }

    OcsfS3Channel(String name, Destination destination, AwsSettings aws) {
        this.name = name;
        this.destination = destination;
        this.bucket = new LazyClient<>(() -> connect(aws));
    }

    private static Bucket connect(AwsSettings aws) {
        AwsConnection connection = aws.connect();
        return new Bucket(
                connection.client(S3Client.builder()
                        // The objects are small: one signature and one checksum, not one per chunk.
                        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .serviceConfiguration(service -> service.chunkedEncodingEnabled(false))
                        .forcePathStyle(connection.endpoint() != null)),
                connection.region().id());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Duration sendInterval() {
        return Duration.ZERO;
    }

    @Override
    public DeliveryResult send(IncidentNotification notification) {
        return Delivery.due(notification)
                ? put(
                        region -> DetectionFinding.of(notification, destination.account(), region),
                        Delivery.id(notification),
                        Delivery.since(notification.previous(), notification.now()))
                : new DeliveryResult.Skipped();
    }

    @Override
    public DeliveryResult sendGroup(GroupNotification notification) {
        return put(
                region -> DetectionFinding.of(notification, destination.account(), region),
                Delivery.id(notification),
                Delivery.since(notification.previous(), notification.now()));
    }

    private DeliveryResult put(Function<String, ObjectNode> finding, String deliveryId, Instant since) {
        return AwsDelivery.of("PutObject", () -> {
            Bucket open = bucket.get();
            byte[] line = NotificationJson.line(finding.apply(open.region()));
            String key = destination.prefix() + "region=" + open.region() + "/accountId=" + destination.account()
                    + "/eventDay=" + DAY.format(since) + "/" + deliveryId + (destination.gzip() ? ".json.gz" : ".json");
            open.client()
                    .putObject(
                            put -> put.bucket(destination.bucket())
                                    .key(key)
                                    .expectedBucketOwner(destination.bucketOwner())
                                    .contentType(destination.gzip() ? "application/gzip" : "application/x-ndjson"),
                            RequestBody.fromBytes(destination.gzip() ? gzip(line) : line));
            return new DeliveryResult.Sent();
        });
    }

    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }

    @Override
    public void close() {
        bucket.close();
    }

    @Override
    public String toString() {
        return "OCSF in bucket " + destination.bucket();
    }
}
