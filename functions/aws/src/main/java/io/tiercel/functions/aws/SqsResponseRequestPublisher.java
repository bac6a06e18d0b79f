package io.tiercel.functions.aws;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tiercel.functions.incident.UrgencyClass;
import io.tiercel.functions.respond.ResponseRequest;
import io.tiercel.functions.respond.ResponseRequestPublisher;
import java.util.function.Function;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Publishes response requests to the FIFO queues of the respond function, one for each {@link UrgencyClass}. Lambda polls each with
 * concurrency of its own, so that no request waits for a less important one. The messages of one incident form a message group, so one
 * invocation for each queue handles an incident. A queue drops repeated requests with the same reason within five minutes.
 */
public final class SqsResponseRequestPublisher implements ResponseRequestPublisher {
    private final SqsClient queues;
    private final Function<UrgencyClass, String> queueUrls;

    public SqsResponseRequestPublisher(SqsClient queues, Function<UrgencyClass, String> queueUrls) {
        this.queues = queues;
        this.queueUrls = queueUrls;
    }

    @Override
    public void publish(ResponseRequest request) {
        String incidentId = request.incidentId();
        String body = JsonNodeFactory.instance
                .objectNode()
                .put("incidentId", incidentId)
                .toString();
        queues.sendMessage(message -> message.queueUrl(queueUrls.apply(request.urgency()))
                .messageBody(body)
                .messageGroupId(incidentId)
                .messageDeduplicationId(incidentId + "-" + request.change()));
    }
}
