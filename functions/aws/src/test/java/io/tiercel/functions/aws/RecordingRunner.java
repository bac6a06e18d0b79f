package io.tiercel.functions.aws;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.aws.permissions.IamPolicy;
import io.tiercel.functions.aws.permissions.TableCall;
import io.tiercel.functions.aws.permissions.TableCallRecorder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Starts functions and records what each of them calls in DynamoDB. */
final class RecordingRunner implements Lambda.Runner, AutoCloseable {
    private static final String TABLES = "arn:aws:dynamodb:eu-west-1:123456789012:table/";

    private final Map<String, TableCallRecorder> recorders = new TreeMap<>();

    @Override
    public Lambda start(Path code, LambdaSettings settings, Map<String, String> aws) throws Exception {
        String function = Objects.requireNonNull(settings.environment().get("QUARKUS_FUNQY_EXPORT"));
        TableCallRecorder recorder = recorders.get(function);
        if (recorder == null) {
            recorder = new TableCallRecorder(URI.create(Objects.requireNonNull(aws.get("AWS_ENDPOINT_URL"))));
            recorders.put(function, recorder);
        }
        Map<String, String> environment = new HashMap<>(aws);
        environment.put("AWS_ENDPOINT_URL_DYNAMODB", recorder.address().toString());
        return LambdaProcess.start(code, settings, environment);
    }

    /** Returns the recorded calls of a function; an empty list if it made none. */
    List<TableCall> calls(String function) {
        TableCallRecorder recorder = recorders.get(function);
        return recorder == null ? List.of() : recorder.calls();
    }

    /** Returns the calls that the function's own role in a Terraform state does not allow. */
    List<String> denied(JsonNode state) throws IOException {
        List<String> denied = new ArrayList<>();
        for (String function : recorders.keySet()) {
            IamPolicy policy = IamPolicy.parse(TerraformCopy.JSON.readTree(TerraformCopy.values(
                            state.at("/values/root_module"),
                            "module.pipeline.aws_iam_role_policy.function[\"" + function + "\"]")
                    .path("policy")
                    .asText()));
            calls(function).stream()
                    .distinct()
                    .filter(call -> !policy.allows(call, TABLES + call.table()))
                    .forEach(call -> denied.add(function + ": " + call));
        }
        return denied;
    }

    @Override
    public void close() {
        recorders.values().forEach(TableCallRecorder::close);
    }
}
