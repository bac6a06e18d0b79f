package io.tiercel.functions.aws;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.audit.AuditSource.StoredEntry;
import io.tiercel.functions.aws.dynamodb.AuditTable;
import io.tiercel.functions.aws.dynamodb.DynamoDbAuditLog;
import io.tiercel.functions.aws.dynamodb.DynamoDbIncidentStore;
import io.tiercel.functions.aws.dynamodb.IncidentTable;
import io.tiercel.functions.aws.operate.StsStub;
import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.incident.IncidentRule;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.ParameterType;

/** Tests the packaged operate.zip with the settings of Terraform and an STS that verifies signatures. */
@Tag("packaged")
class PackagedOperateIT {
    private static final long MAX_UNPACKED_BYTES = 120_000_000;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** The name of every function in the test's environment. */
    private static final String FUNCTION = "tiercel";

    private static final String ALICE = "arn:aws:sts::123456789012:assumed-role/responders/alice";

    /** The account of functions in AWS's emulator. */
    private static final String EMULATED = ALICE.replace("123456789012", "012345678912");

    /** The command line of the local server, which the build packages before this module. */
    private static final Path COMMAND_LINE =
            Path.of("..", "local", "target", "quarkus-app", "quarkus-run.jar").toAbsolutePath();

    private static final Pattern LINK =
            Pattern.compile("(http://127\\.0\\.0\\.1:[0-9]+)/console/login#([A-Za-z0-9_-]+)");

    @TempDir
    static Path code;

    @BeforeAll
    static void unpack() throws Exception {
        FunctionCode.unpack(FunctionCode.OPERATE_ZIP, code);
    }

    /** The stores, queues and parameters of a pipeline with one incident. */
    private record World(Moto moto, StsStub sts, Pipeline pipeline, DynamoDbClient client, String incident)
            implements AutoCloseable {
        static World start() throws Exception {
            Moto moto = Moto.startOrSkip();
            Pipeline pipeline;
            try (SlackWebhookStub slack = new SlackWebhookStub();
                    SsmClient parameters = moto.configure(
                                    SsmClient.builder().httpClient(UrlConnectionHttpClient.create()))
                            .build()) {
                pipeline = Pipeline.create(moto, slack);
                parameters.putParameter(
                        put -> put.name("/tiercel/kill-switch").value("off").type(ParameterType.STRING));
            }
            DynamoDbClient client = moto.dynamoDb();
            String incident = new DynamoDbIncidentStore(
                            new IncidentTable(client, pipeline.table(), InstantSource.system()))
                    .record(
                            Alerts.incidentAlert("a1", "Read sensitive file", "Warning", Instant.now()),
                            IncidentRule.DEFAULT.maxOpen())
                    .incidentId();
            return new World(moto, new StsStub(), pipeline, client, incident);
        }

        LambdaSettings settings(String function) throws Exception {
            return LambdaSettings.fromTerraform(
                    function, Pipeline.references(pipeline.table(), "none", pipeline.queues()));
        }

        Map<String, String> environment() {
            Map<String, String> environment = new HashMap<>(moto.environment());
            environment.put("TIERCEL_STS_ENDPOINT", sts.address().toString());
            return environment;
        }

        @Override
        public void close() throws Exception {
            client.close();
            sts.close();
            moto.close();
        }
    }

    private static String event(String operation, String url, String... arguments) {
        ObjectNode event = JSON.createObjectNode().put("operation", operation);
        ObjectNode values = event.putObject("arguments");
        for (int i = 0; i < arguments.length; i += 2) {
            values.put(arguments[i], arguments[i + 1]);
        }
        if (!url.isEmpty()) {
            event.putObject("identity").put("url", url).putObject("headers").put("x-tiercel-function", FUNCTION);
        }
        return event.toString();
    }

    private static JsonNode invoke(Lambda lambda, int status, String event) throws Exception {
        JsonNode answer = JSON.readTree(lambda.invoke(event));
        assertEquals(status, answer.path("status").asInt(), () -> answer + "\n" + log(lambda));
        return answer.path("body");
    }

    private static String log(Lambda lambda) {
        try {
            return lambda.log();
        } catch (Exception e) {
            return e.toString();
        }
    }

    @Test
    void hasNoClientThatChangesTargetsAndNoChannel() throws Exception {
        try (ZipFile file = new ZipFile(FunctionCode.OPERATE_ZIP.toFile())) {
            for (String jar : List.of(
                    "lib/software.amazon.awssdk.ec2-",
                    "lib/software.amazon.awssdk.iam-",
                    "lib/software.amazon.awssdk.lambda-",
                    "lib/io.tiercel.tiercel-functions-cloud-",
                    "lib/io.tiercel.tiercel-functions-channels-")) {
                assertTrue(file.stream().noneMatch(entry -> entry.getName().startsWith(jar)), jar);
            }
            long bytes = file.stream().mapToLong(ZipEntry::getSize).sum();
            assertTrue(bytes < MAX_UNPACKED_BYTES, bytes + " bytes");
            System.out.println("operate.zip: " + Files.size(FunctionCode.OPERATE_ZIP) + " bytes, unpacked " + bytes);
        }
    }

    @Test
    void respondersChangeIncidentsUnderTheirArn() throws Exception {
        try (World world = World.start();
                LambdaProcess lambda = LambdaProcess.start(code, world.settings("operate"), world.environment())) {
            AwsCredentialsIdentity alice = world.sts().credentials(ALICE);
            String id = world.incident();
            JsonNode list = invoke(lambda, 200, event("list-incidents", ""));
            assertEquals(id, list.at("/items/0/id").asText(), list.toString());
            String version = list.at("/items/0/version").asText();

            // A proof is valid for one minute, and this machine may be busy.
            Supplier<String> proof = () -> StsStub.presign(alice, FUNCTION, Instant.now());
            invoke(lambda, 401, event("acknowledge-incident", "", "id", id, "version", version));
            JsonNode acknowledged =
                    invoke(lambda, 200, event("acknowledge-incident", proof.get(), "id", id, "version", version));
            assertEquals(ALICE, acknowledged.at("/incident/acknowledgedBy").asText());
            invoke(lambda, 200, event("comment-incident", proof.get(), "id", id, "text", "a drill"));
            invoke(lambda, 409, event("close-incident", proof.get(), "id", id, "version", "outdated"));
            invoke(lambda, 404, event("show-incident", proof.get(), "id", "ffffffffffff"));
            invoke(lambda, 400, event("show-incident", proof.get(), "id", id, "unknown", "x"));
            String on = event("set-kill-switch", proof.get(), "reason", "drill")
                    .replace("\"reason\"", "\"on\":true,\"reason\"");
            assertTrue(invoke(lambda, 200, on).path("on").asBoolean());
            JsonNode killSwitch = invoke(lambda, 200, event("show-kill-switch", ""));
            assertEquals(ALICE, killSwitch.path("by").asText(), killSwitch.toString());
            String current = invoke(lambda, 200, event("show-incident", "", "id", id))
                    .path("version")
                    .asText();
            invoke(lambda, 200, event("close-incident", proof.get(), "id", id, "version", current));
            JsonNode operator = invoke(lambda, 200, event("show-operator", proof.get()));
            assertEquals("responder", operator.path("role").asText());

            assertFalse(world.pipeline().receive(world.moto(), "notifications").isEmpty());
            List<StoredEntry> audit = new DynamoDbAuditLog(new AuditTable(world.client(), "audit"))
                    .source()
                    .entries(id, 0, 50);
            assertTrue(
                    audit.stream()
                                    .filter(entry -> entry.record().line().contains(ALICE))
                                    .count()
                            >= 3,
                    audit.toString());
            assertFalse(lambda.log().contains("X-Amz"), "the log contains a proof");
            assertTrue(lambda.log().contains("close-incident by " + ALICE + ": 200"), lambda.log());
        }
    }

    @Test
    void proofsThatAreNotValidAreRejected() throws Exception {
        try (World world = World.start();
                LambdaProcess lambda = LambdaProcess.start(code, world.settings("operate"), world.environment())) {
            AwsCredentialsIdentity alice = world.sts().credentials(ALICE);
            String valid = StsStub.presign(alice, FUNCTION, Instant.now());
            Map<String, String> proofs = new HashMap<>();
            proofs.put("forged host", valid.replace("sts.eu-west-1.amazonaws.com", "sts.attacker.example"));
            proofs.put("plain http", valid.replace("https:", "http:"));
            proofs.put("expired", StsStub.presign(alice, FUNCTION, Instant.now().minusSeconds(90)));
            proofs.put("another function", StsStub.presign(alice, "prod-operate", Instant.now()));
            proofs.put("forged signature", valid.substring(0, valid.length() - 3) + "000");
            proofs.put(
                    "another account",
                    StsStub.presign(
                            world.sts().credentials(ALICE.replace("123456789012", "999999999999")),
                            FUNCTION,
                            Instant.now()));
            for (Map.Entry<String, String> proof : proofs.entrySet()) {
                JsonNode problem = invoke(lambda, 401, event("show-operator", proof.getValue()));
                assertFalse(problem.toString().contains("ASIA"), proof.getKey() + ": " + problem);
            }
            assertEquals(
                    ALICE,
                    invoke(lambda, 200, event("show-operator", StsStub.presign(alice, FUNCTION, Instant.now())))
                            .path("name")
                            .asText());
            assertFalse(lambda.log().contains("X-Amz-Signature"), "the log contains a proof");
        }
    }

    @Test
    void viewersReadInTheEmulator(@TempDir Path folder) throws Exception {
        Tool emulator = Tool.oneOf("aws-lambda-rie");
        try (World world = World.start();
                LambdaEmulator lambda = LambdaEmulator.start(
                        emulator, folder, code, world.settings("operate-read"), world.environment())) {
            AwsCredentialsIdentity viewer = world.sts().credentials(EMULATED);
            Supplier<String> proof = () -> StsStub.presign(viewer, FUNCTION, Instant.now());
            JsonNode detail = invoke(lambda, 200, event("show-incident", proof.get(), "id", world.incident()));
            assertEquals("Read sensitive file", detail.path("rule").asText());
            assertEquals(
                    "viewer",
                    invoke(lambda, 200, event("show-operator", proof.get()))
                            .path("role")
                            .asText());
            JsonNode refused = invoke(
                    lambda,
                    403,
                    event(
                            "close-incident",
                            proof.get(),
                            "id",
                            world.incident(),
                            "version",
                            detail.path("version").asText()));
            assertTrue(refused.path("detail").asText().contains("responder"), refused.toString());
            invoke(lambda, 403, event("close-incident", "", "id", world.incident(), "version", "x"));
            for (String operation : List.of("statistics", "list-rules", "list-audit", "list-held", "list-silences")) {
                invoke(lambda, 200, event(operation, ""));
            }
            invoke(lambda, 400, "{\"operation\":\"list-incidents\",\"arguments\":[]}");
            invoke(lambda, 400, "[1]");
        }
    }

    private record Result(int status, String text) {}

    /** Starts {@code ./tiercel} for the functions on AWS in a process of its own. */
    private static Process begin(Path output, URI aws, AwsCredentialsIdentity credentials, String... arguments)
            throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-jar",
                COMMAND_LINE.toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--aws", "--region", "eu-west-1"));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment()
                .putAll(Map.of(
                        "AWS_ENDPOINT_URL", aws.toString(),
                        "AWS_ACCESS_KEY_ID", credentials.accessKeyId(),
                        "AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey()));
        return builder.start();
    }

    private static Result incidents(Path folder, URI aws, AwsCredentialsIdentity credentials, String... arguments)
            throws Exception {
        List<String> all = new ArrayList<>(List.of("incidents"));
        all.addAll(List.of(arguments));
        Path output = folder.resolve("output");
        int status = begin(output, aws, credentials, all.toArray(String[]::new)).waitFor();
        return new Result(status, Files.readString(output));
    }

    /** Opens the list of incidents in the console, with the link that the command prints. */
    private static String console(Path folder, URI aws, AwsCredentialsIdentity credentials) throws Exception {
        Path output = folder.resolve("console");
        Process process = begin(output, aws, credentials, "console", "--port", "0");
        try (HttpClient http = HttpClient.newHttpClient()) {
            await().atMost(Duration.ofSeconds(90))
                    .until(() -> LINK.matcher(Files.readString(output)).find() || !process.isAlive());
            Matcher link = LINK.matcher(Files.readString(output));
            assertTrue(link.find(), Files.readString(output));
            HttpResponse<String> session = http.send(
                    HttpRequest.newBuilder(URI.create(link.group(1) + "/console/login"))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(HttpRequest.BodyPublishers.ofString("code=" + link.group(2)))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals(303, session.statusCode(), session.body());
            String cookie = session.headers().firstValue("Set-Cookie").orElseThrow();
            return http.send(
                            HttpRequest.newBuilder(URI.create(link.group(1) + "/console/incidents"))
                                    .header("Cookie", cookie.substring(0, cookie.indexOf(';')))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static LambdaProcess function(World world, String name) throws Exception {
        Map<String, String> environment = world.environment();
        environment.put("AWS_LAMBDA_FUNCTION_NAME", "tiercel-" + name);
        return LambdaProcess.start(code, world.settings(name), environment);
    }

    @Test
    void theCommandLineWorksOnAws(@TempDir Path folder) throws Exception {
        assumeTrue(Files.exists(COMMAND_LINE), "functions/local is not packaged");
        try (World world = World.start();
                LambdaProcess reading = function(world, "operate-read");
                LambdaProcess changing = function(world, "operate");
                LambdaFrontEnd lambda =
                        new LambdaFrontEnd(Map.of("tiercel-operate-read", reading, "tiercel-operate", changing))) {
            AwsCredentialsIdentity alice = world.sts().credentials(ALICE);
            AwsCredentialsIdentity viewer = world.sts().credentials(ALICE.replace("responders/alice", "viewers/vera"));
            lambda.permit(alice.accessKeyId(), "tiercel-operate-read", "tiercel-operate");
            lambda.permit(viewer.accessKeyId(), "tiercel-operate-read");
            URI aws = lambda.address();
            String id = world.incident().substring(0, 8);

            Result list = incidents(folder, aws, alice, "list");
            assertEquals(0, list.status(), list.text());
            assertTrue(list.text().contains("Read sensitive file"), list.text());
            Result shown = incidents(folder, aws, viewer, "show", id);
            assertEquals(0, shown.status(), shown.text());
            assertTrue(shown.text().contains(world.incident()), shown.text());
            Result unknown = incidents(folder, aws, alice, "show", "ffffffff");
            assertEquals(3, unknown.status(), unknown.text());
            Result outdated = incidents(folder, aws, alice, "close", id, "--yes", "--if-version", "outdated");
            assertEquals(4, outdated.status(), outdated.text());
            Result forbidden = incidents(folder, aws, viewer, "close", id, "--yes");
            assertEquals(5, forbidden.status(), forbidden.text());
            Result expired = incidents(folder, aws, AwsCredentialsIdentity.create("ASIAEXPIRED", "secret"), "list");
            assertEquals(5, expired.status(), expired.text());
            String page = console(folder, aws, alice);
            assertTrue(page.contains("Read sensitive file"), page);
            Result closed = incidents(folder, aws, alice, "close", id, "--yes", "--reason", "a drill");
            assertEquals(0, closed.status(), closed.text() + changing.log());
            Result missing = incidents(folder, aws, alice, "list", "--function", "other");
            assertEquals(5, missing.status(), missing.text());

            String audit = new DynamoDbAuditLog(new AuditTable(world.client(), "audit"))
                    .source()
                    .entries(world.incident(), 0, 50)
                    .toString();
            assertTrue(audit.contains(ALICE), audit);
            assertFalse(changing.log().contains("X-Amz-Signature"), "the log contains a proof");
        }
    }
}
