package io.tiercel.functions.console;

import io.tiercel.functions.operate.OperatorRole;
import java.util.Optional;

/** Verifies the bearer tokens of operators. */
public interface TokenLogin {
    /** Returns what a token permits; empty if it is not valid. The comparison takes constant time. */
    Optional<OperatorRole> roleOf(String token);
}
