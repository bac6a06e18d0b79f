package io.tiercel.functions.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.respond.hold.HoldPages;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The contract of {@link HoldPages}. */
public abstract class HoldPagesContract extends StoreContract {
    private static final int MAX_PAGES = 500;

    private void write(String key, Schedule schedule) {
        assertTrue(stores.state().write(key, 0, "{\"key\":\"" + key + "\"}", schedule));
    }

    @Test
    void pages_contain_each_kept_document_of_a_hold() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            String key = HoldPages.PREFIX + "interface/eni-" + i;
            expected.add(key);
            write(key, Schedule.NONE.keep());
        }
        write(HoldPages.PREFIX + "interface/released", Schedule.NONE);
        write("hold0", Schedule.NONE.keep());
        write("plan/hold/x", Schedule.NONE.keep());
        write("hold", Schedule.NONE.keep());
        List<String> keys = new ArrayList<>();
        String cursor = null;
        for (int i = 0; i < MAX_PAGES; i++) {
            HoldPages.Page page = stores.holdPages().page(cursor, 2);
            page.documents().forEach((key, document) -> {
                keys.add(key);
                assertEquals("{\"key\":\"" + key + "\"}", document);
            });
            cursor = page.next();
            if (cursor == null) {
                break;
            }
        }
        assertEquals(expected, keys.stream().sorted().toList());
    }
}
