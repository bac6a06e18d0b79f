package io.tiercel.functions.local;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tiercel.functions.contract.Alerts;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The console at {@code /} with the operations, tokens and filters of the server. */
@Tag("unit")
@QuarkusTest
@QuarkusTestResource(value = OperatorApiTest.Resources.class, restrictToAnnotatedClass = true)
class ConsoleRoutesTest {
    private static final String RESPONDER = "responder-0123456789";
    private static final String VIEWER = "viewer-0123456789abc";
    private static final String FORM = "application/x-www-form-urlencoded";

    @TestHTTPResource("/")
    @SuppressWarnings("NullAway.Init")
    URI server;

    private final HttpClient http = HttpClient.newHttpClient();

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(server.resolve(path)).timeout(Duration.ofSeconds(30));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private String login(String token) throws Exception {
        HttpResponse<String> response = send(to("/console/login")
                .header("Content-Type", FORM)
                .POST(BodyPublishers.ofString("name=ada&token=" + token)));
        assertEquals(303, response.statusCode(), response.body());
        String cookie = response.headers().firstValue("Set-Cookie").orElseThrow();
        return cookie.substring(0, cookie.indexOf(';'));
    }

    private String page(String path, String cookie) throws Exception {
        HttpResponse<String> response = send(to(path).header("Cookie", cookie));
        assertEquals(200, response.statusCode(), path + response.body());
        return response.body();
    }

    private static String first(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertTrue(matcher.find(), () -> pattern + " is not in " + text);
        return matcher.group(1);
    }

    @Test
    void anAlertReachesOpenPagesAndAnOperatorAcknowledgesItsIncident() throws Exception {
        HttpResponse<String> start = send(to("/"));
        assertEquals(
                "/console/incidents", start.headers().firstValue("Location").orElseThrow());
        String cookie = login(RESPONDER);
        try (BufferedReader events = new BufferedReader(new InputStreamReader(
                http.send(
                                to("/console/changes").header("Cookie", cookie).build(),
                                HttpResponse.BodyHandlers.ofInputStream())
                        .body(),
                StandardCharsets.UTF_8))) {
            assertEquals("retry: 3000", events.readLine());
            send(to("/alerts").POST(BodyPublishers.ofString(Alerts.json("console/1", "<b>Console</b>", 1))));
            String line = events.readLine();
            while (!"event: changed".equals(line)) {
                line = events.readLine();
            }
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> page("/console/incidents?state=all", cookie).contains("&lt;b&gt;Console&lt;/b&gt;"));
        String list = page("/console/incidents?state=all&text=Console", cookie);
        assertFalse(list.contains("<b>Console"));
        String incident = first("href=\"(/console/incidents/[0-9a-f]+)\"", list);
        String detail = page(incident, cookie);
        String body = "csrf=" + first("name=\"csrf\" content=\"([^\"]+)\"", detail) + "&version="
                + URLEncoder.encode(first("name=\"version\" value=\"([^\"]+)\"", detail), StandardCharsets.UTF_8);
        HttpResponse<String> change = send(to(incident + "/acknowledge")
                .header("Cookie", cookie)
                .header("Content-Type", FORM)
                .POST(BodyPublishers.ofString(body)));
        assertEquals(303, change.statusCode(), change.body());
        assertTrue(page(incident, cookie).contains("http:ada"));
        for (String name : new String[] {"fleet", "rules", "responses", "silences", "audit"}) {
            page("/console/" + name, login(VIEWER));
        }
    }

    @Test
    void theFiltersOfTheServerApply() throws Exception {
        assertEquals(401, send(to("/console/incidents")).statusCode());
        assertEquals(
                403,
                send(to("/console/login")
                                .header("Origin", "https://evil.example")
                                .header("Content-Type", FORM)
                                .POST(BodyPublishers.ofString("token=" + RESPONDER)))
                        .statusCode());
        HttpResponse<String> link = send(to("/console/links")
                .header("Authorization", "Bearer " + VIEWER)
                .header("Content-Type", FORM)
                .POST(BodyPublishers.noBody()));
        assertTrue(link.body().contains("/console/login#"), link.body());
    }
}
