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
    public Answer send(List<SpooledAlert> alerts) throws InterruptedException {
        return BatchSplitter.send(alerts, this::request);
    }

    private Answer request(List<SpooledAlert> alerts) throws InterruptedException {
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
            return Answer.all(alerts.size(), bad ? Verdict.REFUSED : Verdict.LATER, "SQS answers " + code);
        } catch (SdkException e) {
            return Answer.all(alerts.size(), Verdict.LATER, String.valueOf(e.getMessage()));
        }
    }

    /** What SQS says nothing of is not stored. */
    private static Answer answer(int alerts, SendMessageBatchResponse response) {
        Verdict[] verdicts = new Verdict[alerts];
        Arrays.fill(verdicts, Verdict.LATER);
        response.successful().forEach(entry -> verdicts[Integer.parseInt(entry.id())] = Verdict.STORED);
        String detail = "";
        for (BatchResultErrorEntry entry : response.failed()) {
            verdicts[Integer.parseInt(entry.id())] = isRefusal(entry) ? Verdict.REFUSED : Verdict.LATER;
            detail = "SQS answers " + entry.code();
        }
        return new Answer(List.of(verdicts), detail);
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
