package io.tiercel.functions.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Collections;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** The contract of {@link io.tiercel.functions.interact.TokenReplayGuard}. */
public abstract class TokenReplayGuardContract extends StoreContract {
    private static final Instant UNTIL = NOW.plusSeconds(600);

    @Test
    void a_token_can_be_used_once() {
        String longest = "x".repeat(256);
        assertFalse(stores.replayGuard().used("a"));
        assertTrue(stores.replayGuard().use("a", UNTIL));
        assertTrue(stores.replayGuard().used("a"));
        assertFalse(stores.replayGuard().used("b"));
        assertFalse(stores.replayGuard().use("a", UNTIL));
        assertFalse(stores.replayGuard().use("a", UNTIL.plusSeconds(600)));
        assertTrue(stores.replayGuard().use("b", UNTIL));
        assertTrue(stores.replayGuard().use(longest, UNTIL));
        assertFalse(stores.replayGuard().use(longest, UNTIL));
        now = UNTIL.minusMillis(1);
        assertFalse(stores.replayGuard().use("a", UNTIL), "it is remembered until this time");
        stores = stores.reopen();
        assertFalse(stores.replayGuard().use("a", UNTIL));
    }

    @Test
    void one_of_many_concurrent_uses_succeeds() throws Exception {
        assertEquals(
                1,
                runConcurrently(Collections.<Callable<Boolean>>nCopies(
                                64, () -> stores.replayGuard().use("a", UNTIL)))
                        .stream()
                        .filter(used -> used)
                        .count());
    }
}
