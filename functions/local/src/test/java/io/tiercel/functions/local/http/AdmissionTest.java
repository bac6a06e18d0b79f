package io.tiercel.functions.local.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.local.limit.ByteBudget;
import io.tiercel.functions.local.limit.ProcessingGate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class AdmissionTest {
    private static final int BODY = 100;

    private final ByteBudget budget = new ByteBudget(1 << 20);
    private final ProcessingGate gate = new ProcessingGate(BODY);
    private final List<String> started = new ArrayList<>();

    private Admission enter(String name) {
        ByteBudget.Reservation reservation = budget.reservation();
        assertTrue(reservation.extendTo(BODY));
        Admission admission = new Admission(reservation);
        admission.enter(gate, BODY, () -> started.add(name));
        return admission;
    }

    /** Otherwise the client could send more and more bodies: each would release its memory only on paper. */
    @Test
    void a_waiting_body_whose_client_disconnects_is_dropped_with_its_memory() {
        Admission first = enter("first");
        Admission second = enter("second");
        Admission third = enter("third");
        second.responseEnded();
        assertEquals(2 * BODY, budget.used());
        first.responseEnded();
        assertEquals(List.of("first", "third"), started);
        third.responseEnded();
        third.responseEnded();
        assertEquals(0, budget.used());
        enter("fourth");
        assertEquals(List.of("first", "third", "fourth"), started);
    }

    @Test
    void a_body_that_ended_before_it_was_complete_does_not_enter() {
        ByteBudget.Reservation reservation = budget.reservation();
        assertTrue(reservation.extendTo(BODY));
        Admission admission = new Admission(reservation);
        admission.responseEnded();
        admission.enter(gate, BODY, () -> started.add("late"));
        enter("next");
        assertEquals(List.of("next"), started);
        assertEquals(BODY, budget.used());
    }
}
