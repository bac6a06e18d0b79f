package io.tiercel.functions.console;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class ConsoleSecurityTest {
    private static final String INCIDENT = "/console/incidents/" + SampleData.ID;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-30T03:00:00Z"));
    private ConsoleRunner console;

    @BeforeEach
    void start() {
        console = new ConsoleRunner(now::get);
    }

    @AfterEach
    void stop() {
        console.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/console/incidents",
                "/console/incidents/abc",
                "/console/fleet",
                "/console/rules",
                "/console/responses",
                "/console/silences",
                "/console/audit"
            })
    void pagesRequireASession(String path) {
        HttpResponse<String> response = console.send(console.request(path));
        assertEquals(401, response.statusCode());
        assertEquals(1, Jsoup.parse(response.body()).select("#token").size());
        assertEquals(path, Jsoup.parse(response.body()).select("[name=next]").val());
        assertEquals(0, console.api.calls("list-incidents") + console.api.calls("show-incident"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/console/login", "/console/incidents", "/console/nothing", "/console/assets/console.js"})
    void everyResponseHasThePolicy(String path) {
        var headers = console.send(console.request(path)).headers();
        String policy = headers.firstValue("Content-Security-Policy").orElseThrow();
        assertTrue(policy.startsWith("default-src 'none'; script-src 'self'; style-src 'self'"), policy);
        assertFalse(policy.contains("unsafe"), policy);
        assertTrue(policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"), policy);
        assertEquals("nosniff", headers.firstValue("X-Content-Type-Options").orElseThrow());
        assertEquals("same-origin", headers.firstValue("Referrer-Policy").orElseThrow());
        assertTrue(headers.firstValue("Cache-Control").orElseThrow().startsWith("no-"));
    }

    @Test
    void theCookieIsForThisSiteAndNotForScripts() {
        HttpResponse<String> response =
                console.send(console.form("/console/login", Map.of("token", ConsoleRunner.VIEWER)));
        String cookie = response.headers().firstValue("Set-Cookie").orElseThrow();
        assertTrue(cookie.contains("HTTPOnly") && cookie.contains("SameSite=Strict"), cookie);
        assertTrue(cookie.contains("Path=/console"), cookie);
        assertTrue(cookie.matches("tiercel-console-\\d+=[A-Za-z0-9_-]{43};.*"), cookie);
    }

    @Test
    void aChangeRequiresTheTokenOfTheSession() {
        ConsoleRunner.Browser maria = console.login(ConsoleRunner.RESPONDER);
        ConsoleRunner.Browser other = console.login(ConsoleRunner.RESPONDER);
        for (String token : new String[] {"", "guess", other.csrf()}) {
            HttpResponse<String> response = maria.post(INCIDENT + "/close", Map.of("csrf", token, "version", "v"));
            assertEquals(403, response.statusCode());
        }
        assertEquals(0, console.api.calls("close-incident"));
    }

    @Test
    void formsOfOtherOriginsAreRefused() {
        ConsoleRunner.Browser maria = console.login(ConsoleRunner.RESPONDER);
        Map<String, String> fields = Map.of("csrf", maria.csrf(), "version", "v");
        for (String[] header : new String[][] {
            {"Origin", "https://evil.example"},
            {"Origin", "null"},
            {"Sec-Fetch-Site", "cross-site"},
            {"Sec-Fetch-Site", "same-site"}
        }) {
            HttpResponse<String> response = console.send(console.form(INCIDENT + "/close", fields)
                    .header("Cookie", maria.cookie)
                    .header(header[0], header[1]));
            assertEquals(403, response.statusCode(), header[1]);
        }
        HttpResponse<String> login = console.send(console.form("/console/login", Map.of("token", ConsoleRunner.VIEWER))
                .header("Origin", "https://evil.example"));
        assertEquals(403, login.statusCode());
        assertEquals(0, console.api.calls("close-incident"));
        HttpResponse<String> own = console.send(console.form(INCIDENT + "/close", fields)
                .header("Cookie", maria.cookie)
                .header("Origin", console.origin())
                .header("Sec-Fetch-Site", "same-origin"));
        assertEquals(303, own.statusCode());
    }

    @Test
    void wrongTokensAreLimited() {
        for (int i = 0; i < 10; i++) {
            assertEquals(
                    401,
                    console.send(console.form("/console/login", Map.of("token", "wrong-" + i)))
                            .statusCode());
        }
        Map<String, String> right = Map.of("token", ConsoleRunner.RESPONDER);
        assertEquals(429, console.send(console.form("/console/login", right)).statusCode());
        now.updateAndGet(time -> time.plusSeconds(61));
        assertEquals(303, console.send(console.form("/console/login", right)).statusCode());
    }

    @Test
    void sessionsEnd() {
        ConsoleRunner.Browser browser = console.login(ConsoleRunner.RESPONDER);
        for (int i = 0; i < 23; i++) {
            now.updateAndGet(time -> time.plus(Duration.ofMinutes(31)));
            assertEquals(200, browser.get("/console/fleet").statusCode());
        }
        now.updateAndGet(time -> time.plus(Duration.ofMinutes(31)));
        assertEquals(401, browser.get("/console/fleet").statusCode(), "after 12 hours");

        ConsoleRunner.Browser idle = console.login(ConsoleRunner.RESPONDER);
        now.updateAndGet(time -> time.plus(Duration.ofMinutes(61)));
        assertEquals(401, idle.get("/console/fleet").statusCode());

        ConsoleRunner.Browser leaving = console.login(ConsoleRunner.RESPONDER);
        leaving.post("/console/logout", Map.of());
        assertEquals(401, leaving.get("/console/fleet").statusCode());
    }

    @Test
    void aLinkWorksOnceAndForOneMinute() throws IOException {
        String code = issue();
        HttpResponse<String> first = console.send(console.form("/console/login", Map.of("code", code)));
        assertEquals(303, first.statusCode());
        assertEquals(
                "/console/incidents", first.headers().firstValue("Location").orElseThrow());
        assertEquals(
                401,
                console.send(console.form("/console/login", Map.of("code", code)))
                        .statusCode());
        String late = issue();
        now.updateAndGet(time -> time.plusSeconds(60));
        assertEquals(
                401,
                console.send(console.form("/console/login", Map.of("code", late)))
                        .statusCode());
        assertEquals(401, console.send(console.form("/console/links", Map.of())).statusCode());
    }

    private String issue() throws IOException {
        HttpResponse<String> response = console.send(console.form("/console/links", Map.of())
                .header("Authorization", "Bearer " + ConsoleRunner.RESPONDER)
                .header("Tiercel-Operator", "maria"));
        assertEquals(200, response.statusCode());
        String path = Json.MAPPER.readTree(response.body()).path("path").asText();
        assertTrue(path.startsWith("/console/login#"), path);
        return path.substring(path.indexOf('#') + 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://evil.example/", "//evil.example", "/console/../x", "/console/\r\nX: y", "javascript:x"})
    void theLoginLeadsToOwnPagesOnly(String next) {
        HttpResponse<String> response =
                console.send(console.form("/console/login", Map.of("token", ConsoleRunner.VIEWER, "next", next)));
        assertEquals(
                "/console/incidents", response.headers().firstValue("Location").orElseThrow());
    }

    @Test
    void aLinkOnAnotherSiteLoadsThePageAgain() {
        HttpResponse<String> response = console.send(console.request(INCIDENT).header("Sec-Fetch-Site", "cross-site"));
        assertEquals(
                "0",
                Jsoup.parse(response.body()).select("meta[http-equiv=refresh]").attr("content"));
    }

    @Test
    void changesReachOpenPagesAndStreamsEnd() throws IOException, InterruptedException {
        ConsoleRunner.Browser browser = console.login(ConsoleRunner.VIEWER);
        assertEquals(401, console.send(console.request("/console/changes")).statusCode());
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> stream = http.send(
                    console.request("/console/changes")
                            .header("Cookie", browser.cookie)
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            assertEquals(
                    "text/event-stream",
                    stream.headers().firstValue("Content-Type").orElseThrow());
            await().until(() -> !console.listeners.isEmpty());
            console.listeners.forEach(Runnable::run);
            console.listeners.forEach(Runnable::run);
            try (InputStream body = stream.body()) {
                StringBuilder text = new StringBuilder();
                while (!text.toString().contains("event: changed")) {
                    text.append((char) body.read());
                }
            }
            http.shutdownNow();
        }
        await().atMost(Duration.ofSeconds(40)).until(() -> console.listeners.isEmpty());
    }
}
