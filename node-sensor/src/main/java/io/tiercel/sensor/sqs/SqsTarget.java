package io.tiercel.sensor.sqs;

import io.tiercel.sensor.output.BatchSplitter;
import io.tiercel.sensor.output.BatchTarget;
import io.tiercel.sensor.spool.SpooledAlert;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;

/**
 * Sends batches of alerts to a queue, each alert as a message of its own.
 *
 * <p>Credentials come from the SDK's default chain: environment, web identity (IRSA), container (EKS Pod Identity),
 * instance profile. The SDK itself tries nothing again, since the shipper does. SQS may take some messages of a batch and
 * not others: on a FIFO queue such a one comes behind those that were taken with it.
 */
public final class SqsTarget implements BatchTarget {
    private static final int MAX_MESSAGES = 10;
    private static final int MAX_BYTES = 256 * 1024;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Refusals of a whole request that its messages are to blame for. */
    private static final List<String> BAD_MESSAGES = List.of("InvalidMessageContents", "BatchRequestTooLong");

    /** Beginnings of codes that SQS calls the sender's fault but that no message is to blame for. */
    private static final List<String> NOT_THE_MESSAGE =
            List.of("kms", "accessdenied", "throttl", "requestthrottl", "overlimit", "expiredtoken", "signature");

    private final SqsQueue queue;
    private final SqsClient client;

    /** Will send to a queue; nothing is sent and no credentials are looked for yet. */
    public SqsTarget(SqsQueue queue) {
        this.queue = queue;
        this.client = SqsClient.builder()
                .region(Region.of(queue.region()))
                .endpointOverride(queue.endpoint())
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT_TIMEOUT)
                        .socketTimeout(TIMEOUT))
                .overrideConfiguration(override ->
                        override.retryStrategy(AwsRetryStrategy.doNotRetry()).apiCallTimeout(TIMEOUT))
                .build();
    }

    @Override
    public int maxAlerts() {
        return MAX_MESSAGES;
    }

    @Override
    public int maxBytes() {
        return MAX_BYTES;
    }

    @Override
    public BatchResult send(List<SpooledAlert> alerts) throws InterruptedException {
        return BatchSplitter.send(alerts, this::request);
    }

    private BatchResult request(List<SpooledAlert> alerts) throws InterruptedException {
        List<SendMessageBatchRequestEntry> entries = new ArrayList<>();
        for (SpooledAlert alert : alerts) {
            entries.add(SqsMessage.of(entries.size(), alert, queue.isFifo()));
        }
        try {
            return answer(
                    alerts.size(),
                    client.sendMessageBatch(
                            batch -> batch.queueUrl(queue.url().toString()).entries(entries)));
        } catch (AbortedException e) {
            throw new InterruptedException(e.getMessage());
        } catch (AwsServiceException e) {
            String code = e.awsErrorDetails() == null
                    ? "status " + e.statusCode()
                    : e.awsErrorDetails().errorCode();
            boolean bad = code != null && BAD_MESSAGES.stream().anyMatch(code::endsWith);
            return BatchResult.forAll(alerts.size(), bad ? DeliveryStatus.REJECTED : DeliveryStatus.RETRY, "SQS answers " + code);
        } catch (SdkException e) {
            return BatchResult.forAll(alerts.size(), DeliveryStatus.RETRY, String.valueOf(e.getMessage()));
        }
    }

    /** What SQS says nothing of is not stored. */
    private static BatchResult answer(int alerts, SendMessageBatchResponse response) {
        DeliveryStatus[] statuses = new DeliveryStatus[alerts];
        Arrays.fill(statuses, DeliveryStatus.RETRY);
        response.successful().forEach(entry -> statuses[Integer.parseInt(entry.id())] = DeliveryStatus.STORED);
        String detail = "";
        for (BatchResultErrorEntry entry : response.failed()) {
            statuses[Integer.parseInt(entry.id())] = isRefusal(entry) ? DeliveryStatus.REJECTED : DeliveryStatus.RETRY;
            detail = "SQS answers " + entry.code();
        }
        return new BatchResult(List.of(statuses), detail);
    }

    private static boolean isRefusal(BatchResultErrorEntry entry) {
        String code = String.valueOf(entry.code()).toLowerCase(Locale.ROOT);
        return Boolean.TRUE.equals(entry.senderFault())
                && NOT_THE_MESSAGE.stream().noneMatch(code::startsWith);
    }

    @Override
    public void close() {
        client.close();
    }

    @Override
    public String toString() {
        return queue.url().toString();
    }
}
