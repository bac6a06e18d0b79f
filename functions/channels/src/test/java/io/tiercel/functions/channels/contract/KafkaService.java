package io.tiercel.functions.channels.contract;

import io.tiercel.functions.channels.kafka.KafkaBroker;
import io.tiercel.functions.channels.support.TestKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A broker of Apache Kafka. Each behavior is a topic. */
final class KafkaService implements Service {
    private final Path folder;
    private final TestKeys keys;
    private final KafkaBroker broker;

    /** Accepts connections and never answers. */
    private final ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

    private Behavior behavior = Behavior.ACCEPT;
    private String topic = "";
    private int topics;

    KafkaService(Path folder, TestKeys keys) throws IOException {
        this.folder = folder;
        this.keys = keys;
        this.broker = new KafkaBroker(folder, keys);
    }

    @Override
    public String type() {
        return "kafka";
    }

    @Override
    public String settings() {
        String address = behavior == Behavior.HANG ? "localhost:" + silent.getLocalPort() : broker.address();
        return "brokers: [\"" + address + "\"], topic: " + topic + ", ca: file:" + keys.certificate()
                + ", mechanism: SCRAM-SHA-512, username: " + KafkaBroker.USER + ", password: "
                + HttpService.secret(folder, "kafka-password", KafkaBroker.PASSWORD);
    }

    @Override
    public void behave(Behavior next) throws Exception {
        behavior = next;
        topic = "incidents-" + topics++;
        switch (next) {
            case ACCEPT -> broker.createTopic(topic, Map.of());
            case REJECT -> broker.createTopic(topic, Map.of("max.message.bytes", "100"));
            case THROTTLE, HANG -> {
                // To a client, a topic that is missing and one without a leader look the same.
            }
        }
    }

    @Override
    public List<String> received() {
        return broker.records(topic).stream()
                .map(record -> {
                    try {
                        return record.key() + "\n" + HttpService.texts(HttpService.JSON.readTree(record.value()));
                    } catch (IOException e) {
                        throw new AssertionError("not JSON", e);
                    }
                })
                .toList();
    }

    @Override
    public void stop() throws IOException {
        broker.close();
        silent.close();
    }

    @Override
    public String toString() {
        return "kafka";
    }
}
