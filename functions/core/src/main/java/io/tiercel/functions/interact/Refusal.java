package io.tiercel.functions.interact;

/** Something that is not done; the message is the reason, in words fit for whoever asked. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refusal(String reason) {
        super(reason);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
