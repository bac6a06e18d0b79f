package io.tiercel.functions.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.json.Json;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeTraversor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;

/** No text of an event becomes markup, an attribute, an address or an invisible character, on any page. */
@Tag("unit")
class HostileTextTest {
    private static final String MARK = "zqx";

    private static final List<String> PAGES = List.of(
            "/console/incidents",
            "/console/incidents/" + SampleData.ID,
            "/console/fleet",
            "/console/rules",
            "/console/responses",
            "/console/silences",
            "/console/audit");

    private static final List<String> PIECES = List.of(
            "<script>alert(1)</script>",
            "\"><img src=x onerror=alert(1)>",
            "' onmouseover='alert(1)",
            "</title></textarea></style></svg><svg onload=alert(1)>",
            "`-alert(1)-`",
            "{csrf}{#include layout /}",
            "{inject:config}",
            "&lt;b&gt;&#60;i&#62;",
            "javascript:alert(1)",
            "https://attack.mitre.org/techniques/T1/\" onclick=\"x",
            "../../console/logout",
            "\u202Egnp.exe\u202C",
            "\u2066\u2069\u200B\u200F\u00AD\uFEFF",
            "\u0000\u0007\u001B[31m\r\n\u0085",
            "\u2028\u2029\u00A0\u3000\uE000",
            "e\u0301\u0301\u0301\u0301\u0301\u0301",
            "\uD800",
            "-->",
            "]]>",
            "%3Cscript%3E",
            "مرحبا",
            "界".repeat(50),
            "a".repeat(10_240));

    private static final ConsoleRunner CONSOLE = new ConsoleRunner(InstantSource.system());
    private static final ConsoleRunner.Browser BROWSER = CONSOLE.login(ConsoleRunner.RESPONDER);
    private static final Map<String, JsonNode> PLAIN = Map.copyOf(CONSOLE.api.bodies());
    private static final Map<String, Set<String>> USUAL =
            PAGES.stream().collect(Collectors.toMap(page -> page, page -> shape(BROWSER.page(page))));

    @AfterContainer
    static void stop() {
        CONSOLE.close();
    }

    @Example
    void everyPieceStaysText() {
        check(MARK + String.join("", PIECES) + MARK);
    }

    @Property(tries = 12)
    void hostileTextStaysText(@ForAll("hostile") String text) {
        check(text);
    }

    private static void check(String text) {
        for (String page : PAGES) {
            PLAIN.forEach((operation, body) -> CONSOLE.api.body(operation, replaced(body, text)));
            HttpResponse<String> response = BROWSER.get(page);
            assertEquals(200, response.statusCode(), page);
            Document document = Jsoup.parse(response.body());
            Set<String> found = shape(document);
            found.removeAll(USUAL.getOrDefault(page, Set.of()));
            assertEquals(Set.of(), found, page);
            visibleAndIsolated(document, page);
            addressesAreOwn(document, page);
        }
    }

    /** The kinds of elements with the names of their attributes. Markup that escapes adds to them. */
    private static Set<String> shape(Document document) {
        Set<String> shape = document.getAllElements().stream()
                .flatMap(element -> element.attributes().asList().stream()
                        .map(attribute -> element.tagName() + " " + attribute.getKey()))
                .collect(Collectors.toSet());
        document.getAllElements().forEach(element -> shape.add(element.tagName()));
        // Other texts than the usual ones have other parts: cut texts, states without a style, and absent links.
        shape.addAll(Set.of(
                "details",
                "details class",
                "details id",
                "summary",
                "span",
                "span class",
                "span title",
                "bdi",
                "bdi class",
                "time",
                "time datetime",
                "div",
                "div class",
                "p",
                "p class",
                "code",
                "td class",
                "tr class"));
        return shape;
    }

    private static void visibleAndIsolated(Document document, String page) {
        NodeTraversor.traverse(
                (node, _) -> {
                    if (node instanceof TextNode text) {
                        assertVisible(text.getWholeText(), page);
                        boolean foreign = text.getWholeText().contains(MARK);
                        assertTrue(!foreign || isolated(text.parent()), () -> page + ": " + text.parent());
                    } else if (node instanceof Element element) {
                        for (Attribute attribute : element.attributes()) {
                            boolean form = attribute.getKey().equals("value");
                            if (!form) {
                                assertVisible(attribute.getValue(), page);
                            }
                            boolean allowed = form
                                    || Set.of("class", "aria-label", "datetime", "title")
                                            .contains(attribute.getKey());
                            assertTrue(
                                    allowed || !attribute.getValue().contains(MARK),
                                    () -> page + ": " + element.tagName() + " " + attribute);
                        }
                    }
                },
                document);
    }

    private static boolean isolated(@Nullable Node parent) {
        return parent instanceof Element element
                && element.closest("bdi, text, time, pre, option, td, dt, .priority, .state, .chip, title, h2") != null;
    }

    private static void assertVisible(String text, String page) {
        text.codePoints().forEach(point -> {
            int type = Character.getType(point);
            boolean invisible = (type == Character.CONTROL && point != '\n' && point != '\t')
                    || type == Character.FORMAT
                    || type == Character.SURROGATE
                    || type == Character.LINE_SEPARATOR
                    || (type == Character.SPACE_SEPARATOR && point != ' ')
                    || type == Character.PRIVATE_USE;
            assertTrue(!invisible, () -> page + ": U+" + Integer.toHexString(point));
        });
    }

    private static void addressesAreOwn(Document document, String page) {
        for (Element element : document.select("[href], [src], [action], [hx-get], [hx-post], [formaction]")) {
            for (String name : List.of("href", "src", "action", "hx-get", "hx-post", "formaction")) {
                String address = element.attr(name);
                assertTrue(
                        address.isEmpty() || address.matches("(/console/[A-Za-z0-9_./:-]*|#main)"),
                        () -> page + ": " + name + "=" + address);
            }
        }
    }

    @Provide
    Arbitrary<String> hostile() {
        Arbitrary<String> pieces = Arbitraries.of(PIECES);
        return pieces.list().ofMinSize(1).ofMaxSize(6).map(list -> MARK + String.join("", list) + MARK);
    }

    /** Replaces every text of a document, and the names of its free members. */
    private static JsonNode replaced(JsonNode node, String text) {
        if (node instanceof ObjectNode object) {
            ObjectNode copy = Json.MAPPER.createObjectNode();
            object.properties().forEach(member -> copy.set(member.getKey(), replaced(member.getValue(), text)));
            if (object.has("proc.name")) {
                copy.put(text, text);
            }
            return copy;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = Json.MAPPER.createArrayNode();
            array.forEach(element -> copy.add(replaced(element, text)));
            return copy;
        }
        return node.isTextual() ? Json.MAPPER.valueToTree(text) : node;
    }
}
