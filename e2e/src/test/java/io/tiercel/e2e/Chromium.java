package io.tiercel.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** The browser of this machine, without a window and with a new profile. */
final class Chromium implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final ChromeDriverService service;
    final ChromeDriver driver;

    private Chromium(ChromeDriverService service, ChromeDriver driver) {
        this.service = service;
        this.driver = driver;
    }

    /** Skips the test if this machine has no Chromium. */
    static void assumeInstalled() {
        assumeTrue(Files.isExecutable(PROGRAM), "there is no " + PROGRAM);
        assumeTrue(Files.isExecutable(DRIVER), "there is no " + DRIVER);
    }

    /** Starts the browser with a profile in a folder. */
    static Chromium start(Path folder) throws IOException {
        // The driver is named, so that Selenium does not look for one.
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(new File(DRIVER.toString()))
                .usingAnyFreePort()
                .withLogFile(folder.resolve("chromedriver.log").toFile())
                .build();
        ChromeOptions options = new ChromeOptions();
        options.setBinary(PROGRAM.toString());
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--window-size=1360,940",
                "--user-data-dir=" + Files.createTempDirectory(folder, "chromium"));
        return new Chromium(service, new ChromeDriver(service, options));
    }

    void open(String address) {
        driver.get(address);
    }

    /** Waits for an element that is shown. */
    WebElement find(String selector) {
        return await().atMost(TIMEOUT)
                .ignoreException(StaleElementReferenceException.class)
                .until(
                        () -> driver.findElements(By.cssSelector(selector)).stream()
                                .filter(WebElement::isDisplayed)
                                .findFirst()
                                .orElse(null),
                        element -> element != null);
    }

    /** Waits until the text of an element contains a text. The page may replace the element meanwhile. */
    void awaitText(String selector, String text) {
        await().atMost(TIMEOUT)
                .untilAsserted(() ->
                        assertTrue(text(selector).contains(text), () -> selector + ": " + text + "\n" + text("body")));
    }

    /** Returns the text of the elements that match a selector, as it is shown. Elements of SVG have no such text, only all of it. */
    String text(String selector) {
        return String.valueOf(driver.executeScript(
                "return [...document.querySelectorAll(arguments[0])].map(e => e.innerText ?? e.textContent).join('\\n')",
                selector));
    }

    /** Returns the number of elements that match a selector. */
    int count(String selector) {
        return driver.findElements(By.cssSelector(selector)).size();
    }

    /** Returns how long the page took to load, from the click to the end, in milliseconds. */
    long loadMillis() {
        Object duration =
                driver.executeScript("return Math.round(performance.getEntriesByType('navigation')[0].duration)");
        return ((Number) Objects.requireNonNull(duration)).longValue();
    }

    void click(String selector) {
        find(selector);
        // One script, so that the page cannot replace the element in between.
        driver.executeScript("document.querySelector(arguments[0]).click()", selector);
    }

    /** Writes what the window shows to a PNG file. */
    void screenshot(String name) throws IOException {
        Path folder = Files.createDirectories(Path.of("target", "screenshots"));
        Files.write(folder.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    }

    @Override
    public void close() {
        driver.quit();
        service.stop();
    }
}
