package io.tiercel.functions.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tiercel.functions.incident.IncidentRule;
import io.tiercel.functions.operate.IncidentNotes;
import io.tiercel.functions.operate.IncidentNotes.Added;
import io.tiercel.functions.operate.IncidentNotes.Assignment;
import io.tiercel.functions.operate.IncidentNotes.Comment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** The contract of {@link IncidentNotes}. */
public abstract class IncidentNotesContract extends StoreContract {
    private static final String UNKNOWN = "0".repeat(24);

    private String open() {
        return stores.incidents()
                .record(Alerts.incidentAlert("a", "rule", "Notice", NOW), IncidentRule.DEFAULT.maxOpen())
                .incidentId();
    }

    private IncidentNotes notes() {
        return stores.incidentNotes();
    }

    @Test
    void the_last_assignment_is_stored_until_it_is_removed() {
        String id = open();
        assertEquals(Optional.empty(), notes().assignment(id));
        notes().assign(id, new Assignment("Alice", "http:a", NOW));
        Assignment second =
                new Assignment("B\u00f6b \ud83d\ude00", "arn:aws:sts::1:assumed-role/x/y", NOW.plusMillis(1));
        notes().assign(id, second);
        stores = stores.reopen();
        assertEquals(Optional.of(second), notes().assignment(id));
        notes().assign(id, null);
        notes().assign(id, null);
        assertEquals(Optional.empty(), notes().assignment(id));
        notes().assign(UNKNOWN, second);
        assertEquals(Optional.empty(), notes().assignment(UNKNOWN));
    }

    @Test
    void comments_are_kept_in_order() {
        String id = open();
        Comment first = new Comment(NOW, "http:a", "first\nline two \u202e<b>");
        Comment longest =
                new Comment(NOW, "b".repeat(IncidentNotes.MAX_OPERATOR), "\u20ac".repeat(IncidentNotes.MAX_COMMENT));
        assertEquals(List.of(), notes().comments(id));
        assertEquals(Added.ADDED, notes().comment(id, first));
        assertEquals(Added.ADDED, notes().comment(id, longest));
        stores = stores.reopen();
        assertEquals(List.of(first, longest), notes().comments(id));
        assertEquals(Added.UNKNOWN, notes().comment(UNKNOWN, first));
        assertEquals(List.of(), notes().comments(UNKNOWN));
    }

    @Test
    void a_repeated_comment_is_stored_once() throws Exception {
        String id = open();
        Comment comment = new Comment(NOW, "http:a", "text");
        List<Callable<Added>> equal = Collections.nCopies(4, () -> notes().comment(id, comment));
        List<Added> results = runConcurrently(equal);
        assertEquals(1, Collections.frequency(results, Added.ADDED), results.toString());
        assertEquals(Added.REPEATED, notes().comment(id, new Comment(NOW.plusSeconds(5), "http:a", "text")));
        assertEquals(Added.ADDED, notes().comment(id, new Comment(NOW, "http:b", "text")));
        assertEquals(Added.ADDED, notes().comment(id, comment), "others commented in between");
        assertEquals(3, notes().comments(id).size());
    }

    @Test
    void the_number_of_comments_is_limited() {
        String id = open();
        List<Comment> expected = new ArrayList<>();
        for (int i = 0; i < IncidentNotes.MAX_COMMENTS; i++) {
            Comment comment = new Comment(NOW.plusSeconds(i), "http:a", "text " + i);
            expected.add(comment);
            assertEquals(Added.ADDED, notes().comment(id, comment));
        }
        assertEquals(Added.FULL, notes().comment(id, new Comment(NOW, "http:b", "one more")));
        assertEquals(expected, notes().comments(id));
    }
}
