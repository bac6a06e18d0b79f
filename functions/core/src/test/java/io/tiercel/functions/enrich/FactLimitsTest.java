package io.tiercel.functions.enrich;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.Fingerprints;
import io.tiercel.functions.intake.AlertParser;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.rules.alert.AlertLimits;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Tag;

/** Checks that facts of any size become small enough to be stored, and that ordinary facts do not change. */
@Tag("unit")
class FactLimitsTest {
    private static PodFacts pod(List<String> images, Map<String, String> labels) {
        return new PodFacts(
                "shop",
                "cart-0",
                "uid",
                "node-7",
                "10.0.0.7",
                false,
                "default",
                "arn:aws:iam::123456789012:role/cart",
                "irsa",
                List.of(new PodFacts.Owner("Deployment", "cart")),
                images,
                List.of("eni-0123456789abcdef0"),
                labels);
    }

    private static Enrichment enrichment(PodFacts pod) {
        return new Enrichment(
                        new HostFacts("node-7", null, "", null, null, null, "shop", "cart-0", null, null),
                        List.of(),
                        List.of())
                .withTargets(null, null, pod, List.of());
    }

    @Example
    void ordinary_facts_do_not_change() {
        Map<String, String> tags = new TreeMap<>();
        for (int i = 0; i < 50; i++) {
            tags.put("%0128d".formatted(i), "v".repeat(256));
        }
        PodFacts pod = pod(List.of("registry.example.com/cart:1"), tags);
        assertEquals(pod, FactLimits.limit(pod));
        assertEquals(List.of(), FactLimits.truncated(enrichment(pod)));
    }

    @Provide
    Arbitrary<String> hostile() {
        return Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(600),
                Arbitraries.of("\u0000", "\"", "\\", "\uD83D\uDE00", "\uD83D", "{\"a\":[", "\u202E", "[...]")
                        .flatMap(text -> Arbitraries.integers().between(0, 400).map(text::repeat)));
    }

    @Property(tries = 200)
    void any_labels_and_images_fit(
            @ForAll("hostileMaps") Map<String, String> labels, @ForAll("hostileLists") List<String> images) {
        PodFacts before = pod(images, labels);
        PodFacts limited = FactLimits.limit(before);
        assertTrue(limited != null);
        // One entry for the marker is added.
        assertTrue(Json.write(limited.labels()).getBytes(StandardCharsets.UTF_8).length <= FactLimits.MAX_MAP + 100);
        assertTrue(limited.labels().size() <= FactLimits.MAX_ENTRIES + 1);
        assertTrue(limited.images().size() <= FactLimits.MAX_IMAGES + 1);
        String stored = Json.write(limited);
        assertEquals(stored, new String(stored.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
        boolean same = limited.labels().size() == labels.size()
                && limited.images().size() == images.size()
                && Json.write(limited.labels()).length() >= Json.write(labels).length()
                && Json.write(limited.images()).length() >= Json.write(images).length();
        List<String> truncated = FactLimits.truncated(enrichment(limited));
        assertTrue(same || !truncated.isEmpty(), "what was cut is named");
    }

    @Provide
    Arbitrary<Map<String, String>> hostileMaps() {
        return Arbitraries.maps(hostile(), hostile()).ofMaxSize(150);
    }

    @Provide
    Arbitrary<List<String>> hostileLists() {
        return hostile().list().ofMaxSize(40);
    }

    @Example
    void an_alert_with_the_largest_facts_fits_into_a_message_and_a_document() {
        Map<String, String> labels = new TreeMap<>();
        for (int i = 0; i < 20_000; i++) {
            labels.put("example.com/%05d".formatted(i), "\u65e5".repeat(50));
        }
        String big = "\u65e5".repeat(3_000);
        List<String> many = Collections.nCopies(500, big);
        PodFacts pod = new PodFacts(
                big,
                big,
                big,
                big,
                big,
                false,
                big,
                big,
                big,
                Collections.nCopies(500, new PodFacts.Owner(big, big)),
                many,
                many,
                labels);
        NodeFacts node = new NodeFacts(big, big, big, null, big, big, false, labels);
        InstanceFacts instance = new InstanceFacts(
                big,
                big,
                big,
                big,
                big,
                false,
                big,
                big,
                big,
                big,
                big,
                many,
                Collections.nCopies(500, new InstanceFacts.Interface(big, big, many, many)),
                labels);
        ClusterSource cluster = new ClusterSource() {
            @Override
            public PodFacts pod(String namespace, String name) {
                return pod;
            }

            @Override
            public NodeFacts node(String name) {
                return node;
            }
        };
        Enricher enricher = new Enricher(
                "prod",
                AttackTechniques.load(),
                EnrichmentSources.NONE.with(id -> instance, cluster),
                InstantSource.system());
        ObjectNode document = Json.MAPPER
                .createObjectNode()
                .put("hostname", "node-7")
                .put("rule", "R")
                .put("priority", "Warning")
                .put("time", "2026-01-01T00:00:00Z");
        document.putObject("output_fields")
                .put("k8s.ns.name", "shop")
                .put("k8s.pod.name", "cart-0")
                .put("ec2.instance.id", "i-0123456789abcdef0")
                .put("proc.cmdline", "\u65e5".repeat(50_000));
        IdentifiedAlert alert = AlertParser.parse(document);
        Enrichment enrichment = enricher.enrich(alert.alert());
        String message =
                new EnrichedAlert(alert, Fingerprints.of(alert.alert(), enrichment.host()), enrichment).toJson();
        assertTrue(message.length() < StateStore.MAX_CHARACTERS);
        int bytes = message.getBytes(StandardCharsets.UTF_8).length;
        assertTrue(bytes < AlertLimits.MAX_BYTES, bytes + " bytes");
        assertEquals(
                List.of(
                        "pod.label",
                        "pod.images",
                        "pod.owner",
                        "pod.interfaces",
                        "pod",
                        "node.label",
                        "node",
                        "instance.tag",
                        "instance.groups",
                        "instance.interfaces"),
                EnrichedFields.of(enrichment).get("enrich.truncated"));
    }
}
