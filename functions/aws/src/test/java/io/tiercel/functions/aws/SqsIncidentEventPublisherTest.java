package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

@Tag("packaged")
class SqsIncidentEventPublisherTest {
    @Test
    void everyChangeOfAnIncidentIsPublishedOnce() throws Exception {
        try (Moto moto = Moto.startOrSkip();
                SqsClient queues = moto.sqs()) {
            String url = queues.createQueue(queue -> queue.queueName("notifications.fifo")
                            .attributes(Map.of(QueueAttributeName.FIFO_QUEUE, "true")))
                    .queueUrl();
            SqsIncidentEventPublisher publisher = new SqsIncidentEventPublisher(queues, url, url);
            for (String change : List.of("plan-1", "plan-1", "plan-2")) {
                publisher.publish("0a", change);
            }
            publisher.publish("0b", "plan-1");

            assertEquals(
                    List.of("{\"incidentId\":\"0a\"}", "{\"incidentId\":\"0a\"}", "{\"incidentId\":\"0b\"}"),
                    receive(queues, url));
        }
    }

    @Test
    void anUnreachableQueueThrows() throws Exception {
        try (Moto moto = Moto.startOrSkip();
                SqsClient queues = moto.sqs()) {
            String none = moto.endpoint() + "/123456789012/none.fifo";
            SqsIncidentEventPublisher publisher = new SqsIncidentEventPublisher(queues, none, none);
            assertThrows(SdkException.class, () -> publisher.publish("0a", "plan-1"));
        }
    }

    private static List<String> receive(SqsClient queues, String url) {
        return queues.receiveMessage(receive -> receive.queueUrl(url).maxNumberOfMessages(10)).messages().stream()
                .map(Message::body)
                .toList();
    }
}
