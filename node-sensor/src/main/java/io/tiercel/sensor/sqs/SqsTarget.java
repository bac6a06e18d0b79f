package io.tiercel.sensor.sqs;

import io.tiercel.sensor.identity.CredentialSource;
import io.tiercel.sensor.identity.DeliveryCredentials;
import io.tiercel.sensor.output.BatchSplitter;
import io.tiercel.sensor.output.BatchTarget;
import io.tiercel.sensor.output.Refusal;
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
 * Sends batches of alerts to an SQS queue, one message per alert.
 *
 * <p>Credentials come from the SDK's default provider chain: environment variables, web identity (IRSA), container
 * credentials (EKS Pod Identity), instance profile. The SDK's retries are disabled, because the shipper retries. SQS
 * may accept only some messages of a batch. On a FIFO queue, a retried message then follows the accepted ones.
 */
public final class SqsTarget implements BatchTarget {
    private static final int MAX_MESSAGES = 10;
    private static final int MAX_BYTES = 256 * 1024;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Error codes of a whole request that its messages cause. */
    private static final List<String> INVALID_MESSAGE_CODES = List.of("InvalidMessageContents", "BatchRequestTooLong");

    /** Prefixes of error codes that SQS marks as sender faults although no message causes them. */
    private static final List<String> NOT_MESSAGE_RELATED =
            List.of("kms", "accessdenied", "throttl", "requestthrottl", "overlimit", "expiredtoken", "signature");

    /** Code of alerts that SQS refuses. The reason contains the code of SQS. */
    private static final String REFUSED = "sqs";

    private final SqsQueue queue;
    private final CredentialSource credentials;
    private final SqsClient client;

    /**
     * Creates a target. Nothing is sent and no AWS credentials are resolved yet.
     *
     * @param credentials credentials of the sensor, sent with each message
     */
    public SqsTarget(SqsQueue queue, CredentialSource credentials) {
        this.queue = queue;
        this.credentials = credentials;
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
        DeliveryCredentials current = credentials.current();
        List<AlertResult> results = new ArrayList<>();
        String detail = "";
        for (List<SpooledAlert> request : requests(alerts, SqsMessage.attributeBytes(current))) {
            if (results.contains(AlertResult.RETRY)) {
                request.forEach(_ -> results.add(AlertResult.RETRY));
                continue;
            }
            BatchResult result = BatchSplitter.send(request, batch -> sendBatch(batch, current));
            results.addAll(result.alerts());
            detail = result.detail().isEmpty() ? detail : result.detail();
        }
        return BatchResult.of(results, detail);
    }

    /** Splits a batch into requests that do not exceed the limit with the attributes of their messages. */
    private static List<List<SpooledAlert>> requests(List<SpooledAlert> alerts, int attributeBytes) {
        List<List<SpooledAlert>> requests = new ArrayList<>();
        long bytes = MAX_BYTES;
        for (SpooledAlert alert : alerts) {
            int size = alert.json().length + attributeBytes;
            if (bytes + size > MAX_BYTES) {
                requests.add(new ArrayList<>());
                bytes = 0;
            }
            requests.getLast().add(alert);
            bytes += size;
        }
        return requests;
    }

    private BatchResult sendBatch(List<SpooledAlert> alerts, DeliveryCredentials current) throws InterruptedException {
        List<SendMessageBatchRequestEntry> entries = new ArrayList<>();
        for (SpooledAlert alert : alerts) {
            // An alert without proof of its sender is better than an alert that SQS rejects for its size.
            boolean fits = alert.json().length + SqsMessage.attributeBytes(current) <= MAX_BYTES;
            entries.add(
                    SqsMessage.of(entries.size(), alert, queue.isFifo(), fits ? current : DeliveryCredentials.NONE));
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
            boolean invalid = code != null && INVALID_MESSAGE_CODES.stream().anyMatch(code::endsWith);
            String detail = "SQS returned " + code;
            return invalid
                    ? BatchResult.rejected(alerts.size(), new Refusal(REFUSED, detail))
                    : BatchResult.retry(alerts.size(), detail, Duration.ZERO);
        } catch (SdkException e) {
            return BatchResult.retry(alerts.size(), String.valueOf(e.getMessage()), Duration.ZERO);
        }
    }

    /** Messages that the response does not mention are not stored. */
    private static BatchResult answer(int alerts, SendMessageBatchResponse response) {
        AlertResult[] results = new AlertResult[alerts];
        Arrays.fill(results, AlertResult.RETRY);
        response.successful().forEach(entry -> results[Integer.parseInt(entry.id())] = AlertResult.STORED);
        String detail = "";
        for (BatchResultErrorEntry entry : response.failed()) {
            detail = "SQS returned " + entry.code();
            if (isRejection(entry)) {
                String message = entry.message() == null ? "" : ": " + entry.message();
                results[Integer.parseInt(entry.id())] = AlertResult.rejected(new Refusal(REFUSED, detail + message));
            }
        }
        return BatchResult.of(List.of(results), detail);
    }

    private static boolean isRejection(BatchResultErrorEntry entry) {
        String code = String.valueOf(entry.code()).toLowerCase(Locale.ROOT);
        return Boolean.TRUE.equals(entry.senderFault())
                && NOT_MESSAGE_RELATED.stream().noneMatch(code::startsWith);
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
