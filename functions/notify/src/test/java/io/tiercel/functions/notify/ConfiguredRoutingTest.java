package io.tiercel.functions.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.notification.IncidentFixtures;
import io.tiercel.functions.notification.file.ConfiguredRouting;
import io.tiercel.rules.alert.Priority;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ConfiguredRoutingTest {
    private static List<String> channels(Incident incident) {
        ConfiguredRouting routing = new ConfiguredRouting(
                NotificationFileTest.read(NotificationFileTest.COMPLETE_FILE).routes(), Set.of("terminal"));
        return List.of("soc", "pager", "siem", "terminal").stream()
                .filter(channel -> routing.routes(incident, channel))
                .toList();
    }

    @Test
    void routes_accumulate_up_to_a_matching_last_route() {
        assertEquals(List.of("soc", "terminal"), channels(IncidentFixtures.incident(Priority.WARNING, Map.of())));
        assertEquals(
                List.of("soc", "pager", "terminal"), channels(IncidentFixtures.incident(Priority.ERROR, Map.of())));
        assertEquals(
                List.of("pager", "siem", "terminal"),
                channels(IncidentFixtures.incident(Priority.ALERT, Map.of("team", "payments"))));
        assertEquals(
                List.of("soc", "terminal"),
                channels(IncidentFixtures.incident(Priority.NOTICE, Map.of("team", "search"))));
    }
}
