package io.tiercel.functions.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.cloud.SignedHttpClient.Answer;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.action.StateJson;
import io.tiercel.functions.respond.ec2.EvidenceStore;
import io.tiercel.functions.respond.guard.KillSwitch;
import io.tiercel.functions.respond.receiver.InvokeReceiver;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import software.amazon.awssdk.http.SdkHttpMethod;

/** The few single calls to services whose protocol is JSON or plain HTTP: Systems Manager, S3, Lambda. */
public final class JsonApi {
    private final SignedHttpClient http;

    public JsonApi(SignedHttpClient http) {
        this.http = http;
    }

    /**
     * A kill switch that is a parameter of Systems Manager: anything but {@code off} is thrown, and so is a parameter that is
     * not there or may not be read.
     */
    public KillSwitch killSwitch(String parameter) {
        return () -> !parameter(parameter).strip().equals("off");
    }

    /**
     * The value of a parameter of Systems Manager.
     *
     * @param name its name, with {@code :} and the number of a version behind it if it shall be that one
     */
    public String parameter(String name) {
        Answer answer = http.call(
                "ssm",
                false,
                SdkHttpMethod.POST,
                http.regional("ssm").resolve("/"),
                Map.of("Content-Type", "application/x-amz-json-1.1", "X-Amz-Target", "AmazonSSM.GetParameter"),
                StateJson.write(Map.of("Name", name)),
                refusal -> failure("GetParameter", refusal));
        return StateJson.read(answer.body(), JsonNode.class)
                .path("Parameter")
                .path("Value")
                .asText();
    }

    /** Evidence as objects of a bucket, below a prefix. */
    public EvidenceStore bucket(String bucket, String prefix) {
        return (name, document) -> {
            String key = prefix + name;
            URI place = http.regional("s3").resolve("/" + bucket + "/" + key);
            http.call(
                    "s3",
                    false,
                    SdkHttpMethod.PUT,
                    place,
                    Map.of("Content-Type", "application/json"),
                    document,
                    refusal -> failure("PutObject", refusal));
            return "s3://" + bucket + "/" + key;
        };
    }

    /** Lambda functions as receivers: asynchronous invocation of {@code {"step": ID, "incident": {...}}}. */
    public InvokeReceiver.Receiver functions() {
        return work -> {
            URI place = http.regional("lambda")
                    .resolve("/2015-03-31/functions/"
                            + URLEncoder.encode(work.params().text("function"), StandardCharsets.UTF_8)
                            + "/invocations");
            Answer answer = http.callOnce(
                    "lambda",
                    false,
                    SdkHttpMethod.POST,
                    place,
                    Map.of("Content-Type", "application/json", "X-Amz-Invocation-Type", "Event"),
                    "{\"step\":\"" + work.stepId() + "\",\"incident\":" + work.document() + "}",
                    refusal -> failure("Invoke", refusal));
            return "it answered " + answer.status();
        };
    }

    private static ActionException failure(String action, Answer answer) {
        String body = answer.body();
        String text = action + ": HTTP " + answer.status() + ": " + body.substring(0, Math.min(body.length(), 200));
        return answer.status() >= 500 || answer.status() == 429
                ? ActionException.forNow(text, null)
                : ActionException.because(text);
    }
}
