package io.tiercel.functions.notification.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.notification.Tellable;
import io.tiercel.rules.alert.Priority;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FileRoutingTest {
    private static List<String> told(Incident incident) {
        FileRouting routing = new FileRouting(
                NotificationFileTest.read(NotificationFileTest.WHOLE).routes(), Set.of("terminal"));
        return List.of("soc", "pager", "siem", "terminal").stream()
                .filter(channel -> routing.routes(incident, channel))
                .toList();
    }

    @Test
    void routes_add_up_until_the_last_that_holds() {
        assertEquals(List.of("soc", "terminal"), told(Tellable.incident(Priority.WARNING, Map.of())));
        assertEquals(List.of("soc", "pager", "terminal"), told(Tellable.incident(Priority.ERROR, Map.of())));
        assertEquals(
                List.of("pager", "siem", "terminal"),
                told(Tellable.incident(Priority.ALERT, Map.of("team", "payments"))));
        assertEquals(List.of("soc", "terminal"), told(Tellable.incident(Priority.NOTICE, Map.of("team", "search"))));
    }
}
