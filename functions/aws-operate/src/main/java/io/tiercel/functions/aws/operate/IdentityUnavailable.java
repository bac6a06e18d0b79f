package io.tiercel.functions.aws.operate;

/** STS did not answer, so that an identity is neither proven nor rejected. The message contains nothing of the proof. */
final class IdentityUnavailable extends Exception {
    private static final long serialVersionUID = 1L;

    IdentityUnavailable(String message) {
        super(message);
    }
}
