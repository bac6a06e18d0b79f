package io.tiercel.functions.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.lookup.AwsConnection;
import io.tiercel.functions.operate.OperatorAnswer;
import io.tiercel.functions.operate.OperatorRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/**
 * Invokes the function {@code operate} on AWS, with the credentials of the operator. Operations that read invoke the function
 * {@code NAME-read}, which has no right to write. Changes invoke {@code NAME}, and are never repeated.
 */
public final class LambdaOperatorClient implements OperatorClient {
    /** The function of a pipeline with the default name. */
    public static final String DEFAULT_FUNCTION = "tiercel-operate";

    /** A cold start takes seconds, and lists may read several pages. */
    private static final AwsConnection.Timeouts TIMEOUTS =
            new AwsConnection.Timeouts(Duration.ofSeconds(30), Duration.ofSeconds(70));

    /** The alias that the Terraform module creates. SnapStart and roll-backs apply to it only. */
    private static final String ALIAS = "live";

    private static final String READ_SUFFIX = "-read";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,59}");

    private final AwsConnection connection;
    private final LambdaClient reading;
    private final LambdaClient changing;
    private final CallerIdentity identity;
    private final String function;

    /**
     * Creates a client.
     *
     * @param function name of the function that changes, without {@code -read}
     * @throws IllegalArgumentException if the name is invalid
     */
    public LambdaOperatorClient(AwsConnection connection, String function) {
        this(connection, function, Clock.systemUTC());
    }

    LambdaOperatorClient(AwsConnection connection, String function, Clock clock) {
        if (!NAME.matcher(function).matches()) {
            throw new IllegalArgumentException("\"" + function
                    + "\" is not the name of a function: 1 to 59 letters, digits, hyphens and underscores,"
                    + " without ARN and alias");
        }
        this.connection = connection;
        this.function = function;
        this.reading = connection.client(LambdaClient.builder(), AwsConnection.retries());
        this.changing = connection.client(LambdaClient.builder(), AwsRetryStrategy.doNotRetry());
        this.identity = new CallerIdentity(connection.credentials(), connection.region(), clock);
    }

    /** Returns time limits for the connection of a client. */
    public static AwsConnection.Timeouts timeouts() {
        return TIMEOUTS;
    }

    @Override
    public OperatorAnswer call(OperatorRequest request) {
        boolean reads =
                OperatorRoute.of(request.operation()).map(OperatorRoute::reads).orElse(false);
        String name = reads ? function + READ_SUFFIX : function;
        try {
            ObjectNode event = JsonNodeFactory.instance.objectNode().put("operation", request.operation());
            event.set("arguments", request.arguments());
            event.set("identity", identity.prove(name));
            SdkBytes payload = SdkBytes.fromUtf8String(Json.write(event));
            return answer(
                    name,
                    (reads ? reading : changing)
                            .invoke(invoke ->
                                    invoke.functionName(name).qualifier(ALIAS).payload(payload)));
        } catch (AwsServiceException e) {
            return refused(name, e);
        } catch (SdkClientException e) {
            return notSent(e);
        }
    }

    private static OperatorAnswer answer(String name, InvokeResponse response) {
        if (response.functionError() != null) {
            return ClientProblem.INVALID_ANSWER.because(
                    "the function " + name + " failed; its log group /aws/lambda/" + name + " has the error");
        }
        try {
            JsonNode answer = Json.SINGLE_DOCUMENT.readTree(response.payload().asUtf8String());
            int status = answer.path("status").asInt();
            if (status >= 200 && status < 600 && answer.path("body").isObject()) {
                return new OperatorAnswer(status, answer.path("body"));
            }
        } catch (JsonProcessingException e) {
            // The problem below says it.
        }
        return ClientProblem.INVALID_ANSWER.because(
                "the function " + name + " sent an answer that this version does not know");
    }

    private OperatorAnswer refused(String name, AwsServiceException failure) {
        String code = failure.awsErrorDetails() == null
                ? ""
                : String.valueOf(failure.awsErrorDetails().errorCode());
        return switch (code) {
            case "ResourceNotFoundException" ->
                ClientProblem.UNREACHABLE.because("the function " + name + " does not exist in region "
                        + connection.region() + " of this account; choose another with --function or --region");
            case "AccessDeniedException", "AccessDenied" ->
                ClientProblem.NOT_PERMITTED.because("your AWS credentials do not permit lambda:InvokeFunction on "
                        + name + " in region " + connection.region());
            case "ExpiredTokenException",
                    "ExpiredToken",
                    "UnrecognizedClientException",
                    "InvalidSignatureException",
                    "SignatureDoesNotMatch",
                    "InvalidClientTokenId" ->
                ClientProblem.NO_CREDENTIALS.because("AWS rejected your credentials: " + code);
            case "TooManyRequestsException", "ThrottlingException" ->
                ClientProblem.THROTTLED.because("too many concurrent calls of the function " + name);
            default ->
                ClientProblem.UNREACHABLE.because(
                        "AWS did not invoke the function " + name + ": " + code + ", status " + failure.statusCode());
        };
    }

    private OperatorAnswer notSent(SdkException failure) {
        String message = String.valueOf(failure.getMessage());
        return message.contains("Unable to load credentials")
                ? ClientProblem.NO_CREDENTIALS.because("there are no AWS credentials; set AWS_PROFILE, or run: eval"
                        + " \"$(aws configure export-credentials --format env)\"")
                : ClientProblem.UNREACHABLE.because(
                        "AWS Lambda in region " + connection.region() + " is not reachable");
    }

    @Override
    public void close() {
        reading.close();
        changing.close();
    }
}
