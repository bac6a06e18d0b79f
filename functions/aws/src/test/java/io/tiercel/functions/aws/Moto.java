package io.tiercel.functions.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tiercel.functions.MotoProcess;
import io.tiercel.functions.lookup.AwsConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * A local AWS emulator: the moto server as a child process. Each instance starts empty, and with {@link Faults#DEFAULT}. Queues and
 * tables behave as AWS documents, see {@code documented_limits.py}.
 */
public final class Moto implements AutoCloseable {
    private static final String REGION = "eu-west-1";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** The SDK's defaults. */
    private static final int DYNAMODB_ATTEMPTS = 9;

    private static final int SQS_ATTEMPTS = 4;

    private final HttpClient http = HttpClient.newHttpClient();
    private final MotoProcess process;

    private Moto(MotoProcess process) {
        this.process = process;
    }

    /** Starts moto, or skips the test if it is not installed. */
    public static Moto startOrSkip() throws IOException, InterruptedException {
        String missing = MotoProcess.missing();
        Skip.unless(missing == null, "needs " + missing);
        return new Moto(MotoProcess.start());
    }

    /** Returns the address of the server. */
    public URI endpoint() {
        return process.endpoint();
    }

    /** Replaces the faults. */
    public void setFaults(Faults faults) {
        control("faults", JSON.valueToTree(faults));
    }

    /** Moves the clock of all queues forward. */
    public void advanceClock(Duration time) {
        control("clock", JSON.createObjectNode().put("advanceMillis", time.toMillis()));
    }

    private void control(String path, JsonNode body) {
        try {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(endpoint().resolve("/stand-in/" + path))
                            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IllegalStateException(path + ": " + response.body());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Returns environment variables that direct a child process's SDK to moto. */
    public Map<String, String> environment() {
        return Map.of(
                "AWS_ENDPOINT_URL",
                endpoint().toString(),
                "AWS_REGION",
                REGION,
                "AWS_ACCESS_KEY_ID",
                "test",
                "AWS_SECRET_ACCESS_KEY",
                "test");
    }

    /** Returns the connection of clients that use moto. */
    public AwsConnection connection() {
        return new AwsConnection(
                AwsConnection.httpClient(AwsConnection.Timeouts.ACTIONS),
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")),
                Region.of(REGION),
                endpoint(),
                AwsConnection.Timeouts.ACTIONS);
    }

    /** Creates a DynamoDB client. */
    public DynamoDbClient dynamoDb() {
        return configure(DynamoDbClient.builder().httpClient(UrlConnectionHttpClient.create()))
                .overrideConfiguration(client -> client.retryStrategy(retrySoon(DYNAMODB_ATTEMPTS)))
                .build();
    }

    /** Creates an SQS client. */
    public SqsClient sqs() {
        return configure(SqsClient.builder().httpClient(UrlConnectionHttpClient.create()))
                .overrideConfiguration(client -> client.retryStrategy(retrySoon(SQS_ATTEMPTS)))
                .build();
    }

    /** Retries as the SDK does by default, but without its pauses of half a second after each throttled request. */
    private static RetryStrategy retrySoon(int attempts) {
        BackoffStrategy backoff = BackoffStrategy.exponentialDelay(Duration.ofMillis(5), Duration.ofMillis(100));
        return AwsRetryStrategy.legacyRetryStrategy().toBuilder()
                .maxAttempts(attempts)
                .backoffStrategy(backoff)
                .throttlingBackoffStrategy(backoff)
                .build();
    }

    /** Configures a client builder to use moto. */
    public <B extends AwsClientBuilder<B, ?>> B configure(B client) {
        return client.endpointOverride(endpoint())
                .region(Region.of(REGION))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")));
    }

    /** Creates a table with the schema of infra/terraform. */
    public void createTable(String name) {
        try (DynamoDbClient client = dynamoDb()) {
            client.createTable(table -> table.tableName(name)
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .keySchema(key("pk", KeyType.HASH), key("sk", KeyType.RANGE))
                    .attributeDefinitions(
                            attribute("pk", ScalarAttributeType.S),
                            attribute("sk", ScalarAttributeType.S),
                            attribute("shard", ScalarAttributeType.S),
                            attribute("last", ScalarAttributeType.N),
                            attribute("open", ScalarAttributeType.S),
                            attribute("last_received", ScalarAttributeType.N))
                    .globalSecondaryIndexes(
                            index -> index.indexName("by-last-seen")
                                    .keySchema(key("shard", KeyType.HASH), key("last", KeyType.RANGE))
                                    .projection(projection -> projection
                                            .projectionType(ProjectionType.INCLUDE)
                                            .nonKeyAttributes(
                                                    "count",
                                                    "rule",
                                                    "state",
                                                    "escalation",
                                                    "pending_since",
                                                    "verified_count")),
                            index -> index.indexName("open-by-last-received")
                                    .keySchema(key("open", KeyType.HASH), key("last_received", KeyType.RANGE))
                                    .projection(projection -> projection.projectionType(ProjectionType.KEYS_ONLY))));
        }
    }

    /** Creates an audit table with the schema of infra/terraform. */
    public void createAuditTable(String name) {
        try (DynamoDbClient client = dynamoDb()) {
            client.createTable(table -> table.tableName(name)
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .keySchema(key("pk", KeyType.HASH), key("sk", KeyType.RANGE))
                    .attributeDefinitions(
                            attribute("pk", ScalarAttributeType.S),
                            attribute("sk", ScalarAttributeType.S),
                            attribute("bucket", ScalarAttributeType.S),
                            attribute("period", ScalarAttributeType.S),
                            attribute("time", ScalarAttributeType.S))
                    .globalSecondaryIndexes(
                            index -> index.indexName("by-bucket")
                                    .keySchema(key("bucket", KeyType.HASH), key("pk", KeyType.RANGE))
                                    .projection(projection -> projection.projectionType(ProjectionType.ALL)),
                            index -> index.indexName("by-time")
                                    .keySchema(key("period", KeyType.HASH), key("time", KeyType.RANGE))
                                    .projection(projection -> projection.projectionType(ProjectionType.ALL))));
        }
    }

    private static KeySchemaElement key(String name, KeyType type) {
        return KeySchemaElement.builder().attributeName(name).keyType(type).build();
    }

    private static AttributeDefinition attribute(String name, ScalarAttributeType type) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(type)
                .build();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        http.shutdownNow();
        process.close();
    }
}
