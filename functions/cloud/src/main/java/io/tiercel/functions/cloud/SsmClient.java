package io.tiercel.functions.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.functions.respond.guard.KillSwitch;
import java.util.Map;
import software.amazon.awssdk.http.SdkHttpMethod;

/** Parameters of AWS Systems Manager. */
public final class SsmClient {
    private final SignedHttpClient http;

    public SsmClient(SignedHttpClient http) {
        this.http = http;
    }

    /**
     * Returns a kill switch that reads a parameter. The switch is engaged unless the value is {@code off}. It counts as engaged if
     * the parameter does not exist or cannot be read.
     */
    public KillSwitch killSwitch(String parameter) {
        return () -> !parameter(parameter).strip().equals("off");
    }

    /**
     * Returns the value of a parameter.
     *
     * @param name the name, optionally followed by {@code :} and a version
     */
    public String parameter(String name) {
        SignedHttpClient.Response response = http.call(
                "ssm",
                false,
                SdkHttpMethod.POST,
                http.regionalEndpoint("ssm").resolve("/"),
                Map.of("Content-Type", "application/x-amz-json-1.1", "X-Amz-Target", "AmazonSSM.GetParameter"),
                Json.write(Map.of("Name", name)),
                SignedHttpClient.failureByStatus("GetParameter"));
        return Json.read(response.body(), JsonNode.class, ActionException::unreadable)
                .path("Parameter")
                .path("Value")
                .asText();
    }
}
