package io.tiercel.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The console of {@code ./tiercel up} in a browser: a kernel event reaches an open page, and its response is approved there. */
@Tag("live")
class ConsoleTest {
    private static final String HOSTILE = "<img src=x onerror=document.title='broken'>\u202E&quot;'\"";

    private static final int INCIDENTS = 10_000;
    private static final int PAGE_ROWS = 50;

    @TempDir
    Path folder;

    private HttpServer receiver;

    @BeforeEach
    void startReceiver() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        receiver.createContext("/receiver", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        receiver.start();
    }

    @AfterEach
    void stopReceiver() {
        receiver.stop(0);
    }

    @Test
    void anEventReachesThePageAndItsResponseIsApprovedThere() throws Exception {
        Tiercel.assumeCapture();
        Chromium.assumeInstalled();
        Path bait = Files.writeString(folder.resolve("bait<img src=x onerror=alert(1)>"), "x");
        try (Tiercel tiercel = start();
                Chromium browser = Chromium.start(folder)) {
            tiercel.awaitErr("ready");
            browser.open(tiercel.consoleLink(folder));
            browser.awaitText("main h2", "No open incidents");
            assertFalse(browser.driver.getCurrentUrl().contains("#"), "the code leaves the address");
            browser.driver.executeScript("window.sameDocument = true");

            read(List.of("cat", bait.toString()));
            browser.awaitText("table.incidents", "Bait read");
            assertEquals(true, browser.driver.executeScript("return window.sameDocument"), "no reload");
            assertEquals("Incidents · Tiercel", browser.driver.getTitle(), "markup in an event has no effect");
            browser.screenshot("console-incidents");

            filters(browser);
            approve(browser);
            keyboardOnly(browser);
            browser.click("nav a[href='/console/fleet']");
            browser.awaitText("h1", "Fleet");
            browser.screenshot("console-fleet");
        }
    }

    @Test
    void tenThousandIncidentsAreShownInPages() throws Exception {
        Chromium.assumeInstalled();
        Path data = Files.createDirectory(folder.resolve("data"));
        try (Tiercel server = Tiercel.start(folder, List.of(), "functions", "--data", data.toString());
                Chromium browser = Chromium.start(folder)) {
            server.awaitErr("listening on");
            server.post(
                    IntStream.range(0, INCIDENTS).mapToObj(ConsoleTest::alert).toList());
            browser.open(server.consoleLink(folder));
            browser.awaitText(".pager", INCIDENTS + " incidents");
            assertEquals(PAGE_ROWS, browser.count("table.incidents tbody tr"));
            String first = browser.text("table.incidents tbody tr:first-child");
            browser.click(".pager button[name=cursor]");
            browser.awaitText(".pager", "older part");
            assertEquals(PAGE_ROWS, browser.count("table.incidents tbody tr"));
            assertNotEquals(first, browser.text("table.incidents tbody tr:first-child"));
            browser.open(server.url() + "/console/incidents");
            browser.find("#search").sendKeys("rule 7777 ", Keys.ENTER);
            browser.awaitText(".pager", "1 incident");
            browser.awaitText("table.incidents", "Rule 7777 ");
            System.out.println("10,000 incidents: a search took " + browser.loadMillis() + " ms");
        }
    }

    private static String alert(int number) {
        return "{\"rule\":\"Rule %d of many\",\"priority\":\"Warning\",\"time\":\"%s\",\"output\":\"a test\"}"
                .formatted(number, Instant.now());
    }

    private Tiercel start() throws IOException {
        Path rules = Files.writeString(folder.resolve("bait.yaml"), """
            - rule: Bait read
              desc: a test
              condition: evt.type in (open, openat, openat2) and fd.name startswith %s
              output: program=%%proc.name command=%%proc.cmdline file=%%fd.name
              priority: CRITICAL
              tags: [T1003.008, mitre_credential_access]
            """.formatted(folder.resolve("bait")));
        Path secret = Files.writeString(folder.resolve("secret"), "0123456789abcdef0123456789abcdef");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        Path policies = Files.writeString(folder.resolve("responses.yaml"), """
            - policy: Tell the receiver
              desc: a test
              match:
                priority: warning
              mode: approve
              actions:
                - webhook: {url: "http://127.0.0.1:%d/receiver", secret: "file:%s"}
            """.formatted(
                        receiver.getAddress().getPort(), secret));
        return Tiercel.start(
                folder,
                List.of("env", "TIERCEL_RESPONSES=" + policies),
                "up",
                "--data",
                folder.toString(),
                "--rules",
                rules.toString());
    }

    /** Reads the bait in a shell whose command line contains markup. */
    private static void read(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", "\"$@\"; exit 0", HOSTILE, command.get(0), command.get(1))
                .redirectErrorStream(true)
                .start();
        assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    }

    private static void filters(Chromium browser) {
        WebElement search = browser.find("#search");
        search.sendKeys("no such incident", Keys.ENTER);
        browser.awaitText(".empty", "No incident matches these filters");
        browser.click(".empty a");
        browser.awaitText("table.incidents", "Bait read");
    }

    private static void approve(Chromium browser) throws IOException {
        browser.click("table.incidents th a");
        browser.awaitText("h1", "Bait read");
        browser.awaitText(".steps", "waiting for approval");
        browser.awaitText("svg.tree .detected", "cat");
        assertNull(browser.driver.executeScript("return document.querySelector('main img')"));
        browser.screenshot("console-incident");
        browser.click("[data-dialog=approve-dialog]");
        browser.awaitText("#approve-dialog", "webhook");
        browser.screenshot("console-approve");
        browser.click("#approve-dialog button.danger");
        browser.awaitText("#message", "Approved");
        browser.awaitText(".steps", "applied");
        // A webhook cannot be called back, so nothing can be released.
        assertNull(browser.driver.executeScript("return document.querySelector('[data-dialog=release-dialog]')"));
    }

    /** From the list to an acknowledged incident with keys. */
    private static void keyboardOnly(Chromium browser) {
        browser.click(".crumbs a");
        browser.awaitText("table.incidents", "Bait read");
        browser.driver.switchTo().activeElement().sendKeys("j");
        browser.driver.switchTo().activeElement().sendKeys(Keys.ENTER);
        browser.awaitText("h1", "Bait read");
        for (int i = 0; i < 40; i++) {
            browser.driver.switchTo().activeElement().sendKeys(Keys.TAB);
            if (browser.driver.switchTo().activeElement().getText().equals("Acknowledge")) {
                break;
            }
        }
        browser.driver.switchTo().activeElement().sendKeys(Keys.ENTER);
        browser.awaitText("#message", "cknowledged");
    }
}
