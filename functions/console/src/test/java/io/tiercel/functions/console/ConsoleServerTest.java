package io.tiercel.functions.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.operate.Caller;
import io.tiercel.functions.operate.OperatorRole;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The console of its own: one link, no tokens, and this machine only. */
@Tag("unit")
class ConsoleServerTest {
    private static final Caller OPERATOR = new Caller("aws", OperatorRole.RESPONDER);

    private static ConsoleServer start(int port) throws IOException {
        return ConsoleServer.start(
                new ConsoleBackend(
                        new FakeOperatorApi(), Optional.empty(), Optional.empty(), Duration.ofSeconds(10), "AWS"),
                port,
                InstantSource.system());
    }

    @Test
    void theLinkOpensPagesThatAskForChanges() throws Exception {
        try (ConsoleServer server = start(0);
                HttpClient http = HttpClient.newHttpClient()) {
            URI link = URI.create(server.loginAddress(OPERATOR));
            String origin = "http://" + link.getAuthority();
            Document login =
                    Jsoup.parse(http.send(HttpRequest.newBuilder(link).build(), HttpResponse.BodyHandlers.ofString())
                            .body());
            assertEquals(0, login.select("#token").size());
            HttpResponse<String> session = http.send(
                    HttpRequest.newBuilder(URI.create(origin + link.getPath()))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(HttpRequest.BodyPublishers.ofString("code=" + link.getFragment()))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals(303, session.statusCode());
            Document page = Jsoup.parse(http.send(
                            HttpRequest.newBuilder(URI.create(origin + "/console/incidents"))
                                    .header("Cookie", ConsoleRunner.cookieOf(session))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body());
            assertEquals(7, page.select("table.incidents tbody tr").size());
            assertEquals("", page.body().attr("data-live"));
            assertEquals("10", page.body().attr("data-poll"));
        }
    }

    @Test
    void otherHostNamesAreRefused() throws Exception {
        try (ConsoleServer server = start(0)) {
            int port = URI.create(server.loginAddress(OPERATOR)).getPort();
            assertEquals("HTTP/1.1 403 Forbidden", statusFor("evil.example:" + port, port));
            assertEquals("HTTP/1.1 403 Forbidden", statusFor("localhost.evil.example:" + port, port));
            assertEquals("HTTP/1.1 200 OK", statusFor("localhost:" + port, port));
        }
    }

    private static String statusFor(String host, int port) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port);
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            socket.getOutputStream()
                    .write(("GET /console/login HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return String.valueOf(reader.readLine());
        }
    }

    @Test
    void aUsedPortIsNamed() throws Exception {
        try (ConsoleServer server = start(0)) {
            int port = URI.create(server.loginAddress(OPERATOR)).getPort();
            IOException failure = assertThrows(IOException.class, () -> start(port));
            assertTrue(String.valueOf(failure.getMessage()).contains("port " + port), failure.getMessage());
        }
    }
}
