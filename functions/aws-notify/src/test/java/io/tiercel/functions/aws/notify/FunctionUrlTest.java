package io.tiercel.functions.aws.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tiercel.functions.notify.http.InboundRequest;
import io.tiercel.functions.notify.http.Response;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class FunctionUrlTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void an_event_becomes_a_request_and_a_response_becomes_a_payload() throws Exception {
        InboundRequest request = FunctionUrl.request(JSON.readTree("""
                {"version":"2.0","rawPath":"/interact/slack","headers":{"X-Slack-Signature":"v0=1"},
                 "requestContext":{"http":{"method":"POST","path":"/interact/slack"}},
                 "body":"cGF5bG9hZD0x","isBase64Encoded":true}"""));
        assertEquals("POST /interact/slack", request.method() + " " + request.path());
        assertEquals("v0=1", request.header("x-slack-signature"));
        assertEquals("payload=1", new String(request.body(), StandardCharsets.UTF_8));
        assertEquals(
                "{\"statusCode\":401,\"headers\":{\"content-type\":\"text/plain; charset=utf-8\"},\"body\":\"no\"}",
                JSON.writeValueAsString(FunctionUrl.payload(new Response(401, "no"))));
    }

    @Test
    void a_missing_event_becomes_a_request_without_a_path() {
        assertEquals("", FunctionUrl.request(null).path());
    }
}
