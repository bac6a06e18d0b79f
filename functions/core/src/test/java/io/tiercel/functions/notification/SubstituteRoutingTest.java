package io.tiercel.functions.notification;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tiercel.functions.incident.Incident;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class SubstituteRoutingTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Incident URGENT = TestIncident.of("pager", NOW, null);
    private static final List<String> CHANNELS = List.of("pager", "soc", "siem");

    private final NotificationMetrics metrics = new NotificationMetrics();
    private final SubstituteRouting routing =
            new SubstituteRouting((_, channel) -> channel.equals("pager"), CHANNELS, metrics);

    private List<String> routed() {
        return CHANNELS.stream()
                .filter(channel -> routing.routes(URGENT, channel))
                .toList();
    }

    @Test
    void the_first_channel_that_works_takes_over_until_the_routed_one_works_again() {
        assertEquals(List.of("pager"), routed());
        metrics.givenUp("soc", "404", NOW);
        assertEquals(List.of("pager"), routed(), "the routed channel works");
        metrics.givenUp("pager", "404", NOW);
        assertEquals(List.of("pager", "siem"), routed());
        metrics.delivered("soc");
        assertEquals(List.of("pager", "soc"), routed());
        metrics.delivered("pager");
        assertEquals(List.of("pager"), routed());
        CHANNELS.forEach(channel -> metrics.givenUp(channel, "404", NOW));
        assertEquals(List.of("pager"), routed(), "no channel works");
    }
}
