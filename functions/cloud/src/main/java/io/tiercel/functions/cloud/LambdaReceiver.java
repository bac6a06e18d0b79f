package io.tiercel.functions.cloud;

import io.tiercel.functions.respond.action.ActionContext;
import io.tiercel.functions.respond.receiver.Receiver;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import software.amazon.awssdk.http.SdkHttpMethod;

/** Invokes Lambda functions asynchronously with {@code {"step": ID, "incident": {...}}}. */
public final class LambdaReceiver implements Receiver {
    private final SignedHttpClient http;

    public LambdaReceiver(SignedHttpClient http) {
        this.http = http;
    }

    @Override
    public String call(ActionContext context) {
        URI uri = http.regionalEndpoint("lambda")
                .resolve("/2015-03-31/functions/"
                        + URLEncoder.encode(context.params().string("function"), StandardCharsets.UTF_8)
                        + "/invocations");
        SignedHttpClient.Response response = http.callOnce(
                "lambda",
                false,
                SdkHttpMethod.POST,
                uri,
                Map.of("Content-Type", "application/json", "X-Amz-Invocation-Type", "Event"),
                "{\"step\":\"" + context.stepId() + "\",\"incident\":" + context.document() + "}",
                SignedHttpClient.failureByStatus("Invoke"));
        return "Lambda responded with " + response.status();
    }
}
