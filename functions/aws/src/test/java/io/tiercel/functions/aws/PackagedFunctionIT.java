package io.tiercel.functions.aws;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** function.zip as it is uploaded, set up as Terraform sets it up. */
class PackagedFunctionIT {
    /** What Lambda takes in a direct upload. */
    private static final long MOST_BYTES = 50_000_000;

    private static final Map<String, String> NO_AWS = Map.of(
            "AWS_ENDPOINT_URL", "http://127.0.0.1:1",
            "AWS_REGION", "eu-west-1",
            "AWS_ACCESS_KEY_ID", "test",
            "AWS_SECRET_ACCESS_KEY", "test");

    @TempDir
    static Path code;

    @BeforeAll
    static void unpack() throws Exception {
        LambdaProcess.unpack(code);
    }

    @Test
    void fitsAnUpload() throws Exception {
        long bytes = Files.size(LambdaProcess.zip());
        assertTrue(bytes < MOST_BYTES, bytes + " bytes");
    }

    @Test
    void answersAnEvent() throws Exception {
        Map<String, String> messages = new TreeMap<>();
        messages.put("refused", "{\"rule\":\"no priority\"}");
        messages.put("not-json", "oops");
        try (LambdaProcess function = LambdaProcess.start(code, settings("alert"), NO_AWS)) {
            assertEquals(
                    List.of("not-json", "refused"),
                    SqsEvents.failures(function.invoke(SqsEvents.event(messages))).stream()
                            .sorted()
                            .toList());
            assertTrue(function.log().contains("alert refused: "), function.log());
            System.out.println("function.zip: first event asked for after "
                    + function.start().toMillis() + " ms");
        }
    }

    @Test
    void aTableThatIsAwayFailsTheMessageAndNotTheFunction() throws Exception {
        Map<String, String> messages = Map.of("m1", SqsEvents.alert("a1", "Read sensitive file"));
        try (LambdaProcess function = LambdaProcess.start(code, settings("alert"), NO_AWS)) {
            for (int i = 0; i < 2; i++) {
                assertEquals(List.of("m1"), SqsEvents.failures(function.invoke(SqsEvents.event(messages))));
            }
            assertTrue(function.log().contains("alert failed, to be tried again"), function.log());
            assertTrue(function.log().contains("DynamoDB: could not read an incident"), function.log());
        }
    }

    @Test
    void countsAnAlertAndTellsSlack() throws Exception {
        try (Moto moto = Moto.startOrSkip();
                SlackStub slack = new SlackStub()) {
            Pipeline.drive(moto, slack, code, Pipeline.create(moto, slack));
        }
    }

    @Test
    void answersUnderAwsOwnEmulator(@TempDir Path folder) throws Exception {
        Tool emulator = Tool.oneOf("aws-lambda-rie");
        String event = SqsEvents.event(Map.of("refused", "{\"rule\":\"no priority\"}"));
        try (LambdaEmulator lambda = LambdaEmulator.start(emulator, folder, code, settings("alert"), NO_AWS)) {
            await().pollInterval(Duration.ofMillis(20)).until(lambda::listens);
            Instant begin = Instant.now();
            assertEquals(List.of("refused"), SqsEvents.failures(lambda.invoke(event)));
            Instant started = Instant.now();
            assertEquals(List.of("refused"), SqsEvents.failures(lambda.invoke(event)));
            System.out.println("aws-lambda-rie: first answer after "
                    + Duration.between(begin, started).toMillis() + " ms, second after "
                    + Duration.between(started, Instant.now()).toMillis() + " ms");
        }
    }

    private static LambdaSettings settings(String function) throws Exception {
        return LambdaSettings.ofSource(
                function,
                Map.of(
                        "aws_dynamodb_table.incidents.name", "incidents",
                        "aws_sqs_queue.queue[\"announcements\"].url", "http://127.0.0.1:1/queue.fifo",
                        "var.slack_secret_arn", "slack"));
    }
}
