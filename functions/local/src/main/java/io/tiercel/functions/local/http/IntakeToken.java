package io.tiercel.functions.local.http;

import io.tiercel.functions.identity.SenderCredentials;
import java.util.Optional;

/**
 * The token of senders that are not verified, such as Falco: anyone who has it may post alerts. It proves no node.
 *
 * @param expected the token; empty if such senders need none
 */
public record IntakeToken(Optional<BearerToken> expected) {
    /**
     * Returns the token of the settings.
     *
     * @throws IllegalArgumentException if it is also a token of operators: many hosts store it
     */
    public static IntakeToken of(Optional<BearerToken> expected, OperatorTokens operators) {
        if (expected.filter(token -> token.sameAs(operators.responder()) || token.sameAs(operators.viewer()))
                .isPresent()) {
            throw new IllegalArgumentException("TIERCEL_INTAKE_TOKEN and the tokens of operators must differ");
        }
        return new IntakeToken(expected);
    }

    /** Returns whether senders that are not verified need the token. */
    boolean required() {
        return expected.isPresent();
    }

    /** Returns whether credentials contain the token. */
    boolean isIn(SenderCredentials credentials) {
        String token = credentials.token();
        return token != null && expected.filter(known -> known.is(token)).isPresent();
    }
}
