package io.tiercel.functions.console;

import io.tiercel.functions.operate.OperatorApi;
import java.time.Duration;
import java.util.Optional;

/**
 * What the console shows and changes.
 *
 * @param api the operations
 * @param tokens verifies tokens; empty if operators log in with a one-time link only
 * @param changes reports changes; empty if open pages ask regularly
 * @param pollInterval the time after which an open page asks for changes
 * @param place where the incidents are, for the page's header, such as {@code this machine}
 */
public record ConsoleBackend(
        OperatorApi api,
        Optional<TokenLogin> tokens,
        Optional<ChangeSource> changes,
        Duration pollInterval,
        String place) {}
