package io.tiercel.functions.channels.contract;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.tiercel.functions.SecretFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A service with an HTTP API. */
abstract class HttpService implements Service {
    static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int HANG_MILLIS = 30_000;

    private final String type;
    private final WireMockServer server = new WireMockServer(wireMockConfig().dynamicPort());

    HttpService(String type) {
        this.type = type;
        server.start();
    }

    @Override
    public String type() {
        return type;
    }

    /** The address of the service. */
    String address() {
        return "http://127.0.0.1:" + server.port();
    }

    /** Writes a secret to a file and returns the reference to it. */
    static String secret(Path folder, String name, String value) {
        try {
            return "file:" + SecretFile.write(folder.resolve(name), value);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void behave(Behavior behavior) {
        server.resetAll();
        ResponseDefinitionBuilder response = switch (behavior) {
            case ACCEPT -> accept();
            case THROTTLE -> throttle();
            case REJECT -> reject();
            case HANG -> accept().withFixedDelay(HANG_MILLIS);
        };
        server.stubFor(any(anyUrl()).willReturn(response));
    }

    /** Returns the response of a successful request. */
    abstract ResponseDefinitionBuilder accept();

    ResponseDefinitionBuilder throttle() {
        return aResponse()
                .withStatus(429)
                .withHeader("Retry-After", Long.toString(retryAfter().toSeconds()));
    }

    ResponseDefinitionBuilder reject() {
        return aResponse().withStatus(403).withBody("{\"error\":\"no\"}");
    }

    @Override
    public Duration retryAfter() {
        return Duration.ofSeconds(7);
    }

    /** Returns the text of a request, after it has verified its form. */
    abstract String text(LoggedRequest request) throws Exception;

    /** Returns the texts of a JSON document, without its syntax. */
    static String texts(JsonNode node) {
        StringBuilder texts = new StringBuilder();
        node.forEachEntry((name, value) ->
                texts.append(name).append('=').append(texts(value)).append('\n'));
        if (node.isArray()) {
            node.forEach(item -> texts.append(texts(item)).append('\n'));
        }
        return node.isValueNode() ? node.asText() : texts.toString();
    }

    @Override
    public List<String> received() throws Exception {
        List<String> texts = new ArrayList<>();
        for (ServeEvent event : server.getAllServeEvents().reversed()) {
            texts.add(text(event.getRequest()));
        }
        return texts;
    }

    @Override
    public void stop() {
        server.stop();
    }

    @Override
    public String toString() {
        return type;
    }
}
