package io.tiercel.functions.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.audit.anchor.AnchorStore;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The contract of {@link AnchorStore}. */
public abstract class AnchorStoreContract {
    /** Returns an empty store. */
    protected abstract AnchorStore open() throws Exception;

    @Test
    void an_empty_store_has_no_anchor() throws Exception {
        AnchorStore store = open();
        assertEquals(0, store.newest());
        assertEquals(Optional.empty(), store.read(1));
    }

    @Test
    void the_newest_anchor_is_that_with_the_highest_number() throws Exception {
        AnchorStore store = open();
        for (long sequence : new long[] {1, 2, 9, 10, 11}) {
            assertTrue(store.add(sequence, "anchor " + sequence + " \u20ac\n"));
            assertEquals(sequence, store.newest());
        }
        assertEquals(Optional.of("anchor 9 \u20ac\n"), store.read(9));
        assertEquals(Optional.empty(), store.read(3));
    }

    @Test
    void an_anchor_is_never_replaced() throws Exception {
        AnchorStore store = open();
        assertTrue(store.add(1, "first"));
        assertFalse(store.add(1, "second"));
        assertEquals(Optional.of("first"), store.read(1));
    }
}
