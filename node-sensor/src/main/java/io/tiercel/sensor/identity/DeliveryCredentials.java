package io.tiercel.sensor.identity;

import org.jspecify.annotations.Nullable;

/**
 * The credentials that prove to a receiver which sensor sent a batch. {@link #toString} contains none of them.
 *
 * @param token service account token (JWT), visible ASCII, at most {@value #MAX_CHARACTERS} characters; null for none
 * @param instanceIdentity PKCS #7 signed EC2 instance identity document, base64 without line breaks, at most {@value
 *     #MAX_CHARACTERS} characters; null for none
 */
public record DeliveryCredentials(
        @Nullable String token, @Nullable String instanceIdentity) {
    /** No credentials. */
    public static final DeliveryCredentials NONE = new DeliveryCredentials(null, null);

    /** Maximum length of a credential, in characters. */
    public static final int MAX_CHARACTERS = 16 * 1024;

    public DeliveryCredentials {
        if (!isValid(token) || !isValid(instanceIdentity)) {
            throw new IllegalArgumentException("a credential must be visible ASCII of at most " + MAX_CHARACTERS);
        }
    }

    /** Such values are valid in an HTTP header and in an SQS message attribute. */
    private static boolean isValid(@Nullable String credential) {
        return credential == null || credential.length() <= MAX_CHARACTERS && isVisibleAscii(credential);
    }

    /** Returns true if the text is not empty and has only visible ASCII characters, without spaces. */
    static boolean isVisibleAscii(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > 0x20 && c < 0x7f);
    }

    @Override
    public String toString() {
        return "DeliveryCredentials[token=" + (token == null ? "none" : "present") + ", instanceIdentity="
                + (instanceIdentity == null ? "none" : "present") + "]";
    }
}
