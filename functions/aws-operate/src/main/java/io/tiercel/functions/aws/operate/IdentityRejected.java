package io.tiercel.functions.aws.operate;

/** The proof of a caller's identity is not valid. The message is for the caller and contains nothing of the proof. */
final class IdentityRejected extends Exception {
    private static final long serialVersionUID = 1L;

    IdentityRejected(String message) {
        super(message);
    }
}
