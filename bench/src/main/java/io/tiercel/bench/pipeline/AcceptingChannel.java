package io.tiercel.bench.pipeline;

import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.NotificationChannel;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A channel that accepts every message.
 *
 * @param name its name
 * @param sent runs for each message
 */
record AcceptingChannel(String name, Runnable sent) implements NotificationChannel {
    private static final Duration SEND_INTERVAL = Duration.ofSeconds(1);

    static List<AcceptingChannel> several(int number, Runnable sent) {
        return IntStream.range(0, number)
                .mapToObj(i -> new AcceptingChannel("channel-" + i, sent))
                .toList();
    }

    @Override
    public Duration sendInterval() {
        return SEND_INTERVAL;
    }

    @Override
    public DeliveryResult send(IncidentNotification notification) {
        sent.run();
        return new DeliveryResult.Sent();
    }

    @Override
    public DeliveryResult sendGroup(GroupNotification notification) {
        sent.run();
        return new DeliveryResult.Sent();
    }
}
