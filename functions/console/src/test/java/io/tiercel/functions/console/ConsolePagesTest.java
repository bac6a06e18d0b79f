package io.tiercel.functions.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class ConsolePagesTest {
    private static final String INCIDENT = "/console/incidents/" + SampleData.ID;

    private ConsoleRunner console;

    @BeforeEach
    void start() {
        console = new ConsoleRunner(InstantSource.system());
    }

    @AfterEach
    void stop() {
        console.close();
    }

    @Test
    void theListShowsIncidentsNumbersAndTheWayToTheNextPart() {
        Document page = console.login(ConsoleRunner.RESPONDER).page("/console/incidents");
        assertEquals(7, page.select("table.incidents tbody tr").size());
        assertEquals(
                "Read sensitive file untrusted", page.expectFirst("tbody th a").text());
        assertEquals(INCIDENT, page.expectFirst("tbody th a").attr("href"));
        assertTrue(
                page.select(".tiles").text().contains("Wait for approval 1"),
                page.select(".tiles").text());
        assertEquals("c3Vyc29y", page.select("button[name=cursor]").val());
        assertEquals(7, page.select("svg.spark[aria-label]").size());
    }

    @Test
    void filtersReachTheApiAndStayInTheForm() {
        Document page = console.login(ConsoleRunner.VIEWER)
                .page("/console/incidents?state=closed&priority=error&text=shadow&cursor=abc");
        var arguments = console.api.last("list-incidents");
        assertEquals("closed", arguments.path("state").asText());
        assertEquals("error", arguments.path("priority").asText());
        assertEquals("shadow", arguments.path("text").asText());
        assertEquals("abc", arguments.path("cursor").asText());
        assertFalse(arguments.has("host"));
        assertEquals("shadow", page.select("#search").val());
        assertEquals(
                "closed", page.select("select[name=state] option[selected]").val());
        assertFalse(page.select("#live").hasAttr("hx-trigger"), "an older part of the list must not change");
    }

    @Test
    void anEmptyListSaysWhatToDo() {
        console.api.body(
                "list-incidents",
                SampleData.object().set("items", SampleData.object().arrayNode()));
        ConsoleRunner.Browser browser = console.login(ConsoleRunner.VIEWER);
        assertTrue(browser.page("/console/incidents").select(".empty").text().contains("sudo cat /etc/shadow"));
        assertTrue(browser.page("/console/incidents?host=x")
                .select(".empty")
                .text()
                .contains("Clear the filters"));
    }

    @Test
    void theIncidentShowsProcessesPlanTimelineAndTechniques() {
        Document page = console.login(ConsoleRunner.RESPONDER).page(INCIDENT);
        List<String> names = page.select("svg.tree .name").eachText();
        assertEquals(List.of("systemd", "containerd-shim", "node", "bash", "cat", "head"), names);
        assertEquals(
                List.of("cat", "head"), page.select("svg.tree .detected .name").eachText());
        assertTrue(page.select(".sentence").text().contains("read /etc/shadow as www-data"));
        assertEquals(2, page.select(".steps li").size());
        assertTrue(page.select(".steps").text().contains("A release restores: The network policies of the namespace"));
        assertEquals(
                "https://attack.mitre.org/techniques/T1003/008/",
                page.select(".techniques a").attr("href"));
        assertEquals(
                List.of("alert", "comment", "alert", "message", "decision"),
                page.select(".timeline .kind").eachText());
        Element dialog = page.expectFirst("#approve-dialog");
        assertTrue(dialog.text().contains("k8s:isolate-pod on payments/checkout-7d9f8b6c5-x2x7q"), dialog.text());
        assertFalse(dialog.text().contains("ec2:snapshot"), "only waiting steps are approved");
    }

    @Test
    void anApprovalSendsWhatTheOperatorSaw() {
        ConsoleRunner.Browser browser = console.login(ConsoleRunner.RESPONDER);
        Element form = browser.page(INCIDENT).expectFirst("#approve-dialog form");
        Map<String, String> fields = Map.of(
                "csrf", form.select("[name=csrf]").val(),
                "version", form.select("[name=version]").val(),
                "plan", form.select("[name=plan]").val(),
                "reason", "");
        HttpResponse<String> response = browser.post(form.attr("action"), fields);
        assertEquals(303, response.statusCode());
        assertEquals(INCIDENT, response.headers().firstValue("Location").orElseThrow());
        var arguments = console.api.last("approve-response");
        assertEquals("v-4f1c", arguments.path("version").asText());
        assertEquals("plan-77aa", arguments.path("plan").asText());
        assertFalse(arguments.has("reason"));
        assertEquals(
                "Done by http:maria.",
                browser.page(INCIDENT).select("#message[role=status]").text());
        assertTrue(browser.page(INCIDENT).select("#message").isEmpty(), "a message is shown once");
    }

    @Test
    void aStaleChangeTellsWhatChanged() {
        console.api.answer(
                "approve-response",
                FakeOperatorApi.problem(409, "tiercel:stale", "the plan has another step since you saw it"));
        ConsoleRunner.Browser browser = console.login(ConsoleRunner.RESPONDER);
        browser.post(INCIDENT + "/approve", Map.of("csrf", browser.csrf(), "version", "old", "plan", "old"));
        String message = browser.page(INCIDENT).select("#message[role=alert]").text();
        assertTrue(message.contains("the plan has another step since you saw it"), message);
        assertTrue(message.startsWith("Nothing was changed"), message);
    }

    @Test
    void viewersSeeNoButtonsAndAreRefused() {
        ConsoleRunner.Browser browser = console.login(ConsoleRunner.VIEWER);
        Document page = browser.page(INCIDENT);
        assertTrue(page.select("#live button, #live form, dialog").isEmpty());
        browser.post(INCIDENT + "/close", Map.of("csrf", browser.csrf(), "version", "v"));
        assertTrue(browser.page(INCIDENT).select("#message").text().contains("requires the role responder"));
        assertTrue(browser.page("/console/silences")
                .select("form[action^=/console/silences]")
                .isEmpty());
        assertTrue(browser.page("/console/responses").select("#live form").isEmpty());
    }

    @Test
    void silencesAndTheKillSwitchAreChanged() {
        ConsoleRunner.Browser browser = console.login(ConsoleRunner.RESPONDER);
        String csrf = browser.csrf();
        browser.post(
                "/console/silences",
                Map.of("csrf", csrf, "condition", "incident.rule = x", "reason", "work", "for", "2h"));
        assertEquals(
                "incident.rule = x",
                console.api.last("create-silence").path("condition").asText());
        browser.post("/console/silences/s-1/end", Map.of("csrf", csrf));
        assertEquals("s-1", console.api.last("end-silence").path("id").asText());
        browser.post("/console/responses/kill-switch", Map.of("csrf", csrf, "on", "true", "reason", "storm"));
        assertTrue(console.api.last("set-kill-switch").path("on").asBoolean());
    }

    @Test
    void anOpenPageLoadsItsPartAgain() {
        ConsoleRunner.Browser browser = console.login(ConsoleRunner.VIEWER);
        HttpResponse<String> part = console.send(
                console.request(INCIDENT).header("Cookie", browser.cookie).header("HX-Request", "true"));
        Document page = Jsoup.parseBodyFragment(part.body());
        assertEquals(1, page.body().children().size());
        assertEquals("live", page.body().child(0).id());
    }

    @ParameterizedTest
    @ValueSource(strings = {"incidents", "fleet", "rules", "responses", "silences", "audit"})
    void everyPageHasLandmarksOneHeadingAndCells(String name) {
        Document page = console.login(ConsoleRunner.RESPONDER).page("/console/" + name);
        assertEquals(1, page.select("h1").size());
        assertEquals(1, page.select("main").size());
        assertEquals(1, page.select("nav[aria-label=Main] a[aria-current=page]").size());
        assertEquals("en", page.select("html").attr("lang"));
        assertTrue(page.select("a.skip").attr("href").equals("#main"));
        for (Element table : page.select("table:has(thead)")) {
            int columns = table.select("thead th").size();
            table.select("tbody tr")
                    .forEach(row -> assertEquals(columns, row.children().size(), row.text()));
            assertEquals(1, table.select("caption").size());
        }
        for (Element field : page.select("input:not([type=hidden]), select, textarea")) {
            assertTrue(
                    field.closest("label") != null
                            || !page.select("label[for=" + field.id() + "]").isEmpty(),
                    field.outerHtml());
        }
        assertTrue(page.select("[style], style, script:not([src]), [onclick]").isEmpty());
    }

    @Test
    void anUnknownIncidentIsNotFound() {
        console.api.answer(
                "show-incident", FakeOperatorApi.problem(404, "tiercel:unknown-incident", "unknown incident"));
        HttpResponse<String> response = console.login(ConsoleRunner.VIEWER).get(INCIDENT);
        assertEquals(404, response.statusCode());
        assertTrue(Jsoup.parse(response.body()).select("main").text().contains("unknown incident"));
    }
}
