package io.tiercel.functions.channels.kafka;

import io.tiercel.functions.secret.Secret;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.security.plain.PlainLoginModule;
import org.apache.kafka.common.security.scram.ScramLoginModule;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a channel.
 *
 * @param brokers addresses as {@code host:port}
 * @param topic the topic
 * @param tls whether connections are encrypted and the names of brokers are verified
 * @param ca certificates as PEM that the brokers' certificates are verified with; null for those of the Java runtime
 * @param login null for none
 */
record KafkaSettings(
        List<String> brokers,
        String topic,
        boolean tls,
        @Nullable Secret ca,
        @Nullable Login login) {
    /** The time to find the partitions of the topic, which includes connecting. */
    static final int MAX_BLOCK_MILLIS = 4_500;

    /** The time until the brokers acknowledge a record, including retries. Together with the time above, less than ten seconds. */
    private static final int DELIVERY_MILLIS = 5_000;

    private static final int REQUEST_MILLIS = 4_000;
    private static final int BUFFER_BYTES = 2 * 1024 * 1024;
    private static final int MAX_REQUEST_BYTES = 1024 * 1024;

    /**
     * A login with SASL.
     *
     * @param mechanism PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512
     * @param username the user
     * @param password the password
     */
    record Login(String mechanism, String username, Secret password) {}

    /**
     * Returns the configuration of a producer. It waits for all replicas in sync, never reorders or repeats a record, and holds at most
     * 2 MiB. It registers no JMX beans and sends no telemetry. Reads the secrets.
     */
    Map<String, Object> producerConfig() {
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
        config.put(ProducerConfig.CLIENT_ID_CONFIG, "tiercel");
        config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
        config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MILLIS);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MILLIS);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS);
        config.put(ProducerConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, REQUEST_MILLIS);
        config.put(ProducerConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MAX_MS_CONFIG, REQUEST_MILLIS);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
        config.put(ProducerConfig.METRIC_REPORTER_CLASSES_CONFIG, List.of());
        config.put(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        config.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, protocol().name());
        if (ca != null) {
            config.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, "PEM");
            config.put(SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG, new Password(ca.value()));
        }
        if (login != null) {
            config.put(SaslConfigs.SASL_MECHANISM, login.mechanism());
            config.put(SaslConfigs.SASL_JAAS_CONFIG, new Password(jaas(login)));
        }
        return config;
    }

    private SecurityProtocol protocol() {
        if (login == null) {
            return tls ? SecurityProtocol.SSL : SecurityProtocol.PLAINTEXT;
        }
        return tls ? SecurityProtocol.SASL_SSL : SecurityProtocol.SASL_PLAINTEXT;
    }

    private static String jaas(Login login) {
        Class<?> module = login.mechanism().equals("PLAIN") ? PlainLoginModule.class : ScramLoginModule.class;
        return module.getName() + " required username=" + quoted(login.username()) + " password="
                + quoted(login.password().value()) + ";";
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
