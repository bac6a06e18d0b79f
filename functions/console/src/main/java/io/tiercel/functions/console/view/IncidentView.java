package io.tiercel.functions.console.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The page of one incident. Absent texts are empty. */
public record IncidentView(
        IncidentRow summary,
        String headline,
        List<Technique> techniques,
        List<String> doubts,
        List<Fact> enrichment,
        ProcessTree processes,
        @Nullable PlanView plan,
        List<TimelineEntry> timeline,
        List<ChannelRow> channels,
        @Nullable SilenceRow silence) {
    private static final Pattern ATTACK = Pattern.compile("https://attack\\.mitre\\.org/techniques/[A-Z0-9/]{1,20}/?");

    /**
     * A technique of ATT&amp;CK.
     *
     * @param link its page; empty if the address is not one of MITRE's
     */
    public record Technique(String id, String name, String link) {}

    /** Reads the body of {@code show-incident}. */
    public static IncidentView of(JsonNode detail) {
        return new IncidentView(
                IncidentRow.of(detail),
                Fields.text(detail, "headline"),
                Fields.items(detail, "techniques").map(IncidentView::technique).toList(),
                Fields.texts(detail, "doubts"),
                Fact.of(detail.path("enrichment")),
                ProcessTree.of(detail.path("processTree")),
                detail.path("plan").isObject() ? PlanView.of(detail.path("plan")) : null,
                TimelineEntry.of(detail),
                ChannelRow.list(detail),
                detail.path("silencedBy").isObject() ? SilenceRow.of(detail.path("silencedBy")) : null);
    }

    private static Technique technique(JsonNode node) {
        String url = Fields.text(node, "url");
        return new Technique(
                Fields.text(node, "id"),
                Fields.text(node, "name"),
                ATTACK.matcher(url).matches() ? url : "");
    }

    /** Returns what is known about the place and the program, without absent facts. */
    public List<Fact> facts() {
        return List.of(
                        new Fact("Host", summary.host()),
                        new Fact("Namespace", summary.namespace()),
                        new Fact("Pod", summary.pod()),
                        new Fact("Container", summary.container()),
                        new Fact("Image", summary.image()),
                        new Fact("User", summary.user()),
                        new Fact("Target", summary.target()))
                .stream()
                .filter(fact -> !fact.value().isEmpty())
                .toList();
    }
}
