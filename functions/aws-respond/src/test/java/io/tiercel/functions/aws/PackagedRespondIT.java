package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.aws.dynamodb.DynamoDbIncidentStore;
import io.tiercel.functions.aws.dynamodb.IncidentTable;
import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.incident.IncidentRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Tests the packaged respond.zip with the settings of Terraform. */
@Tag("packaged")
class PackagedRespondIT {
    /** Lambda's size limit of the unpacked code and its layers. */
    private static final long MAX_UNPACKED_BYTES = 250_000_000;

    private static final String EVENT = SqsEvents.event(Map.of("m1", "{\"incidentId\":\"0123456789abcdef\"}"));

    @TempDir
    static Path code;

    @BeforeAll
    static void unpack() throws Exception {
        FunctionCode.unpack(FunctionCode.RESPOND_ZIP, code);
    }

    private static LambdaSettings settings() throws Exception {
        Map<String, String> queues = new HashMap<>();
        Pipeline.queueNames().forEach(name -> queues.put(name, "http://127.0.0.1:1/" + name));
        return settings("incidents", queues);
    }

    private static LambdaSettings settings(String table, Map<String, String> queues) throws Exception {
        LambdaSettings settings = LambdaSettings.fromTerraform("respond", Pipeline.references(table, "none", queues));
        Map<String, String> environment = new HashMap<>(settings.environment());
        environment.put("TIERCEL_ACTIONS", "aws");
        return new LambdaSettings(settings.handler(), settings.memoryMb(), settings.timeoutSeconds(), environment);
    }

    private static Map<String, String> unreachableAws() {
        return Map.of(
                "AWS_ENDPOINT_URL", "http://127.0.0.1:1",
                "AWS_REGION", "eu-west-1",
                "AWS_ACCESS_KEY_ID", "test",
                "AWS_SECRET_ACCESS_KEY", "test");
    }

    private static Set<String> entries(Path zip) throws Exception {
        try (ZipFile file = new ZipFile(zip.toFile())) {
            return file.stream().map(ZipEntry::getName).collect(Collectors.toSet());
        }
    }

    private static long unpackedBytes(Path zip) throws Exception {
        try (ZipFile file = new ZipFile(zip.toFile())) {
            return file.stream().mapToLong(ZipEntry::getSize).sum();
        }
    }

    @Test
    void fitsIntoAFunction() throws Exception {
        long bytes = unpackedBytes(FunctionCode.RESPOND_ZIP);
        assertTrue(bytes < MAX_UNPACKED_BYTES, bytes + " bytes");
        System.out.println("respond.zip: " + Files.size(FunctionCode.RESPOND_ZIP) + " bytes, unpacked " + bytes);
    }

    @Test
    void hasTheClientsOfActionsWhichFunctionZipLacks() throws Exception {
        for (String client : List.of("ec2", "autoscaling", "elasticloadbalancingv2", "iam", "lambda")) {
            String jar = "lib/software.amazon.awssdk." + client + "-";
            assertTrue(entries(FunctionCode.RESPOND_ZIP).stream().anyMatch(name -> name.startsWith(jar)), jar);
            assertFalse(entries(FunctionCode.FUNCTION_ZIP).stream().anyMatch(name -> name.startsWith(jar)), jar);
        }
        assertEquals(
                List.of(),
                entries(FunctionCode.RESPOND_ZIP).stream()
                        .filter(name -> name.contains("awssdk.apache") || name.contains("awssdk.netty"))
                        .toList(),
                "the SDK's other HTTP clients");
    }

    @Test
    void functionZipDoesNotExportRespond(@TempDir Path folder) throws Exception {
        FunctionCode.unpack(FunctionCode.FUNCTION_ZIP, folder);
        AssertionError error = assertThrows(
                AssertionError.class,
                () -> LambdaProcess.start(folder, settings(), unreachableAws()).close());
        assertTrue(String.valueOf(error.getMessage()).contains("respond"), error::getMessage);
    }

    @Test
    void anUnreachableTableFailsTheMessageAndNotTheFunction() throws Exception {
        try (LambdaProcess function = LambdaProcess.start(code, settings(), unreachableAws())) {
            for (int i = 0; i < 2; i++) {
                assertEquals(List.of("m1"), SqsEvents.failures(function.invoke(EVENT)));
            }
            assertTrue(function.log().contains("respond failed and will be retried"), function.log());
            System.out.println("respond.zip: first poll for an event after "
                    + function.startupTime().toMillis() + " ms");
        }
    }

    @Test
    void respondsInTheEmulator(@TempDir Path folder) throws Exception {
        Tool emulator = Tool.oneOf("aws-lambda-rie");
        try (Moto moto = Moto.startOrSkip();
                SlackWebhookStub slack = new SlackWebhookStub();
                DynamoDbClient client = moto.dynamoDb()) {
            Pipeline pipeline = Pipeline.create(moto, slack);
            IncidentTable table = new IncidentTable(client, pipeline.table(), InstantSource.system());
            String incident = new DynamoDbIncidentStore(table)
                    .record(
                            Alerts.incidentAlert("a1", "Read sensitive file", "Warning", Instant.now()),
                            IncidentRule.DEFAULT.maxOpen())
                    .incidentId();
            String event = SqsEvents.event(Map.of("m1", "{\"incidentId\":\"" + incident + "\"}"));
            LambdaSettings settings = settings(pipeline.table(), pipeline.queues());
            try (LambdaEmulator lambda = LambdaEmulator.start(emulator, folder, code, settings, moto.environment())) {
                Instant begin = Instant.now();
                assertEquals(List.of(), SqsEvents.failures(lambda.invoke(event)), lambda.log());
                Instant first = Instant.now();
                assertEquals(List.of(), SqsEvents.failures(lambda.invoke(event)), lambda.log());
                System.out.println("aws-lambda-rie, respond.zip: first response after "
                        + Duration.between(begin, first).toMillis() + " ms, second after "
                        + Duration.between(first, Instant.now()).toMillis() + " ms");
            }
        }
    }
}
