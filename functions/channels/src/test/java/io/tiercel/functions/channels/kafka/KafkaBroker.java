package io.tiercel.functions.channels.kafka;

import io.tiercel.functions.channels.support.TestKeys;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.logging.Level;
import java.util.logging.Logger;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.utils.Time;

/**
 * A broker of Apache Kafka in this process, which is its own controller. Clients connect with TLS and a login, the test itself without.
 * The user is {@code tiercel} with the password {@code s3cr3t "horse\}.
 */
public final class KafkaBroker implements AutoCloseable {
    public static final String USER = "tiercel";
    public static final String PASSWORD = "s3cr3t \"horse\\";

    /** Loggers are garbage collected with their levels. */
    private static final Logger LOG = Logger.getLogger("org.apache.kafka");

    private static final Logger SERVER_LOG = Logger.getLogger("kafka");
    private static final Logger STATE_LOG = Logger.getLogger("state.change.logger");

    private final KafkaRaftServer server;
    private final int secured;
    private final int plain;

    /** Starts a broker. */
    public KafkaBroker(Path folder, TestKeys keys) throws IOException {
        for (Logger logger : List.of(LOG, SERVER_LOG, STATE_LOG)) {
            logger.setLevel(Level.OFF);
        }
        this.secured = freePort();
        this.plain = freePort();
        Properties settings = settings(folder, keys, freePort());
        format(folder, settings);
        this.server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
        server.startup();
    }

    private Properties settings(Path folder, TestKeys keys, int controller) {
        Properties settings = new Properties();
        settings.putAll(Map.ofEntries(
                Map.entry("process.roles", "broker,controller"),
                Map.entry("node.id", "1"),
                Map.entry("controller.quorum.voters", "1@127.0.0.1:" + controller),
                Map.entry(
                        "listeners",
                        "CONTROLLER://127.0.0.1:" + controller + ",TEST://127.0.0.1:" + plain + ",SASL_SSL://127.0.0.1:"
                                + secured),
                Map.entry("advertised.listeners", "TEST://127.0.0.1:" + plain + ",SASL_SSL://localhost:" + secured),
                Map.entry("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,TEST:PLAINTEXT,SASL_SSL:SASL_SSL"),
                Map.entry("controller.listener.names", "CONTROLLER"),
                Map.entry("inter.broker.listener.name", "TEST"),
                Map.entry("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-512"),
                Map.entry(
                        "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required;"),
                Map.entry(
                        "listener.name.sasl_ssl.plain.sasl.jaas.config",
                        "org.apache.kafka.common.security.plain.PlainLoginModule required user_tiercel=\"plain\";"),
                Map.entry("ssl.keystore.location", keys.store().toString()),
                Map.entry("ssl.keystore.password", TestKeys.PASSWORD),
                Map.entry("ssl.keystore.type", "PKCS12"),
                Map.entry("log.dirs", folder.resolve("data").toString()),
                Map.entry("auto.create.topics.enable", "false"),
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("log.cleaner.enable", "false")));
        return settings;
    }

    private static void format(Path folder, Properties settings) throws IOException {
        Path file = folder.resolve("server.properties");
        try (OutputStream out = Files.newOutputStream(file)) {
            settings.store(out, null);
        }
        try (PrintStream log = new PrintStream(folder.resolve("format.log").toFile(), StandardCharsets.UTF_8)) {
            int status = StorageTool.execute(
                    new String[] {
                        "format",
                        "--cluster-id",
                        Uuid.randomUuid().toString(),
                        "--config",
                        file.toString(),
                        "--add-scram",
                        "SCRAM-SHA-512=[name=\"" + USER + "\",password=\"" + PASSWORD + "\"]"
                    },
                    log);
            if (status != 0) {
                throw new IllegalStateException(Files.readString(folder.resolve("format.log")));
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The address with TLS and login. */
    public String address() {
        return "localhost:" + secured;
    }

    /** Creates a topic with one partition. */
    public void createTopic(String name, Map<String, String> settings) throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + plain))) {
            admin.createTopics(List.of(new NewTopic(name, 1, (short) 1).configs(settings)))
                    .all()
                    .get();
        }
    }

    /** Returns all records of a topic. */
    public List<ConsumerRecord<String, byte[]>> records(String topic) {
        Map<String, Object> config = new HashMap<>(Map.of(
                "bootstrap.servers",
                "127.0.0.1:" + plain,
                "auto.offset.reset",
                "earliest",
                "enable.auto.commit",
                false));
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            long end = Objects.requireNonNull(
                    consumer.endOffsets(List.of(partition)).get(partition));
            List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
